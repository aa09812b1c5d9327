/** The profile as a table of columns and a list of warnings, as lines of text. Pure: whoever prints it may colour it. */
import type { ColumnProfile, Profile } from "./types.ts";

const SHORT: Readonly<Record<string, string>> = {
  datetime: "date",
  category: "category",
  integer: "integer",
  number: "number",
  boolean: "boolean",
  text: "text",
};

/** Below this width a column's range stands on a line of its own. */
const NARROW = 76;
const LONGEST_NAME = 22;

/** Lines of at most `width` characters (as far as 60 allow). */
export function profileLines(profile: Profile, width = 80): string[] {
  const rows = profile.columns.map((column) => [
    clip(column.name, LONGEST_NAME),
    SHORT[column.type] ?? column.type,
    column.role,
    share(column, profile),
    distinct(column),
  ]);
  const head = ["column", "type", "role", "missing", "distinct"];
  const widths = head.map((title, index) => Math.max(length(title), ...rows.map((row) => length(row[index] ?? ""))));
  const left = width - widths.reduce((sum, value) => sum + value + 2, 0);
  const own = width < NARROW;
  const line = (cells: readonly string[]): string =>
    cells.map((cell, index) => pad(cell, widths[index] ?? 0, index > 2)).join("  ");
  const table = profile.columns.flatMap((column, index) => {
    const text = range(column);
    const first = line(rows[index] ?? []);
    if (own) return text === "" ? [first] : [first, `    ${clip(text, width - 4)}`];
    return [`${first}  ${clip(text, left)}`.trimEnd()];
  });
  const facts = `${profile.file}: ${grouped(profile.rows)} rows, ${profile.columns.length} columns; ${profile.task}, target ${profile.target}`;
  return [...wrap(facts, width), "", line(head) + (own ? "" : "  range"), ...table, ...warningLines(profile, width)];
}

function pad(text: string, width: number, right: boolean): string {
  const gap = " ".repeat(Math.max(0, width - length(text)));
  return right ? gap + text : text + gap;
}

function warningLines(profile: Profile, width: number): string[] {
  if (profile.warnings.length === 0) return [];
  return ["", ...profile.warnings.flatMap(({ text }) => wrap(`! ${text}`, width, "  "))];
}

function share({ missing }: ColumnProfile, { rows }: Profile): string {
  if (missing === 0 || rows === 0) return "0";
  const percent = (100 * missing) / rows;
  return percent < 0.1 ? "<0.1%" : `${percent.toFixed(percent < 10 ? 1 : 0)}%`;
}

function distinct({ distinct: size, exact }: ColumnProfile): string {
  return (exact ? "" : "≈") + (size < 1e6 ? grouped(size) : `${(size / 1e6).toFixed(1)}M`);
}

function range({ min, max, categories, because, role }: ColumnProfile): string {
  if (because !== undefined) return because;
  if (role === "id") return "";
  if (categories !== undefined) return categories.join(", ");
  if (min === undefined || max === undefined) return "";
  return `${figure(min)} … ${figure(max)}`;
}

function figure(value: number | string): string {
  if (typeof value === "string") return value.slice(0, 10);
  return Number.isInteger(value) && Math.abs(value) < 1e6 ? String(value) : String(Number(value.toPrecision(4)));
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

function length(text: string): number {
  return [...text].length;
}

function clip(text: string, width: number): string {
  // What would move the cursor or turn the text around is shown as a dot.
  const plain = [...text.replace(/[\p{Cc}\p{Cf}]/gu, "·")];
  return plain.length <= width ? plain.join("") : `${plain.slice(0, Math.max(1, width - 1)).join("")}…`;
}

function wrap(text: string, width: number, indent = ""): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.replace(/[\p{Cc}\p{Cf}]/gu, "·").split(" ")) {
    if (line !== "" && length(line) + 1 + length(word) > width) {
      lines.push(line);
      line = indent + word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
