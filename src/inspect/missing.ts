/**
 * What counts as "no value". The emitted reader gets the same list through `reading.missing` of the schema,
 * so the two can't disagree.
 */

/** The usual spellings: pandas' own list and those of R, SQL, spreadsheets and the UCI archive. The empty cell is one, too. */
export const MISSING: readonly string[] = [
  "#N/A",
  "#N/A N/A",
  "#NA",
  "#NULL!",
  "(null)",
  "-",
  "--",
  "-1.#IND",
  "-1.#QNAN",
  "-NaN",
  "-nan",
  ".",
  "1.#IND",
  "1.#QNAN",
  "<NA>",
  "?",
  "N.A.",
  "N/A",
  "NA",
  "NIL",
  "NULL",
  "NaN",
  "None",
  "\\N",
  "n.a.",
  "n/a",
  "na",
  "nan",
  "nil",
  "none",
  "null",
];

const spellings = new Set(MISSING);
/** By first character: most cells are told apart from a missing one by it alone. */
const starts = new Uint8Array(128);
for (const word of MISSING) starts[word.charCodeAt(0)] = 1;
const longest = Math.max(...MISSING.map((word) => word.length));

/** Is this cell, without the white space around it, no value? */
export function isMissing(text: string, start: number, end: number): boolean {
  if (start >= end) return true;
  return starts[text.charCodeAt(start)] === 1 && end - start <= longest && spellings.has(text.slice(start, end));
}

/** White space a cell is stripped of: blanks, tabs, line ends and the no-break space. The emitted reader strips the same. */
export function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 160;
}
