/** Parquet: counts and ranges from the footer's statistics, the rest from a few row groups. */

import { DataRefused } from "../errors.ts";
import { Column } from "./column.ts";
import { Copies } from "./copies.ts";
import { checkHeader, targetOf } from "./header.ts";
import { MISSING } from "./missing.ts";
import { PLAIN } from "./numbers.ts";
import type { ProfileOptions, Seen } from "./types.ts";

/** Files of up to so many rows are read whole; of larger ones so many row groups, spread over the file. */
const WHOLE = 250_000;
const SAMPLED = 4;

type Hyparquet = typeof import("hyparquet");
type Metadata = Awaited<ReturnType<Hyparquet["parquetMetadataAsync"]>>;
type Buffers = Awaited<ReturnType<Hyparquet["asyncBufferFromFile"]>>;

async function open(path: string): Promise<{ file: Buffers; metadata: Metadata; library: Hyparquet }> {
  const library = await import("hyparquet");
  const file = await library.asyncBufferFromFile(path);
  try {
    return { file, metadata: await library.parquetMetadataAsync(file), library };
  } catch (error) {
    throw broken(path, error);
  }
}

function broken(path: string, error: unknown): DataRefused {
  return new DataRefused("binary", {
    what: "The Parquet file can't be read",
    where: path,
    why: error instanceof Error ? error.message : String(error),
    fix: "Write it again, or give the table as CSV.",
  });
}

/** Columns that hold one value a row; lists and structures are not taken apart. */
function flatColumns(path: string, metadata: Metadata): string[] {
  const [, ...elements] = metadata.schema;
  const nested = elements.find((element) => (element.num_children ?? 0) > 0 || element.repetition_type === "REPEATED");
  if (nested !== undefined) {
    throw new DataRefused("nested", {
      what: `The column "${nested.name}" holds lists or structures`,
      where: path,
      why: "A feature is one value a row",
      fix: "Unfold or leave out that column, and give the file again.",
    });
  }
  return elements.map((element) => element.name);
}

export async function parquetHeader(path: string): Promise<readonly string[]> {
  const { metadata } = await open(path);
  return flatColumns(path, metadata);
}

export async function lookAtParquet(path: string, size: number, options: ProfileOptions): Promise<Seen> {
  const { file, metadata, library } = await open(path);
  const header = flatColumns(path, metadata);
  checkHeader(path, header);
  const total = Number(metadata.num_rows);
  const limit = Math.min(total, options.rows ?? total);
  const columns = header.map((name) => new Column(name, PLAIN));
  const target = header.indexOf(targetOf(path, header, options));
  const copies = new Copies(columns, target);
  const started = Date.now();
  const { compressors } = await import("hyparquet-compressors");
  let rows = 0;
  for (const [rowStart, rowEnd] of ranges(metadata, limit)) {
    const read = await library
      .parquetReadObjects({ file, metadata, compressors, rowStart, rowEnd })
      .catch((error: unknown) => Promise.reject(broken(path, error)));
    for (const row of read as Record<string, unknown>[]) {
      const cells = header.map((name) => spell(row[name]));
      for (const [index, cell] of cells.entries()) (columns[index] as Column).add(cell, 0, cell.length);
      copies.compare((index) => (cells[index] as string).trim());
    }
    rows += rowEnd - rowStart;
    options.onProgress?.({
      bytes: Math.round((size * rows) / Math.max(1, limit)),
      size,
      rows,
      seconds: (Date.now() - started) / 1000,
    });
  }
  const partly = rows < total;
  if (partly && limit === total) fromFooter(columns, metadata, total);
  const reading = { format: "parquet" as const, ...PLAIN, missing: [...MISSING] };
  return {
    path,
    reading,
    columns,
    rows: limit,
    ragged: 0,
    copies: copies.found(),
    partly,
    ambiguousNumbers: false,
    target: header[target] as string,
  };
}

/** Row ranges to read: all rows, or whole row groups spread evenly, first and last among them. */
function ranges(metadata: Metadata, limit: number): [number, number][] {
  const groups: [number, number][] = [];
  let start = 0;
  for (const group of metadata.row_groups) {
    const end = Math.min(limit, start + Number(group.num_rows));
    if (end > start) groups.push([start, end]);
    start = end;
  }
  if (limit <= WHOLE || groups.length <= SAMPLED) return groups;
  const chosen = new Set(
    Array.from({ length: SAMPLED }, (_, index) => Math.round((index * (groups.length - 1)) / (SAMPLED - 1))),
  );
  return groups.filter((_, index) => chosen.has(index));
}

/** Missing counts and ranges of the whole file, where its footer has them: better than a sample's. */
function fromFooter(columns: readonly Column[], metadata: Metadata, total: number): void {
  columns.forEach((column, index) => {
    const chunks = metadata.row_groups.map((group) => group.columns[index]?.meta_data?.statistics);
    const nulls = chunks.map((statistics) => statistics?.null_count);
    if (nulls.every((value) => value !== undefined))
      column.missing = nulls.reduce((sum, value) => sum + Number(value), 0);
    else column.missing = Math.round((column.missing / Math.max(1, column.missing + column.present)) * total);
    for (const statistics of chunks) {
      for (const end of [statistics?.min_value, statistics?.max_value]) {
        if (typeof end !== "number" && typeof end !== "bigint") continue;
        column.min = Math.min(column.min, Number(end));
        column.max = Math.max(column.max, Number(end));
      }
    }
  });
}

/** A cell as the emitted reader spells it (`_text` in `read.py`). */
function spell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "" : value.toISOString();
  if (typeof value === "number") return Number.isNaN(value) ? "" : String(value);
  if (typeof value === "string" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner));
}
