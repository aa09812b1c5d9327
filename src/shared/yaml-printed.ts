/** Reads back what `printYaml` wrote of plain values. Thousands of lines of it take a YAML parser a third of a second. Pure. */
import type { Json } from "../types.ts";

/** The value; nothing when the text holds anything that is not printed. */
export function readPrinted(text: string): Json | undefined {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  try {
    const [value, end] = block(lines, 0, 0);
    return end === lines.length ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

type Table = Record<string, Json>;

/** The table or list that begins in a line, and the line behind it. */
function block(lines: string[], from: number, indent: number): [Json, number] {
  const list: Json[] = [];
  const table: Table = {};
  const isList = isItem(lines[from] ?? "", indent);
  let at = from;
  for (; at < lines.length && depthOf(lines[at] ?? "") === indent; ) {
    const line = lines[at] ?? "";
    if (isItem(line, indent) !== isList) throw new SyntaxError(line);
    if (isList) {
      const rest = line.slice(indent + 2);
      const inner = /^- |^(?:[A-Za-z_][^"]*|"(?:[^"\\]|\\.)*"):(?: |$)/.test(rest);
      if (inner) lines[at] = `${" ".repeat(indent + 2)}${rest}`;
      const [value, next] = inner ? block(lines, at, indent + 2) : scalar(lines, at, indent, rest);
      list.push(value);
      at = next;
    } else {
      const [, key = "", rest = ""] = /^((?:[^":]+|"(?:[^"\\]|\\.)*")):(?: (.*))?$/.exec(line.slice(indent)) ?? [];
      const name = text(key);
      if (key === "" || name === "__proto__") throw new SyntaxError(line);
      const [value, next] = rest === "" ? block(lines, at + 1, indent + 2) : scalar(lines, at, indent, rest);
      table[name] = value;
      at = next;
    }
  }
  if (at === from) throw new SyntaxError(lines[at]);
  return [isList ? list : table, at];
}

/** A value on one line, or the lines of a text below its mark. */
function scalar(lines: readonly string[], at: number, indent: number, rest: string): [Json, number] {
  if (rest !== "|-") return [plain(rest), at + 1];
  const margin = " ".repeat(indent + 2);
  let end = at + 1;
  while (lines[end]?.startsWith(margin)) end += 1;
  const texts = lines.slice(at + 1, end).map((line) => line.slice(margin.length));
  return [texts.join("\n"), end];
}

const WORDS: ReadonlyMap<string, Json> = new Map<string, Json>([
  ["true", true],
  ["false", false],
  ["null", null],
  [".inf", Number.POSITIVE_INFINITY],
  ["-.inf", Number.NEGATIVE_INFINITY],
  [".nan", Number.NaN],
]);

function plain(rest: string): Json {
  const word = WORDS.get(rest);
  if (word !== undefined) return word;
  if (rest === "{}") return {};
  if (rest === "[]") return [];
  return /^-?\d/.test(rest) ? number(rest) : text(rest);
}

function number(rest: string): number {
  if (/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/.test(rest)) return Number(rest);
  throw new SyntaxError(rest);
}

function text(rest: string): string {
  if (rest.startsWith('"')) return JSON.parse(rest) as string;
  if (/^[A-Za-z_][\w./ -]*$/.test(rest)) return rest;
  throw new SyntaxError(rest);
}

function isItem(line: string, indent: number): boolean {
  return line.startsWith("- ", indent);
}

function depthOf(line: string): number {
  return line.length - line.trimStart().length;
}
