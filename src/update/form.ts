/** How a text is written down: encoding, mark at its start, line ends. Merging looks at the lines alone. Pure. */
import { isBinary } from "../shared/tokens.ts";

export interface Form {
  readonly encoding: "utf-8" | "utf-16le" | "utf-16be";
  readonly mark: boolean;
  readonly crlf: boolean;
}

const PLAIN: Form = { encoding: "utf-8", mark: false, crlf: false };
const encoder = new TextEncoder();

/** The form of a text and its lines, as UTF-8 with plain line ends; the bytes as they are when they would not come back. */
export function unformed(bytes: Uint8Array): { readonly form: Form; readonly lines: Uint8Array } {
  const form = formOf(bytes);
  if (form === undefined) return { form: PLAIN, lines: bytes };
  const text = new TextDecoder(form.encoding).decode(bytes); // drops the mark
  const lines = encoder.encode(form.crlf ? text.replaceAll("\r\n", "\n") : text);
  return Buffer.compare(formed(lines, form), bytes) === 0 ? { form, lines } : { form: PLAIN, lines: bytes };
}

/** Lines in a form. */
export function formed(lines: Uint8Array, { encoding, mark, crlf }: Form): Uint8Array {
  if (encoding === "utf-8" && !mark && !crlf) return lines;
  const plain = new TextDecoder("utf-8", { ignoreBOM: true }).decode(lines);
  const text = `${mark ? "\ufeff" : ""}${crlf ? plain.replaceAll("\n", "\r\n") : plain}`;
  if (encoding === "utf-8") return encoder.encode(text);
  const wide = Buffer.from(text, "utf16le");
  return encoding === "utf-16be" ? wide.swap16() : wide;
}

function formOf(bytes: Uint8Array): Form | undefined {
  const [first, second, third] = bytes;
  const wide = bytes.length % 2 === 0;
  if (wide && first === 0xff && second === 0xfe) return ended({ encoding: "utf-16le", mark: true, crlf: false }, bytes);
  if (wide && first === 0xfe && second === 0xff) return ended({ encoding: "utf-16be", mark: true, crlf: false }, bytes);
  if (isBinary(bytes)) return undefined;
  return ended({ ...PLAIN, mark: first === 0xef && second === 0xbb && third === 0xbf }, bytes);
}

/** Line ends count when they are all of one kind. */
function ended(form: Form, bytes: Uint8Array): Form {
  const text = Buffer.from(new TextDecoder(form.encoding).decode(bytes));
  let [crlf, lf] = [0, 0];
  for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10, at + 1)) {
    if (text[at - 1] === 13) crlf += 1;
    else lf += 1;
  }
  return { ...form, crlf: crlf > 0 && lf === 0 };
}
