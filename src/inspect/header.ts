/** Column names: are they usable, and which one is meant. */
import { DataRefused } from "../errors.ts";
import { nearest } from "../nearest.ts";

/** Names of columns the emitted project adds itself start with this. */
const OURS = "_";
const SHOWN = 12;

export function checkHeader(path: string, header: readonly string[]): void {
  if (header.length < 2) {
    throw new DataRefused("columns", {
      what: `The file has ${header.length === 1 ? "only one column" : "no columns"}`,
      where: path,
      why: "A model needs a target and at least one feature; columns are found by comma, semicolon, tab or |",
      fix: "Check how the columns are separated, and that the first line names them.",
    });
  }
  const empty = header.indexOf("");
  // The unnamed first column is how pandas and R write row numbers: name it so that it can be dropped by name.
  if (empty >= 0) {
    throw new DataRefused("header-empty", {
      what: `Column ${empty + 1} of ${header.length} has no name`,
      where: `${path}:1`,
      why: "Columns are found by name when the next file arrives",
      fix:
        empty === 0
          ? "Name it in the first line (row numbers written by pandas: save with index=False)."
          : "Name it in the first line, or remove a delimiter at the end of the line.",
    });
  }
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new DataRefused("header-twice", {
      what: `Two columns are named "${twice}"`,
      where: `${path}:1`,
      fix: "Rename one of them in the first line.",
    });
  }
  const taken = header.find((name) => name.startsWith(OURS));
  if (taken !== undefined) {
    throw new DataRefused("header-name", {
      what: `The column name "${taken}" starts with an underscore`,
      where: `${path}:1`,
      why: "Such names are the project's own",
      fix: "Rename it in the first line.",
    });
  }
  const unusual = header.find((name) => name.length > 200 || /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(name));
  if (unusual !== undefined) {
    throw new DataRefused("header-name", {
      what: `The name of column ${header.indexOf(unusual) + 1} is ${unusual.length > 200 ? "longer than 200 characters" : "written with control characters"}`,
      where: `${path}:1`,
      fix: "Rename it in the first line; if that line is not a header, add one.",
    });
  }
  if (header.every((name) => /^[+-]?[\d.,]+$/.test(name))) {
    throw new DataRefused("header-none", {
      what: "The first line looks like data, not like column names",
      where: `${path}:1`,
      fix: "Add a first line that names the columns.",
    });
  }
}

/** The column a person means, or a refusal with the nearest name. */
export function columnNamed(
  path: string,
  header: readonly string[],
  wanted: string,
  as: "target" | "id" | "time",
): string {
  if (header.includes(wanted)) return wanted;
  const folded = header.filter((name) => name.toLowerCase() === wanted.toLowerCase());
  if (folded.length === 1 && folded[0] !== undefined) return folded[0];
  const close = nearest(wanted, header);
  throw new DataRefused(`${as}-unknown`, {
    what: `There is no column "${wanted}" to be the ${as}`,
    where: path,
    why: `The columns are ${listed(header)}`,
    fix:
      close === undefined
        ? `Give one of them: --${as} COLUMN.`
        : `Did you mean --${as} ${/^[\w.-]+$/.test(close) ? close : JSON.stringify(close)}?`,
  });
}

/** The target's name, before the long pass: it decides what is compared with what. */
export function targetOf(
  path: string,
  header: readonly string[],
  options: { readonly target?: string | undefined },
): string {
  if (options.target !== undefined) return columnNamed(path, header, options.target, "target");
  throw new DataRefused("target-open", {
    what: "Nobody said which column is to be predicted",
    where: path,
    why: `The columns are ${listed(header)}`,
    fix: "Add --target COLUMN.",
  });
}

function listed(header: readonly string[]): string {
  return header.slice(0, SHOWN).join(", ") + (header.length > SHOWN ? `, … (${header.length} columns)` : "");
}
