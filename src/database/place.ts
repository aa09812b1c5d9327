/** Where rows are in a database, as told by `--data`, `--table` and `--query`. */
import { readFileSync, statSync } from "node:fs";
import { basename, isAbsolute, resolve } from "node:path";
import { DataRefused } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { hide, keepSecret } from "../secrets.ts";
import { steers } from "../text.ts";
import type { Answers, Asked, Option } from "../types.ts";
import type { TableDriver } from "./driver.ts";

export interface TablePlace {
  readonly kind: "table";
  /** Holds a password: shown to nobody, and in no file but `.env`. */
  readonly url: string;
  /** The option of that database, `group/id`. */
  readonly engine: string;
  readonly driver: TableDriver;
  /** The variable of the project's own database, when that is this one. */
  readonly own: string | null;
  /** The table's name, behind its schema if that is said; empty when nobody said which. */
  readonly table: readonly string[];
  readonly query: { readonly name: string; readonly text: string } | undefined;
}

const LARGEST_QUERY = 200_000;

/** Whether a value of `--data` is an address, or names the variable that holds one. */
export function isAddress(value: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:\/\/|env:)/i.test(value);
}

/**
 * Makes out the place. Opens nothing but the file of the query.
 *
 * @throws DataRefused when it can't be one
 */
export function placeOfTable(
  value: string,
  answers: Answers,
  asked: readonly Asked[],
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): TablePlace {
  keepSecret(value);
  const given = value.startsWith("env:") ? fromVariable(value.slice(4), env) : value;
  const scheme = /^([a-z][a-z0-9]*)(?:\+[a-z0-9_]+)?:\/\//i.exec(given)?.[1]?.toLowerCase() ?? "";
  const [option, driver] = engineOf(scheme, asked);
  const path = given.slice(given.indexOf("://") + 3).replace(/^\//, "");
  const relative = driver.connect === "file" && !isAbsolute(path);
  const url = relative ? `${scheme}:///${resolve(cwd, path)}` : given;
  const chosen = answers[option.group];
  const own = option.env.find(({ name }) => env[name] === given && !relative)?.name ?? null;
  return {
    kind: "table",
    url,
    engine: `${option.group}/${option.id}`,
    driver,
    own: chosen === undefined || chosen === option.id ? own : null,
    ...whatOf(answers, cwd),
  };
}

function fromVariable(name: string, env: NodeJS.ProcessEnv): string {
  const value = env[name];
  if (value !== undefined && value !== "" && !steers(value)) {
    keepSecret(value);
    return value;
  }
  throw new DataRefused("variable", {
    what: value ? `The variable ${name} holds a control character` : `The variable ${name} is not set`,
    where: `--data env:${name}`,
    fix: `Set it to the address of the database first: export ${name}='…'`,
  });
}

function engineOf(scheme: string, asked: readonly Asked[]): [Option, TableDriver] {
  const engines = asked.flatMap((one) => (one.as === "group" ? one.group.options : []));
  const known = engines.flatMap((option) => option.source?.driver.schemes ?? []);
  const option = engines.find((one) => one.source?.driver.schemes.includes(scheme));
  if (option?.source !== undefined) return [option, option.source.driver];
  const close = nearest(scheme, known);
  throw new DataRefused("scheme", {
    what: scheme === "" ? "That is no address of a database" : `Nothing here reads from ${scheme}://`,
    where: "--data",
    why: `known are ${known.map((one) => `${one}://`).join(", ")}`,
    fix: close === undefined ? "Export the table as CSV or Parquet and give that file." : `Did you mean ${close}://?`,
  });
}

/** A table or a query: one of the two, or neither yet. */
function whatOf(answers: Answers, cwd: string): Pick<TablePlace, "table" | "query"> {
  const text = (key: string): string => (typeof answers[key] === "string" ? answers[key] : "");
  const [table, query] = [text("table"), text("query")];
  if (table !== "" && query !== "") {
    throw new DataRefused("both", {
      what: "--table and --query don't go together",
      why: "rows come from a table or from a query",
      fix: "Leave one of the two away.",
    });
  }
  return { table: partsOf(table), query: query === "" ? undefined : queryOf(resolve(cwd, query)) };
}

/** `name`, or `schema.name`; what has a point in itself takes a query. */
export function partsOf(name: string): string[] {
  return name.split(".").filter((part) => part !== "");
}

/** The way back, as `source.toml` has it. */
export function tableName(parts: readonly string[]): string {
  return parts.join(".");
}

/** The text of a query, without the semicolon at its end: it is read as a part of another one. */
export function queryOf(path: string): { name: string; text: string } {
  const refuse = (what: string, fix: string): never => {
    throw new DataRefused("query", { what, where: path, fix });
  };
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined)
    refuse("There is no such file with a query", "Check the path; it is relative to the folder you are in.");
  else if (!found.isFile()) refuse("The query is not a file", "Give a file with one SELECT.");
  else if (found.size > LARGEST_QUERY) refuse("The file is too large for a query", "Give a file with one SELECT.");
  let text = "";
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch {
    refuse("The query can't be read as UTF-8 text", "Save it as UTF-8, readable for you.");
  }
  const plain = text
    .replace(/\r\n?/g, "\n")
    .replace(/[;\s]+$/, "")
    .trim();
  if (plain === "") refuse("There is no query in that file", "Write one SELECT into it.");
  if (steers(plain)) refuse("The query holds a control or bidirectional character", "Type it again without that.");
  return { name: basename(path).replace(/\.\w+$/, ""), text: plain };
}

/** A place as messages name it. */
export function shown({ url, table, query }: TablePlace): string {
  const what = query === undefined ? tableName(table) : `the query ${query.name}`;
  return `${what === "" ? "" : `${what} in `}${hide(url)}`;
}
