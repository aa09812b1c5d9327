/** Texts of other people: read byte for byte, and lengthened without touching a byte of theirs. Pure. */
import { ManifestRefused } from "../errors.ts";

/** A file of theirs. */
export interface Given {
  readonly path: string;
  readonly bytes: Uint8Array;
}

// A mark at the start is kept in the text: it has to be written again.
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of a file, so that {@link bytesOf} gives the same bytes. */
export function textOf({ path, bytes }: Given): string {
  try {
    return strict.decode(bytes);
  } catch {
    throw new ManifestRefused("encoding", {
      what: `${path} is not UTF-8`,
      where: path,
      why: "its bytes could not be kept while a line is added",
      fix: "Save it as UTF-8, or take it out of the way while you add.",
    });
  }
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** How the lines around a place end; the first of the file decides where there is none before it. */
export function endingAt(text: string, at = text.length): string {
  const feed = at > 0 ? text.lastIndexOf("\n", at - 1) : -1;
  const near = feed < 0 ? text.indexOf("\n") : feed;
  return near > 0 && text[near - 1] === "\r" ? "\r\n" : "\n";
}

/**
 * Puts lines in at the start of a line, or behind everything. A last line without an ending stays without one:
 * what is added then brings the ending before it, not after.
 */
export function inserted(text: string, at: number, lines: readonly string[]): string {
  const ending = endingAt(text, at);
  const block = lines.join(ending);
  const open = at > 0 && !/[\n\ufeff]/.test(text[at - 1] ?? "");
  return `${text.slice(0, at)}${open ? ending + block : block + ending}${text.slice(at)}`;
}

/** Lines as a block of their own: an empty line before and after, where there is none yet. */
export function insertedApart(text: string, at: number, lines: readonly string[]): string {
  const before = text.slice(0, at);
  const first = /^\ufeff?$|(?:^|\n)[ \t]*\r?\n$/.test(before) ? [] : [""];
  const last = at === text.length || /^[ \t]*(?:\r?\n|$)/.test(text.slice(at)) ? [] : [""];
  return inserted(text, at, [...first, ...lines, ...last]);
}
