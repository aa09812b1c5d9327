/** From a file to text: is it text at all, packed, and in which encoding; then its text in pieces. Only reads. */
import { isAscii, isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { DataRefused } from "../errors.ts";

/** Names as Python knows them: they go into the schema as they are. */
export type Encoding = "utf-8" | "utf-16-le" | "utf-16-be" | "latin-1" | "cp1252";

export interface Opened {
  readonly path: string;
  readonly gzip: boolean;
  readonly encoding: Encoding;
  /** The first part of the text, without a byte order mark. */
  readonly head: string;
  /** The head is the whole text. */
  readonly whole: boolean;
}

/** As much as is looked at to recognise encoding, delimiter and number style. */
const HEAD = 512 * 1024;
const PIECE = 256 * 1024;

/** File beginnings that are recognised to say more than "binary". */
const KNOWN: readonly (readonly [string, string, string])[] = [
  ["PK\u0003\u0004", "a ZIP archive or an Excel workbook", "Unpack it, or save the sheet as CSV, and give that file."],
  ["\u00d0\u00cf\u0011\u00e0", "an old Excel workbook", "Save the sheet as CSV and give that file."],
  ["%PDF", "a PDF document", "Export the table as CSV and give that file."],
  ["SQLite format 3", "a SQLite database", "Give it as --data sqlite:///FILE --table TABLE."],
  ["\u0089PNG", "an image", "Give a CSV, TSV or Parquet file."],
  ["BZh", "packed with bzip2", "Unpack it (bunzip2) and give the file inside."],
  ["\u00fd7zXZ", "packed with xz", "Unpack it (unxz) and give the file inside."],
  ["\u0028\u00b5\u002f\u00fd", "packed with zstd", "Unpack it (unzstd) and give the file inside."],
];

function junk(path: string, what = "not a text file", fix = "Give a CSV, TSV or Parquet file."): DataRefused {
  return new DataRefused("binary", {
    what: `The data file is ${what}`,
    where: path,
    why: "A table is read from delimited text or from Parquet",
    fix,
  });
}

/** Bytes of the file, unpacked; `onBytes` hears how many bytes of the file itself were read. */
async function* bytesOf(path: string, gzip: boolean, onBytes?: (read: number) => void): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: PIECE });
  if (onBytes !== undefined) file.on("data", () => onBytes(file.bytesRead));
  if (!gzip) {
    yield* file as AsyncIterable<Buffer>;
    return;
  }
  const unpacked = createGunzip({ chunkSize: PIECE });
  file.on("error", (error) => unpacked.destroy(error));
  try {
    yield* file.pipe(unpacked) as AsyncIterable<Buffer>;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (!code.startsWith("Z_")) throw error;
    throw junk(path, "not a whole gzip file", "Pack it again (gzip FILE), or give the file unpacked.");
  } finally {
    file.destroy();
  }
}

/** Recognises a text file by its beginning, or refuses it. */
export async function openText(path: string): Promise<Opened> {
  const first = await take(bytesOf(path, false), 4);
  const gzip = first[0] === 0x1f && first[1] === 0x8b;
  const bytes = await take(bytesOf(path, gzip), HEAD);
  const whole = bytes.length < HEAD;
  const known = KNOWN.find(([mark]) => bytes.subarray(0, mark.length).toString("latin1") === mark);
  if (known !== undefined) throw junk(path, known[1], known[2]);
  const encoding = encodingOf(path, bytes);
  const text = new Decoder(encoding).push(bytes, whole);
  const head = text.startsWith("\ufeff") ? text.slice(1) : text;
  return { path, gzip, encoding, head, whole };
}

async function take(source: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of source) {
    parts.push(part);
    size += part.length;
    if (size >= limit) break;
  }
  return Buffer.concat(parts).subarray(0, limit);
}

