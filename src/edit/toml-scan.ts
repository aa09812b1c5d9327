/** Where the statements of a TOML text stand. The text is known to be valid, so only their ends are looked for. Pure. */
import { parse } from "smol-toml";

export interface Statement {
  /** `[a.b]`, `[[a.b]]`, or `a.b = value`. */
  readonly kind: "table" | "tables" | "pair";
  /** From the root; a pair's own keys come behind those of its header. */
  readonly keys: readonly string[];
  /** How many of them are its own. */
  readonly own: number;
  /** Blanks before it on its line. */
  readonly indent: string;
  /** A pair's value as written. */
  readonly value: string;
  /** Behind the ending of its last line. */
  readonly end: number;
}

/** All statements in their order. Strings, comments and values over several lines are stepped over as wholes. */
export function scan(text: string): Statement[] {
  const out: Statement[] = [];
  let header: readonly string[] = [];
  let at = text.startsWith("\ufeff") ? 1 : 0;
  while (at < text.length) {
    const start = at;
    while (isBlank(text[at])) at += 1;
    const indent = text.slice(start, at);
    if (at >= text.length || "\r\n#".includes(text[at] ?? "")) {
      at = lineEnd(text, at);
      continue;
    }
    const rest = { indent, value: "" };
    if (text[at] === "[") {
      const many = text[at + 1] === "[";
      const from = at + (many ? 2 : 1);
      const to = past(text, from, "]");
      header = keysOf(text.slice(from, to));
      at = lineEnd(text, to);
      out.push({ ...rest, kind: many ? "tables" : "table", keys: header, own: header.length, end: at });
    } else {
      const equals = past(text, at, "=");
      const own = keysOf(text.slice(at, equals));
      const behind = valueEnd(text, equals + 1);
      const value = text.slice(equals + 1, behind).trim();
      at = lineEnd(text, behind);
      out.push({ ...rest, kind: "pair", keys: [...header, ...own], own: own.length, value, end: at });
    }
  }
  return out;
}

const isBlank = (char: string | undefined): boolean => char === " " || char === "\t";

function lineEnd(text: string, at: number): number {
  const feed = text.indexOf("\n", at);
  return feed < 0 ? text.length : feed + 1;
}

/** The next such character that stands outside of strings. */
function past(text: string, from: number, stop: string): number {
  let at = from;
  while (at < text.length && text[at] !== stop) at = isQuote(text[at]) ? stringEnd(text, at) : at + 1;
  return at;
}

function valueEnd(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const char = text[at] ?? "";
    if (isQuote(char)) {
      at = stringEnd(text, at);
      continue;
    }
    if (depth === 0 && (char === "#" || char === "\n")) return at;
    if (char === "#") {
      at = lineEnd(text, at);
      continue;
    }
    if (char === "[" || char === "{") depth += 1;
    if (char === "]" || char === "}") depth -= 1;
    at += 1;
  }
  return at;
}

const isQuote = (char: string | undefined): boolean => char === '"' || char === "'";

function stringEnd(text: string, from: number): number {
  const quote = text.charAt(from);
  const end = text.startsWith(quote.repeat(3), from) ? quote.repeat(3) : quote;
  let at = from + end.length;
  while (at < text.length && !text.startsWith(end, at)) at += quote === '"' && text[at] === "\\" ? 2 : 1;
  at += end.length;
  // A long string may end with one or two quotes of its own.
  if (end.length === 3) for (let own = 0; own < 2 && text[at] === quote; own += 1) at += 1;
  return at;
}

/** `a."b.c".d` → its keys, as smol-toml reads them. */
function keysOf(written: string): string[] {
  const keys: string[] = [];
  let at: unknown = parse(`${written} = 0`);
  while (typeof at === "object" && at !== null) {
    const [entry] = Object.entries(at);
    if (entry === undefined) break;
    keys.push(entry[0]);
    at = entry[1];
  }
  return keys;
}
