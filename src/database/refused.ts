/** What can go wrong with a table, each with what to do about it. */
import { DataRefused, ToolMissing, type UserError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { installCommand } from "../run/tools.ts";
import { hide } from "../secrets.ts";
import { shown, type TablePlace, tableName } from "./place.ts";

/** The first line of `rows.py` when there are no rows. */
export interface Failure {
  readonly error: string;
  readonly why: string;
  readonly place?: string;
  readonly tables?: readonly (readonly string[])[];
}

const EXPORT = "Or export the table as CSV or Parquet and give that file.";
const SHOWN = 20;

/** The refusal for what the reader said. What a driver says is shown without passwords. */
export function refusalOf(failure: Failure, place: TablePlace): UserError {
  const where = shown(place);
  const why = hide(failure.why) || undefined;
  const refuse = (reason: string, what: string, fix: string): DataRefused =>
    new DataRefused(reason, { what, where, why, fix });
  switch (failure.error) {
    case "no-file":
      return refuse("no-database", "There is no such database file", "Check the path behind the three slashes.");
    case "url":
      return refuse(
        "address",
        "The address of the database can't be read",
        `Write it like ${place.driver.example}; escape / ? # @ in a password (%2F %3F %23 %40).`,
      );
    case "unreachable":
      return refuse(
        "unreachable",
        `Nobody answers at ${failure.place}`,
        "Start the server, or check host and port, firewall and VPN.",
      );
    case "login":
      return refuse(
        "login",
        "The database does not let us in",
        "Check user, password and database name, and what the server asks for (TLS); then try again.",
      );
    case "table":
      return noTable(failure, place);
    case "empty":
      return refuse(
        "empty",
        place.query === undefined ? "The table has no rows" : "The query finds no rows",
        "Give one with rows: what is in them decides what the project looks like.",
      );
    default:
      return refuse(
        "query",
        place.query === undefined ? "The table can't be read" : "The database does not take the query",
        place.query === undefined
          ? "See that this user may read it, or give a --query FILE.sql."
          : "Give one SELECT that runs as a part of another: select * from (…).",
      );
  }
}

function noTable({ tables = [] }: Failure, place: TablePlace): DataRefused {
  const names = tables.map((parts) => tableName(parts));
  const listed = `${names.slice(0, SHOWN).join(", ")}${names.length > SHOWN ? `, … (${names.length} tables)` : ""}`;
  const where = hide(place.url);
  const why = names.length === 0 ? "This user sees no table there" : `The tables are ${listed}`;
  if (place.table.length === 0)
    return new DataRefused("table-open", {
      what: "Nobody said which table",
      where,
      why,
      fix: "Add --table NAME, or --query FILE.sql.",
    });
  const wanted = tableName(place.table);
  const last = (name: string): string => name.slice(name.lastIndexOf(".") + 1);
  const close = nearest(wanted, names) ?? names.find((name) => last(name) === nearest(wanted, names.map(last)));
  const fix =
    close === undefined
      ? "Give one of them with --table, or a --query FILE.sql."
      : `Did you mean --table ${/^[\w.]+$/.test(close) ? close : `'${close}'`}?`;
  return new DataRefused("table", { what: `There is no table ${wanted}`, where, why, fix });
}

/** Nothing tells one row from another. */
export function noKey(where: string): DataRefused {
  return new DataRefused("key", {
    what: "Nothing says which row is which",
    where,
    why: "Rows of a table are read again and again, and have to be known again: to meet their prediction, and to come once",
    fix: "Add --id COLUMN (the table's key), or a --query FILE.sql that makes one of several columns.",
  });
}

/** It said nothing for too long. */
export function tooLate(place: TablePlace, seconds: number): DataRefused {
  return new DataRefused("slow", {
    what: `Nothing came from the database for ${seconds} seconds`,
    where: shown(place),
    fix: "Look whether it is locked or overloaded; --profile-rows 100000 reads less, a --query with an index less still.",
  });
}

/** It ended in the middle. */
export function brokenOff(place: TablePlace, tail: string): DataRefused {
  return new DataRefused("rows", {
    what: "A row could not be read",
    where: shown(place),
    why: hide(tail.split("\n").at(-1) ?? "") || undefined,
    fix: "If the connection broke, try again; if a value is the cause, give a --query that leaves it out or casts it.",
  });
}

/** There is a Python, but the driver can't be had. */
export function noDriver(place: TablePlace, tail: string): ToolMissing {
  return new ToolMissing("driver", {
    what: `The Python driver ${place.driver.requires.join(", ") || place.driver.module} can't be had`,
    where: "PATH",
    why:
      hide(
        tail
          .split("\n")
          .filter((line) => line.trim() !== "")
          .slice(-3)
          .join("\n"),
      ) || undefined,
    fix: `It is installed for a moment only, and needs the package index: see that it can be reached. ${EXPORT}`,
  });
}

/** There is neither uv nor a Python. */
export function noPython(error: ToolMissing): ToolMissing {
  return new ToolMissing("installer", {
    what: "Reading a table needs uv, or Python 3.11 or newer",
    where: error.where,
    why: error.why,
    fix: `Install uv with:  ${installCommand()}\nThen run the same command again. ${EXPORT}`,
  });
}

/** A name of a column that won't do: in a database it can't just be changed. */
export function renamed(error: unknown): unknown {
  if (!(error instanceof DataRefused) || !error.code.startsWith("data/header")) return error;
  const { what, where, why } = error;
  return new DataRefused(error.code.slice("data/".length), {
    what,
    where: where?.replace(/:1$/, ""),
    why,
    fix: "Give a --query FILE.sql that names its columns: select a as b …",
  });
}