function encodingOf(path: string, bytes: Buffer): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16-le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16-be";
  const nulls = [0, 0];
  let controls = 0;
  let windows = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    if (byte === 0) nulls[at % 2] = (nulls[at % 2] as number) + 1;
    else if (byte < 32 && !(byte >= 9 && byte <= 13)) controls += 1;
    else if (byte >= 0x80 && byte < 0xa0) windows += 1;
  }
  const [even, odd] = nulls as [number, number];
  // Without a mark, UTF-16 shows as zeros in every second place.
  if (odd > bytes.length / 4 && even < odd / 10) return "utf-16-le";
  if (even > bytes.length / 4 && odd < even / 10) return "utf-16-be";
  if (even + odd > 0 || controls > bytes.length / 100) throw junk(path);
  if (isUtf8(bytes.subarray(0, wholeCharacters(bytes)))) return "utf-8";
  // Half of all bytes in the range no Western text uses: not a text at all.
  if (windows > bytes.length / 10) throw junk(path);
  return windows > 0 && !UNDEFINED.test(bytes.toString("latin1")) ? "cp1252" : "latin-1";
}

/** Where the last whole UTF-8 character ends. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) return back >= (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? bytes.length : bytes.length - back;
  }
  return bytes.length;
}

/** What Windows puts where latin-1 has control characters; five places are empty, and Python refuses them. */
const WINDOWS = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";
const UNDEFINED = /[\x81\x8d\x8f\x90\x9d]/;

/** The text is not what its beginning promised: UTF-8, say, that turns out to be something else. */
export class OtherEncoding extends Error {}

/** Decodes in pieces. Plain ASCII, the common case, takes the fastest way there is. */
class Decoder {
  private rest: Buffer = Buffer.alloc(0);

  constructor(private readonly encoding: Encoding) {}

  push(piece: Buffer, last: boolean): string {
    const bytes = this.rest.length === 0 ? piece : Buffer.concat([this.rest, piece]);
    const wide = this.encoding.startsWith("utf-16");
    let end = bytes.length;
    // Pieces end with a line where possible: to glue texts makes a string that is slow to walk through.
    if (!last) end = wide ? end - (end % 2) : bytes.lastIndexOf(10) + 1 || wholeCharacters(bytes);
    const whole = bytes.subarray(0, end);
    this.rest = Buffer.from(bytes.subarray(end));
    if (this.encoding === "latin-1") return whole.toString("latin1");
    if (this.encoding === "cp1252") {
      const text = whole.toString("latin1");
      if (UNDEFINED.test(text)) throw new OtherEncoding();
      // Not by TextDecoder: that of Node 20 takes windows-1252 for latin-1.
      return text.replace(/[\x80-\x9f]/g, (mark) => WINDOWS.charAt(mark.charCodeAt(0) - 0x80));
    }
    if (this.encoding === "utf-16-le") return whole.toString("utf16le");
    if (this.encoding === "utf-16-be")
      return Buffer.from(whole.subarray(0, end - (end % 2)))
        .swap16()
        .toString("utf16le");
    if (isAscii(whole)) return whole.toString("latin1");
    if (!isUtf8(whole)) throw new OtherEncoding();
    return whole.toString("utf8");
  }
}

/** The file's text in pieces, without a byte order mark; the last piece may be empty. */
export async function* textOf(
  opened: Opened,
  onBytes?: (read: number) => void,
): AsyncGenerator<{ text: string; last: boolean }> {
  const decoder = new Decoder(opened.encoding);
  let first = true;
  const decoded = (bytes: Buffer, last: boolean): string => {
    const text = decoder.push(bytes, last);
    const plain = first && text.startsWith("\ufeff") ? text.slice(1) : text;
    if (text !== "") first = false;
    return plain;
  };
  for await (const bytes of bytesOf(opened.path, opened.gzip, onBytes))
    yield { text: decoded(bytes, false), last: false };
  yield { text: decoded(Buffer.alloc(0), true), last: true };
}
