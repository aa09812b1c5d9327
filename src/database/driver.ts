import type { Json } from "../types.ts";

/**
 * How a table of such a database is read once, when a project is made from it: by its Python driver, in an environment that is
 * thrown away. Data only, so that no pack runs code of its own. See `rows.py`.
 */
export interface TableDriver {
  /** Of its addresses, as in `postgresql://host/name`; the first is the one that its driver knows. */
  readonly schemes: readonly string[];
  /** Packages of the driver; none when it is Python's own. */
  readonly requires: readonly string[];
  readonly module: string;
  /** What `connect()` takes: the address itself, its parts by name, or the file it names. */
  readonly connect: "url" | "parts" | "file";
  /** How the file is named to `connect()`: `{path}`, or `{quoted}` for a URI. */
  readonly database: string;
  readonly port: number;
  /** Further arguments of `connect()` and of `cursor()`; `module:Name` is what is meant by it. */
  readonly options: Readonly<Record<string, Json>>;
  readonly cursor: Readonly<Record<string, Json>>;
  /** Run first: read only, UTC, time-outs. */
  readonly begin: readonly string[];
  /** Around identifiers. */
  readonly quote: string;
  /** SQL that lists the tables: schema (null where it need not be said) and name. */
  readonly tables: string;
  /** An address to show. */
  readonly example: string;
}
