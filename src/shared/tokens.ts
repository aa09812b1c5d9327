/**
 * Templates are files of a real project called `sample_project`; these are the names that stand in for the real ones.
 * Only text of templates is changed, never text of an answer.
 */

export interface Names {
  /** As typed. */
  readonly name: string;
  /** For headings; letters, digits, spaces and dashes only, so it is safe in every format. */
  readonly title: string;
  /** Of the distribution and the command: `rain-forecast`. */
  readonly dist: string;
  /** Of the Python package: `rain_forecast`. */
  readonly package: string;
}

/** The forms of a project's name. Whether the package can be imported is checked in `refuse/`. */
export function namesOf(name: string): Names {
  // Most names are plain, and Unicode's tables cost milliseconds to load.
  const plain = /^[\x20-\x7e]*$/.test(name);
  const words = name
    .normalize("NFC")
    .split(plain ? /[^A-Za-z0-9]+/ : /[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
  const cased = (plain ? /[A-Z]/ : /\p{Lu}/u).test(name)
    ? words
    : words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const ascii = (plain ? name : name.normalize("NFKD").replace(/\p{M}/gu, ""))
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  return { name, title: cased.join(" "), dist: ascii.join("-"), package: ascii.join("_") };
}

/** Token → what replaces it. */
export type Tokens = Readonly<Record<string, string>>;

/** Tokens of the whole project. */
export function projectTokens(names: Names): Tokens {
  return { sample_project: names.package, "sample-project": names.dist, "Sample Project": names.title };
}

/** The project's tokens and the name of one part: `sample_model` → `rain`. */
export function partTokens(tokens: Tokens, part: string, name: string): Tokens {
  return { ...tokens, [`sample_${part}`]: name };
}

const replacers = new WeakMap<Tokens, (text: string) => string>();

/** A function that replaces all tokens in one pass, so that a replacement is never replaced again. */
export function replacer(tokens: Tokens): (text: string) => string {
  const known = replacers.get(tokens) ?? makeReplacer(tokens);
  replacers.set(tokens, known);
  return known;
}

function makeReplacer(tokens: Tokens): (text: string) => string {
  const names = Object.keys(tokens).sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  if (names.length === 0) return (text) => text;
  const pattern = new RegExp(names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"), "g");
  return (text) => text.replace(pattern, (token) => tokens[token] ?? token);
}

/** Every token begins with one of these. */
const BEGINNINGS = ["sample_", "sample-", "Sample "];

/** Whether a text is a token of a pack's templates, by how it begins. */
export const beginsAsToken = (text: string): boolean => BEGINNINGS.some((beginning) => text.startsWith(beginning));

/** Whether any token may be in a file, whatever parts a pack has. */
export function mayHoldTokens(bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return BEGINNINGS.some((beginning) => buffer.includes(beginning));
}

/** True for bytes that no token can be in: pictures, archives. */
export function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8000).includes(0);
}
