/** Bytes told by how they differ from others: the base of a project holds all its files, and is replaced by every addition. Pure. */

export interface Shortened {
  /** So many bytes at the beginning and at the end are those of the other. */
  readonly head: number;
  readonly tail: number;
  /** What lies between, in base64. */
  readonly before: string;
}

/** Compared at once; what differs in it, byte by byte. */
const BLOCK = 8192;

/** What it takes to make `before` of `after`. */
export function shorten(before: Uint8Array, after: Uint8Array): Shortened {
  const most = Math.min(before.length, after.length);
  const head = alike(before, after, most);
  const tail = alikeAtEnd(before, after, most - head);
  return { head, tail, before: Buffer.from(before.subarray(head, before.length - tail)).toString("base64") };
}

/** The bytes again. */
export function restore({ head, tail, before }: Shortened, after: Uint8Array): Uint8Array {
  return Buffer.concat([
    after.subarray(0, head),
    Buffer.from(before, "base64"),
    after.subarray(after.length - tail, after.length),
  ]);
}

function alike(a: Uint8Array, b: Uint8Array, most: number): number {
  let at = 0;
  for (let end = BLOCK; end <= most && Buffer.compare(a.subarray(at, end), b.subarray(at, end)) === 0; end += BLOCK)
    at = end;
  while (at < most && a[at] === b[at]) at += 1;
  return at;
}

function alikeAtEnd(a: Uint8Array, b: Uint8Array, most: number): number {
  const lastOf = (bytes: Uint8Array, from: number, to: number) =>
    bytes.subarray(bytes.length - to, bytes.length - from);
  let at = 0;
  for (let end = BLOCK; end <= most && Buffer.compare(lastOf(a, at, end), lastOf(b, at, end)) === 0; end += BLOCK)
    at = end;
  while (at < most && a[a.length - 1 - at] === b[b.length - 1 - at]) at += 1;
  return at;
}
