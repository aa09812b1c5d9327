/** Bytes of a text file → its text and how it is written. Pure. */
import type { Encoding, Indentation, LineEnding, TextShape } from "./types.ts";

export interface Decoded {
  readonly text: string;
  readonly encoding: Encoding;
}

const strict = new TextDecoder("utf-8", { fatal: true });

/** Reads a file's bytes as text; nothing for a binary one. A Python file may declare its encoding in its first two lines. */
export function decoded(bytes: Buffer): Decoded | undefined {
  if (bytes.length >= 2 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))) {
    const text = new TextDecoder(bytes[0] === 0xff ? "utf-16le" : "utf-16be").decode(bytes);
    return { text, encoding: "utf-16" };
  }
  if (bytes.includes(0)) return undefined;
  const marked = bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const declared = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/m.exec(firstLines(bytes))?.[1]?.toLowerCase() ?? "";
  if (/^(?:iso-?8859-?1|latin-?1)$/.test(declared)) return { text: bytes.toString("latin1"), encoding: "latin-1" };
  if (/^(?:cp-?1252|windows-1252)$/.test(declared)) {
    return { text: new TextDecoder("windows-1252").decode(bytes), encoding: "cp1252" };
  }
  try {
    const text = strict.decode(bytes);
    return { text, encoding: marked ? "utf-8 with BOM" : "utf-8" };
  } catch {
    return { text: bytes.toString("latin1"), encoding: "other" };
  }
}

function firstLines(bytes: Buffer): string {
  const end = bytes.indexOf(10, Math.max(0, bytes.indexOf(10) + 1));
  return bytes.toString("latin1", 0, Math.min(end < 0 ? bytes.length : end, 400));
}

/** How many lines are looked at for indentation: a file is written by one editor. */
const LOOKED_AT = 400;

/** Says how a text is written. */
export function shapeOf({ text, encoding }: Decoded): TextShape {
  const about = { encoding, ending: endingOf(text), finalNewline: text === "" || /[\r\n]$/.test(text) };
  let tabs = 0;
  let mixed = 0;
  const steps = new Map<number, number>();
  let before = 0;
  let seen = 0;
  for (const [, white = ""] of text.matchAll(/^([ \t]*)[^\s#]/gm)) {
    if (++seen > LOOKED_AT) break;
    if (white.includes("\t")) {
      if (white.includes(" ")) mixed += 1;
      else tabs += 1;
      continue;
    }
    const step = white.length - before;
    if (step > 1) steps.set(step, (steps.get(step) ?? 0) + 1);
    before = white.length;
  }
  const [width = 0] = [...steps].sort((a, b) => b[1] - a[1])[0] ?? [];
  const indentation: Indentation = mixed || (tabs && width) ? "mixed" : tabs ? "tabs" : width ? "spaces" : "none";
  return { ...about, indentation, width: indentation === "tabs" ? 1 : width };
}

function endingOf(text: string): LineEnding {
  const feed = text.indexOf("\n");
  if (feed < 0) return text.includes("\r") ? "cr" : "none";
  const crlf = text[feed - 1] === "\r";
  // The other kind is looked for, not counted: the first of it settles the matter.
  const other = crlf ? /(?<!\r)\n/.test(text) : text.includes("\r\n");
  return other ? "mixed" : crlf ? "crlf" : "lf";
}

/** A text as Python cuts it into lines: a lone carriage return ends one, too. */
export function withFeeds(text: string, { ending }: TextShape): string {
  return ending === "cr" || ending === "mixed" ? text.replace(/\r\n?/g, "\n") : text;
}
