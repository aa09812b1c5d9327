import type { FileEntry, Files } from "../types.ts";

/** Tar is made of blocks of this size. */
const BLOCK = 512;
const encoder = new TextEncoder();
const NOTHING = new Uint8Array();

/**
 * Files as a ustar archive, sorted by path, without owners and times: the tree as last rendered, the merge base of an
 * update. Written at once: the libraries for tar are streams,
 * and a tree is in memory anyway.
 */
export function writeTar(files: Files): Uint8Array {
  const entries = entriesIn(files);
  const tar = new Uint8Array(sizeOf(entries));
  let at = 0;
  for (const entry of entries) {
    writeHeader(tar.subarray(at, at + BLOCK), entry);
    tar.set(entry.bytes, at + BLOCK);
    at += BLOCK + Math.ceil(entry.bytes.length / BLOCK) * BLOCK;
  }
  return tar;
}

/** The size {@link writeTar} gives, without making it. */
export function tarSize(files: Files): number {
  return sizeOf(entriesIn(files));
}

function entriesIn(files: Files): Entry[] {
  return [...files.keys()].sort().flatMap((path) => {
    const file = files.get(path);
    return file ? entriesOf(path, file) : [];
  });
}

function sizeOf(entries: readonly Entry[]): number {
  return entries.reduce((total, { bytes }) => total + BLOCK + Math.ceil(bytes.length / BLOCK) * BLOCK, 2 * BLOCK);
}

/** A header with the bytes behind it. */
interface Entry {
  readonly name: Uint8Array;
  readonly prefix: Uint8Array;
  readonly mode: number;
  readonly type: "0" | "x";
  readonly bytes: Uint8Array;
}

/** A file; one whose path fits no header is led by an entry that holds the path. */
function entriesOf(path: string, { bytes, mode }: FileEntry): Entry[] {
  const split = splitPath(path);
  if (split) return [{ ...split, mode, type: "0", bytes }];
  const prefix = NOTHING;
  return [
    { name: encoder.encode("pax"), prefix, mode: 0o644, type: "x", bytes: paxRecord("path", path) },
    { name: encoder.encode("long"), prefix, mode, type: "0", bytes },
  ];
}

/** Name and prefix of a path, cut at a slash so that both fit their fields; `undefined` when they can't. */
function splitPath(path: string): { name: Uint8Array; prefix: Uint8Array } | undefined {
  const whole = encoder.encode(path);
  if (whole.length <= 100) return { name: whole, prefix: NOTHING };
  for (let cut = path.indexOf("/"); cut > 0; cut = path.indexOf("/", cut + 1)) {
    const name = encoder.encode(path.slice(cut + 1));
    const prefix = encoder.encode(path.slice(0, cut));
    if (name.length <= 100 && prefix.length <= 155) return { name, prefix };
  }
  return undefined;
}

/** Fills a header block that is all zero. The sum is taken with blanks in its own place. */
function writeHeader(block: Uint8Array, { name, prefix, mode, type, bytes }: Entry): void {
  const fields = [octal(mode, 8), octal(0, 8), octal(0, 8), octal(bytes.length, 12), octal(0, 12), " ".repeat(8), type];
  block.set(name, 0);
  encoder.encodeInto(fields.join(""), block.subarray(100));
  encoder.encodeInto("ustar\x0000", block.subarray(257));
  block.set(prefix, 345);
  // All else is zero: the fields end at 157, `ustar` at 265.
  let sum = 0;
  for (const [from, to] of [
    [0, name.length],
    [100, 157],
    [257, 265],
    [345, 345 + prefix.length],
  ] as const)
    for (let at = from; at < to; at++) sum += block[at] ?? 0;
  encoder.encodeInto(`${octal(sum, 7)} `, block.subarray(148));
}

function octal(value: number, length: number): string {
  return `${value.toString(8).padStart(length - 1, "0")}\0`;
}

/** `LENGTH KEY=VALUE`, in which the length counts itself. */
function paxRecord(key: string, value: string): Uint8Array {
  const rest = encoder.encode(` ${key}=${value}\n`).length;
  let length = rest + String(rest).length;
  if (String(length).length > String(rest).length) length = rest + String(length).length;
  return encoder.encode(`${length} ${key}=${value}\n`);
}
