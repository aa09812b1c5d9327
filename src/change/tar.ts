import type { FileEntry, Files, TreeFile } from "../types.ts";

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
    if ("tar" in entry) tar.set(entry.tar.subarray(entry.from, entry.to), at);
    else {
      writeHeader(tar.subarray(at, at + BLOCK), entry);
      tar.set(entry.bytes, at + BLOCK);
    }
    at += lengthOf(entry);
  }
  return tar;
}

/** The size {@link writeTar} gives, without making it. */
export function tarSize(files: Files): number {
  return sizeOf(entriesIn(files));
}

/** A file in an archive of ours, with its headers. There are thousands; few are ever looked into. */
class StoredFile implements TreeFile {
  readonly path: string;
  readonly owner: string;
  readonly tar: Buffer;
  readonly from: number;
  readonly to: number;
  readonly #size: number;
  #bytes: Uint8Array | undefined;
  constructor(path: string, owner: string, tar: Buffer, from: number, to: number, size: number) {
    this.path = path;
    this.owner = owner;
    this.tar = tar;
    this.from = from;
    this.to = to;
    this.#size = size;
  }

  get bytes(): Uint8Array {
    const from = this.#body;
    this.#bytes ??= this.tar.subarray(from, from + this.#size);
    return this.#bytes;
  }

  get mode(): number {
    return number(this.tar, this.#body - BLOCK + 100);
  }

  get #body(): number {
    return this.to - padded(this.#size);
  }
}

/** Reads what {@link writeTar} wrote, and nothing else. */
export function readTar(tar: Uint8Array, owner = ""): Map<string, TreeFile> {
  const buffer = Buffer.from(tar.buffer, tar.byteOffset, tar.byteLength);
  const files = new Map<string, TreeFile>();
  let long: string | undefined;
  for (let at = 0, from = 0; buffer[at] !== 0; ) {
    const size = number(buffer, at + 124);
    const prefix = buffer[at + 345] === 0 ? "" : `${text(buffer, at + 345, 155)}/`;
    const path = long ?? prefix + text(buffer, at, 100);
    const isPath = buffer[at + 156] === 0x78;
    const body = at + BLOCK;
    at = body + padded(size);
    long = isPath ? /=(.*)\n$/s.exec(buffer.toString("utf8", body, body + size))?.[1] : undefined;
    if (isPath) continue;
    files.set(path, new StoredFile(path, owner, buffer, from, at, size));
    from = at;
  }
  return files;
}

/** Up to the zero that ends it, or all the field. */
function text(buffer: Buffer, at: number, length: number): string {
  const end = buffer.indexOf(0, at);
  return buffer.toString("utf8", at, end < 0 || end > at + length ? at + length : end);
}

/** Octal digits, ended by a zero. */
function number(buffer: Buffer, at: number): number {
  let value = 0;
  for (let end = at; buffer[end] !== 0; end += 1) value = value * 8 + (buffer[end] ?? 0) - 0x30;
  return value;
}

function padded(length: number): number {
  return Math.ceil(length / BLOCK) * BLOCK;
}

/** Bytes of an archive, from its first header to the end of its last file. */
interface Run {
  readonly tar: Uint8Array;
  readonly from: number;
  to: number;
}

/** Entries in order; files that lie behind each other in an archive, as they stand there. */
function entriesIn(files: Files): (Entry | Run)[] {
  const entries: (Entry | Run)[] = [];
  for (const path of [...files.keys()].sort()) {
    const file = files.get(path);
    if (file instanceof StoredFile && file.path === path) {
      const last = entries.at(-1);
      const { tar, from, to } = file;
      if (last !== undefined && "tar" in last && last.tar === tar && last.to === from) last.to = to;
      else entries.push({ tar, from, to });
    } else if (file) entries.push(...entriesOf(path, file));
  }
  return entries;
}

function sizeOf(entries: readonly (Entry | Run)[]): number {
  return entries.reduce((total, entry) => total + lengthOf(entry), 2 * BLOCK);
}

function lengthOf(entry: Entry | Run): number {
  return "tar" in entry ? entry.to - entry.from : BLOCK + padded(entry.bytes.length);
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
