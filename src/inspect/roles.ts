/** What each column is for: proposes time and id, drops what leaks or can't be learnt from. Pure. */
import { DataRefused } from "../errors.ts";
import type { Column } from "./column.ts";
import { columnNamed } from "./header.ts";
import type { Kind } from "./kind.ts";
import type { Role, Seen, Warning } from "./types.ts";

const ID_NAME = /(^|[\s_.-])(id|uuid|guid|key|index|rowid|identifier)$|^(id|uuid|guid)([\s_.-]|$)|[a-z]I[Dd]$/i;
const TIME_NAME = /date|time|stamp|^day$|^month$|_at$|^at$|^ts$|^when$/i;

/** What is worked out step by step while judging. */
export interface Case {
  readonly seen: Seen;
  readonly kinds: ReadonlyMap<string, Kind>;
  readonly warnings: Warning[];
  readonly roles: Map<string, { role: Role; because?: string }>;
}

/** The time column, said or proposed. */
export function timeOf({ seen, kinds, roles }: Case, wanted: string | undefined, target: string): string | null {
  if (wanted === "none") return null;
  const names = seen.columns.map((column) => column.name);
  if (wanted !== undefined) {
    const name = columnNamed(seen.path, names, wanted, "time");
    if (kinds.get(name)?.type !== "datetime") {
      throw new DataRefused("time-type", {
        what: `The column "${name}" holds no dates`,
        where: seen.path,
        why: "The time says when a row happened: rows are let out, split and compared by it",
        fix: "Give another --time COLUMN, or --time none.",
      });
    }
    return name;
  }
  const dates = seen.columns.filter(
    (column) =>
      column.name !== target &&
      !roles.has(column.name) &&
      kinds.get(column.name)?.type === "datetime" &&
      column.missing === 0,
  );
  const named = dates.filter((column) => TIME_NAME.test(column.name));
  if (named.length === 1 || dates.length === 1) return (named[0] ?? dates[0])?.name ?? null;
  return named[0]?.name ?? null;
}

/** The id column, said or proposed. */
export function idOf({ seen, kinds, roles }: Case, wanted: string | undefined, target: string): string | null {
  if (wanted === "none") return null;
  const names = seen.columns.map((column) => column.name);
  if (wanted !== undefined) {
    const name = columnNamed(seen.path, names, wanted, "id");
    if (name === target)
      throw new DataRefused("id-target", {
        what: `"${name}" can't be both id and target`,
        where: seen.path,
        fix: "Give another --id COLUMN, or --id none.",
      });
    return name;
  }
  const free = seen.columns.filter((column) => !roles.has(column.name) && column.missing === 0);
  const alike = free.filter((column) => {
    const type = kinds.get(column.name)?.type;
    return (
      type !== "number" &&
      type !== "datetime" &&
      type !== "boolean" &&
      nearlyUnique(column) &&
      ID_NAME.test(column.name)
    );
  });
  return (
    alike[0]?.name ??
    free.find((column) => kinds.get(column.name)?.text === "unique" && kinds.get(column.name)?.type === "text")?.name ??
    null
  );
}

function nearlyUnique(column: Column): boolean {
  return column.distinct.size >= column.present * (column.distinct.exact ? 1 : 0.97);
}

/** Leaks and what can't be learnt from: dropped, each with a warning that says why. */
export function dropColumns(found: Case): void {
  const { seen, kinds, roles, warnings } = found;
  for (const column of seen.columns) {
    const { name } = column;
    if (roles.has(name)) continue;
    const kind = kinds.get(name) as Kind;
    const drop = (code: Warning["code"], because: string, text: string): void => {
      roles.set(name, { role: "dropped", because });
      warnings.push({ code, column: name, text });
    };
    const copy = seen.copies.get(name);
    if (copy === "copy")
      drop(
        "leak",
        "copy of the target",
        `"${name}" says the same as the target in every row: dropped, as it would not be known in time.`,
      );
    else if (column.present === 0) drop("dropped", "empty", `"${name}" is missing in every row: dropped.`);
    else if (column.distinct.size === 1 && column.missing === 0)
      drop("dropped", "constant", `"${name}" has one value only: dropped.`);
    else if (kind.type === "text" && kind.text === "free")
      drop("dropped", "free text", `"${name}" is free text: dropped.`);
    else if (kind.type === "text" && kind.text === "unique")
      drop(
        "id",
        "id",
        `"${name}" is different in every row, as an id is: dropped, since a model would learn rows by heart.`,
      );
    else if (kind.type === "text")
      drop(
        "dropped",
        "too many values",
        `"${name}" has ${count(column)} different values: dropped, too many to learn from.`,
      );
    else if (
      kind.type === "integer" &&
      nearlyUnique(column) &&
      column.missing === 0 &&
      (ID_NAME.test(name) || counts(column, kind))
    ) {
      drop("id", "id", `"${name}" numbers the rows, as an id does: dropped, since a model would learn rows by heart.`);
    }
    if (copy === "determines")
      warnings.push({
        code: "leak",
        column: name,
        text: `Each value of "${name}" always comes with the same target. Is it known before the target is? If not, set its role to dropped in schema.yaml.`,
      });
  }
}

/** Are these the numbers 1 to n, in some order? */
function counts(column: Column, kind: Kind): boolean {
  return (
    typeof kind.max === "number" &&
    typeof kind.min === "number" &&
    kind.max - kind.min === column.present - 1 &&
    (kind.min === 0 || kind.min === 1)
  );
}

function count(column: Column): string {
  return `${column.distinct.exact ? "" : "≈"}${column.distinct.size}`;
}

export function nothingToLearn({ seen, roles }: Case): DataRefused {
  const list = [...roles]
    .filter(([, { role }]) => role === "dropped")
    .map(([name, { because }]) => `${name} (${because})`);
  return new DataRefused("features", {
    what: "No column is left to learn from",
    where: seen.path,
    why: list.length === 0 ? "There is none besides target, id and time" : `Dropped: ${list.join(", ")}`,
    fix: "Give data with columns that are known before the target is.",
  });
}
