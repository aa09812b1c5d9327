/** What a profile says; plain Json, apart from the options that ask for it. */
import type { Column } from "./column.ts";

export type Task = "binary" | "multiclass" | "regression";
export type ColumnType = "integer" | "number" | "boolean" | "category" | "text" | "datetime";
export type Role = "feature" | "target" | "id" | "time" | "dropped";

export interface ProfileOptions {
  readonly target?: string | undefined;
  /** A column, or `none`: don't propose one. */
  readonly id?: string | undefined;
  readonly time?: string | undefined;
  readonly task?: string | undefined;
  /** Look at so many rows only. */
  readonly rows?: number | undefined;
  /** How to read dates that can be read both ways. */
  readonly dayFirst?: boolean | undefined;
  readonly onProgress?:
    | ((progress: { bytes: number; size: number; rows: number; seconds: number }) => void)
    | undefined;
}

export interface ColumnProfile {
  readonly name: string;
  readonly type: ColumnType;
  readonly role: Role;
  readonly missing: number;
  readonly distinct: number;
  /** False: `distinct` is an estimate (HyperLogLog, about 1 % off) or comes from a sample. */
  readonly exact: boolean;
  /** Cells that have a value, but none of the column's type: their rows go to quarantine. */
  readonly bad: number;
  readonly min?: number | string;
  readonly max?: number | string;
  readonly categories?: readonly string[];
  /** How dates are written, as Python's `strptime` takes it, or `ISO8601`. */
  readonly format?: string;
  /** Why the column is dropped. */
  readonly because?: string;
}

export interface Warning {
  readonly code: "leak" | "id" | "dropped" | "ambiguous" | "bad" | "ragged" | "rare" | "partly" | "task";
  readonly column?: string;
  readonly text: string;
}

/** How the file is written: goes into the schema, and the emitted reader follows it. */
export type Reading = {
  readonly format: "csv" | "parquet";
  readonly delimiter?: string;
  readonly encoding?: string;
  readonly decimal: string;
  readonly thousands: string;
  readonly missing: readonly string[];
};

/** The table or query a profile was made from; how to get at it, but for the address, which is a secret. */
export type TableOrigin = {
  /** The option of that database, `group/id`. */
  readonly engine: string;
  /** As `schema.name`; null for a query. */
  readonly table: string | null;
  readonly query: string | null;
  /** Rows after the last seen value of it are new; null: nothing in the table says which are. */
  readonly watermark: string | null;
  /** The variable of the project's own database, when the table is in it; else the dataset gets one of its own. */
  readonly url: string | null;
  /** What an address of such a database looks like. */
  readonly example: string;
};

/** A finished profile. Holds no value of an id or free-text column, and no path. */
export interface Profile {
  /** The file's name without its folder. */
  readonly file: string;
  readonly size: number;
  readonly rows: number;
  /** Rows with more or fewer cells than the header: they go to quarantine. */
  readonly ragged: number;
  /** Only the first rows or some row groups were looked at. */
  readonly partly: boolean;
  readonly reading: Reading;
  readonly columns: readonly ColumnProfile[];
  readonly target: string;
  readonly task: Task;
  readonly id: string | null;
  readonly time: string | null;
  /** Every row has a time of its own. */
  readonly timeUnique: boolean;
  /** Binary: the class a score is the probability of. */
  readonly positive: string | null;
  readonly warnings: readonly Warning[];
  /** Date columns that can be read day first or month first: ask. */
  readonly ambiguousDates: readonly string[];
  /** Only when the rows came from a database. */
  readonly source?: TableOrigin;
  /** Only when the model is not called after its target. */
  readonly model?: string;
}

/** What a pass over a file saw, before it is judged. */
export interface Seen {
  readonly path: string;
  readonly reading: Reading;
  readonly columns: readonly Column[];
  readonly rows: number;
  readonly ragged: number;
  /** Columns that say the same as the target, and how. */
  readonly copies: ReadonlyMap<string, "copy" | "determines">;
  readonly partly: boolean;
  readonly ambiguousNumbers: boolean;
  readonly target: string;
}
