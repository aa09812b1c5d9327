/**
 * Adds to a TOML text and changes no byte that is there. smol-toml says what a text means; {@link scan} finds a place;
 * the result is read again and must mean what was there and the new entry, nothing else. Where it does not, there is no edit.
 *
 * Our own scanner, not a library: of those for this, `@decimalturn/toml-patch` re-prints (byte-pure in 36 % of random
 * edits), and a parser with ranges would be bundled for the sake of these few places.
 */
import { parse, TomlError } from "smol-toml";
import { ManifestRefused } from "../errors.ts";
import { inserted, insertedApart } from "./text.ts";
import { type Statement, scan } from "./toml-scan.ts";

export type Table = Readonly<Record<string, unknown>>;

export const tableOf = (value: unknown): Table =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Table) : {};

/** Reads a manifest, or refuses it with the place. */
export function readToml(path: string, text: string): Table {
  try {
    return tableOf(parse(text));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const what = (error.message.split("\n")[0] ?? "").replace(/^Invalid TOML document: /, "");
    throw new ManifestRefused("syntax", {
      what: `${path} can't be read: ${what}`,
      where: `${path}:${error.line}:${error.column}`,
      why: "a line can be added only to a file that means something before and after",
      fix: "Mend it there, then run the same again.",
    });
  }
}

/** Whether two values mean the same; a date is told apart by how it was written, tables by nothing but their entries. */
export function alike(a: unknown, b: unknown): boolean {
  if (a instanceof Date && b instanceof Date) return a.toISOString() === b.toISOString();
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return Object.is(a, b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && alike((a as Table)[key], (b as Table)[key]))
  );
}

/** One entry: a table's path, a key, and the lines of its value. */
export interface Entry {
  readonly table: readonly string[];
  readonly key: string;
  readonly value: string | boolean | readonly string[] | Table;
}

/** The text with these entries, all new; nothing where no place for them is sure. */
export function withEntries(text: string, entries: readonly Entry[]): string | undefined {
  const want = parse(text) as Record<string, unknown>;
  let now = text;
  for (const entry of entries) {
    if (!set(want, entry)) return undefined;
    now = placed(now, entry);
  }
  try {
    return alike(parse(now), want) ? now : undefined;
  } catch (error) {
    if (error instanceof TomlError) return undefined;
    throw error;
  }
}

function set(root: Record<string, unknown>, { table, key, value }: Entry): boolean {
  let at = root;
  for (const name of table) {
    if (!Object.hasOwn(at, name)) at[name] = {};
    const next = at[name];
    if (typeof next !== "object" || next === null || Array.isArray(next)) return false;
    at = next as Record<string, unknown>;
  }
  if (Object.hasOwn(at, key)) return false;
  at[key] = value;
  return true;
}

const startsWith = (keys: readonly string[], start: readonly string[]): boolean =>
  start.every((key, at) => keys[at] === key);

/** Under the table's header; behind its dotted keys; or under a new header, with its kin. */
function placed(text: string, { table, key, value }: Entry): string {
  const statements = scan(text);
  const write = (prefix: readonly string[], indent = ""): string[] =>
    valueLines(value, styleOf(statements)).map((line, at) =>
      at === 0 ? `${indent}${[...prefix, key].map(printKey).join(".")} = ${line}` : `${indent}${line}`,
    );
  const header = statements.findIndex(({ kind, keys }) => kind === "table" && alike(keys, table));
  if (header >= 0) {
    const last = lastOf(statements, header);
    return inserted(text, last.end, write([], last.kind === "pair" ? last.indent : ""));
  }
  const dotted = statements.findLast(
    ({ kind, keys }) => kind === "pair" && keys.length > table.length && startsWith(keys, table),
  );
  if (dotted !== undefined) {
    const prefix = table.slice(dotted.keys.length - dotted.own);
    return inserted(text, dotted.end, write(prefix, dotted.indent));
  }
  const kin = [2, 1].flatMap((depth) => {
    const found = statements.findLastIndex(
      ({ kind, keys }) => kind !== "pair" && table.length >= depth && startsWith(keys, table.slice(0, depth)),
    );
    return found < 0 ? [] : [lastOf(statements, found).end];
  })[0];
  return insertedApart(text, kin ?? text.length, [`[${table.map(printKey).join(".")}]`, ...write([])]);
}

/** The last pair under a header, or the header. */
function lastOf(statements: readonly Statement[], header: number): Statement {
  const next = statements.findIndex(({ kind }, at) => at > header && kind !== "pair");
  return statements.at(next < 0 ? -1 : next - 1) as Statement;
}

interface Style {
  readonly indent: string;
  readonly quote: '"' | "'";
}

/** As their own lists over several lines are written. */
function styleOf(statements: readonly Statement[]): Style {
  for (const { value } of statements) {
    const [, indent, quote] = /^\[[ \t]*\r?\n([ \t]*)(["'])/.exec(value) ?? [];
    if (indent !== undefined) return { indent, quote: quote === "'" ? "'" : '"' };
  }
  return { indent: "    ", quote: '"' };
}

const printKey = (key: string): string => (/^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key));

const printText = (text: string, quote: '"' | "'"): string =>
  (quote === "'" || text.includes('"')) && !text.includes("'") ? `'${text}'` : JSON.stringify(text);

/** Width at which formatters of these files break a line. */
const WIDTH = 80;

function valueLines(value: unknown, { indent, quote }: Style): string[] {
  if (Array.isArray(value)) {
    const items = value.map((one) => printText(String(one), quote));
    const line = `[${items.join(", ")}]`;
    return line.length <= WIDTH && items.length < 4 ? [line] : ["[", ...items.map((one) => `${indent}${one},`), "]"];
  }
  if (typeof value === "object" && value !== null) {
    const pairs = Object.entries(value).map(
      ([key, one]) => `${printKey(key)} = ${valueLines(one, { indent, quote }).join("")}`,
    );
    return [`{ ${pairs.join(", ")} }`];
  }
  return [typeof value === "string" ? printText(value, quote) : String(value)];
}
