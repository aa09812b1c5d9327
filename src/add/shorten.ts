/** Bytes told by what they share with others: the base of a project holds all its files, and every addition replaces it. Pure. */

/** Pieces in order: `[at, length]` is of the other bytes, a text is base64. */
export type Shortened = readonly (readonly [number, number] | string)[];

/** Compared at once; what differs in it, byte by byte. */
const BLOCK = 8192;
/** So many bytes are looked for where the two part. */
const PROBE = 512;
/** After so many places that were not found, the rest is kept as it is. */
const MOST = 64;

/** What it takes to make `before` of `after`. */
export function shorten(before: Uint8Array, after: Uint8Array): Shortened {
  const pieces: (readonly [number, number] | Uint8Array)[] = [];
  const other = Buffer.from(after.buffer, after.byteOffset, after.byteLength);
  let [at, there, missed] = [0, 0, 0];
  while (at < before.length) {
    const same = alike(before, at, after, there);
    if (same > 0) pieces.push([there, same]);
    at += same;
    there += same;
    if (at === before.length) break;
    const probe = before.subarray(at, at + PROBE);
    const found = missed < MOST ? other.indexOf(probe, there) : -1;
    if (found >= 0) there = found;
    else {
      missed += 1;
      const end = missed < MOST ? at + probe.length : before.length;
      pieces.push(before.subarray(at, end));
      at = end;
    }
  }
  return pieces.map((piece) => (piece instanceof Uint8Array ? Buffer.from(piece).toString("base64") : piece));
}

/** The bytes again. */
export function restore(pieces: Shortened, after: Uint8Array): Uint8Array {
  return Buffer.concat(
    pieces.map((piece) =>
      typeof piece === "string" ? Buffer.from(piece, "base64") : after.subarray(piece[0], piece[0] + piece[1]),
    ),
  );
}

/** Whether it is one that was read from a file. */
export function isShortened(value: unknown): value is Shortened {
  const isPiece = (one: unknown): boolean =>
    typeof one === "string" || (Array.isArray(one) && one.length === 2 && one.every(Number.isSafeInteger));
  return Array.isArray(value) && value.every(isPiece);
}

function alike(a: Uint8Array, from: number, b: Uint8Array, start: number): number {
  const most = Math.min(a.length - from, b.length - start);
  const block = (bytes: Uint8Array, first: number, at: number) => bytes.subarray(first + at, first + at + BLOCK);
  let at = 0;
  while (at + BLOCK <= most && Buffer.compare(block(a, from, at), block(b, start, at)) === 0) at += BLOCK;
  while (at < most && a[from + at] === b[start + at]) at += 1;
  return at;
}
