/** The answers a profile settles. They are stored with the project, so nothing of an id or a free text may be in them. */
import type { Answers, Json } from "../types.ts";
import type { ColumnProfile, Profile, TableOrigin } from "./types.ts";

/** A share of bad rows that stops a batch; and how far, in widths of the seen range, new numbers may go beyond it. */
const BAD_ROWS = 0.05;
const RANGE_SLACK = 1;

export function answersFromProfile(profile: Profile): Answers {
  const { target, id, time, task, positive } = profile;
  const { source } = profile;
  const entity = id !== null ? "id" : time !== null && profile.timeUnique ? "time" : "row";
  const dataset = folderName(
    profile.file.replace(/\.(gz|csv|tsv|txt|parquet|pq|data)$/gi, "").replace(/\.(csv|tsv|txt)$/i, ""),
    "dataset",
  );
  return {
    dataset,
    // Only then, so that the answers of a file stay what they are.
    ...(source && { table: source.table, query: source.query, queried: source.query === null ? null : dataset }),
    model: profile.model ?? folderName(target, "model"),
    target,
    id,
    time,
    task,
    positive,
    reviewed: false,
    metric: task === "regression" ? "rmse" : "log_loss",
    schema: {
      task,
      entity,
      positive,
      columns: profile.columns.map((column) => columnAnswer(column, profile)),
      reading: { ...profile.reading, missing: [...profile.reading.missing] } as Record<string, Json>,
    },
    source: {
      kind: source ? "table" : "files",
      ...(source && tableAnswer(source, dataset)),
      path: null,
      start: null,
      delay_days: null,
      bad_rows: BAD_ROWS,
      range_slack: RANGE_SLACK,
      new_categories: "keep",
    },
  };
}

/** The one variable whose value says where the rows are; the value itself is in no answer. */
export function variableOf(source: TableOrigin, dataset: string): string {
  return source.url ?? `SOURCE_${dataset.toUpperCase()}_URL`;
}

function tableAnswer(source: TableOrigin, dataset: string): { [key: string]: Json } {
  const { engine, table, query, watermark, example } = source;
  const of = query === null ? `the table ${table}` : "the query in query.sql";
  const url = variableOf(source, dataset);
  return { engine, table, query: query === null ? null : "query.sql", watermark, url, example, of };
}

function columnAnswer(column: ColumnProfile, profile: Profile): Json {
  const { name, type, role, min, max, categories, format } = column;
  if (role === "dropped") return { name, type, role };
  if (role === "id") return { name, type, role, nullable: false };
  // A sample may have missed the one empty cell, and the target of a new row is always empty.
  const nullable = role !== "time" && (column.missing > 0 || profile.partly || role === "target");
  const answer: Record<string, Json> = { name, type, role, nullable };
  if (min !== undefined) answer.min = min;
  if (max !== undefined) answer.max = max;
  if (format !== undefined) answer.format = format;
  if (categories !== undefined) answer.categories = [...categories];
  return answer;
}

/** Names a folder of Python code may not have. */
const RESERVED = new Set(
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield schema read ingest validate rows synthetic train evaluate register predict explain baseline expectations commands test tests".split(
    " ",
  ),
);

/** A folder name for a dataset or a model: a Python identifier in small letters. */
export function folderName(text: string, fallback: string): string {
  const plain = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 30)
    .replace(/_+$/, "");
  if (plain === "") return fallback;
  const safe = /^[a-z]/.test(plain) ? plain : `${fallback}_${plain}`;
  return RESERVED.has(safe) ? `${safe}_${fallback}` : safe;
}
