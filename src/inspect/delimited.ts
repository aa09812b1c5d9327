/** Delimited text: how a file is written (found from its beginning), and its rows. */
import { DataRefused } from "../errors.ts";
import { type NumberStyle, numberStyle } from "./numbers.ts";
import { LONGEST_ROW, Row, scanRows } from "./rows.ts";
import { type Opened, OtherEncoding, openText, textOf } from "./text.ts";

export const DELIMITERS = [",", ";", "\t", "|"] as const;

export interface Dialect {
  readonly opened: Opened;
  readonly delimiter: string;
  readonly style: NumberStyle;
  /** Only cells such as `1,234` speak for the style. */
  readonly ambiguousNumbers: boolean;
  readonly header: readonly string[];
}

/** Rows from the beginning of a text, as strings. A head may end within a row: that one is left out. */
function firstRows(head: string, whole: boolean, delimiter: string, limit: number): string[][] {
  const rows: string[][] = [];
  scanRows(head, delimiter, whole, new Row(), (row) => {
    rows.push(row.toArray());
    return rows.length < limit;
  });
  return rows;
}

/** The delimiter that cuts most rows into the same number of cells, more than one if possible. */
function delimiterOf(opened: Opened): string {
  let best: { delimiter: string; score: number } = { delimiter: ",", score: 0 };
  for (const delimiter of DELIMITERS) {
    const rows = firstRows(opened.head, opened.whole, delimiter, 200);
    const width = rows[0]?.length ?? 1;
    if (width < 2) continue;
    const even = rows.filter((row) => row.length === width).length / rows.length;
    // Evenness decides; the width only between delimiters that both cut evenly (`a;b` with decimal commas).
    const filled = (rows[0] ?? []).every((cell) => cell.trim() !== "") ? 1 : 0.5;
    const score = even * even * filled * (1 + Math.log10(width));
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

/** Finds out how the file is written. Refuses what is no table. */
export async function openDelimited(path: string, known?: Opened): Promise<Dialect> {
  const opened = known ?? (await openText(path));
  if (opened.head.trim() === "") {
    throw new DataRefused("empty", {
      what: "The data file is empty",
      where: path,
      fix: "Give a file with a header line and rows.",
    });
  }
  const delimiter = delimiterOf(opened);
  const rows = firstRows(opened.head, opened.whole, delimiter, 5000);
  const header = (rows[0] ?? []).map((name) => name.trim());
  const cells = rows
    .slice(1)
    .flatMap((row) => row.map((cell) => cell.trim()).filter((cell) => /\d/.test(cell) && cell.length < 40));
  const { ambiguous, ...style } = numberStyle(cells, delimiter);
  return { opened, delimiter, style, ambiguousNumbers: ambiguous, header };
}

export interface Progress {
  readonly bytes: number;
  readonly rows: number;
}

/**
 * Streams all rows but the header. `onRow` may return false to stop. A file that begins as UTF-8 and turns out to be something else
 * makes this throw `OtherEncoding`: begin again with `latin-1`.
 */
export async function eachRow(
  dialect: Dialect,
  onRow: (row: Row) => boolean,
  onProgress?: (progress: Progress) => void,
): Promise<void> {
  let bytes = 0;
  const pieces = textOf(dialect.opened, (read) => {
    bytes = read;
  });
  await eachRowOf(pieces, dialect.delimiter, dialect.opened.path, onRow, (rows) => onProgress?.({ bytes, rows }));
}

/** The same for text from anywhere; its first row is the header. */
export async function eachRowOf(
  pieces: AsyncIterable<{ readonly text: string; readonly last: boolean }>,
  delimiter: string,
  where: string,
  onRow: (row: Row) => boolean,
  onProgress: (rows: number) => void,
): Promise<void> {
  const row = new Row();
  let rows = -1;
  let rest = "";
  for await (const { text, last } of pieces) {
    const whole = rest === "" ? text : rest + text;
    const scanned = scanRows(whole, delimiter, last, row, (found) => {
      rows += 1;
      return rows === 0 || onRow(found);
    });
    rest = whole.slice(scanned.used);
    if (scanned.unclosed && (last || rest.length > LONGEST_ROW)) throw unclosed(where, rows + 1);
    if (scanned.stopped) return;
    onProgress(rows);
  }
}

function unclosed(path: string, rows: number): DataRefused {
  return new DataRefused("quote", {
    what: `A quotation mark opens after row ${rows} and is never closed`,
    where: path,
    why: "Everything after it would be one cell",
    fix: 'Close it, or double it ("") if it belongs to the text, and try again.',
  });
}

export { OtherEncoding };
