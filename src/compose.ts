import { textAhead } from "./ahead.ts";
import { PackRefused } from "./errors.ts";
import { mapText } from "./shared/doc.ts";
import { fillLines, isLineFile, uniteLines } from "./shared/lines.ts";
import { mergeDocuments } from "./shared/merge.ts";
import { fillProse, mapProse } from "./shared/prose.ts";
import { joinSections } from "./shared/sections.ts";
import { formatOf, printDocument } from "./shared/structured.ts";
import { beginsAsToken, isBinary, replacer } from "./shared/tokens.ts";
import { fill, type Values } from "./shared/values.ts";
import type { Ahead, DocNode, Source } from "./types.ts";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** The bytes of one path, of all its sources: the ladder of shared files, first rung that works. */
export function compose(path: string, sources: readonly Source[], values: Values, ahead?: Ahead): Uint8Array {
  const [only, ...others] = sources;
  if (!only) throw new Error(`no source for ${path}`);
  const format = formatOf(path);
  if (format && isDocument(sources)) {
    const ready = ahead && textAhead(ahead, sources, values);
    return encoder.encode(ready ?? printDocument(format, mergedDocument(path, sources, values)));
  }
  if (others.length === 0 && only.as === "verbatim") return verbatim(only);
  const texts = sources.map((source) => textOf(path, source, values));
  if (isLineFile(path)) return encoder.encode(uniteLines(texts.map((text) => fillLines(path, text, values))));
  if (path.endsWith(".md") && (others.length > 0 || only.as === "fragment")) return encoder.encode(joinSections(texts));
  if (others.length > 0) throw unmergeable(path, sources);
  return encoder.encode(texts[0]);
}

/** A structured file is parsed and printed when it has several sources or a value in it; else its bytes stay. */
function isDocument(sources: readonly Source[]): boolean {
  const [first, ...others] = sources;
  if (!first || (first.as === "prose" && others.length === 0)) return false;
  if (others.length > 0 || first.as === "fragment") return true;
  return first.entry.prepared?.kind === "document" && first.entry.prepared.holes;
}

/** A document of all its sources, with names and values in it. */
export function mergedDocument(path: string, sources: readonly Source[], values: Values): DocNode {
  const contributions = sources.map((source) => {
    const { owner, entry, tokens } = source;
    const root = rootOf(path, source);
    const renamed = hasToken(entry, tokens) ? mapText(root, replacer(tokens)) : root;
    const holes = entry.prepared?.kind === "document" && entry.prepared.holes;
    return { owner, root: holes ? fill(renamed, values, `${path} of ${owner}`) : renamed };
  });
  return mergeDocuments(path, contributions);
}

function rootOf(path: string, source: Source): DocNode {
  if (source.entry.prepared?.kind === "document") return source.entry.prepared.root;
  throw new PackRefused("fragment", {
    what: `${path} of ${source.owner} can't be merged with others`,
    where: `${path} of ${source.owner}`,
    why: "It is prose (*.hbs) or uses more of its format than plain data.",
    fix: "Write it as plain data, without .hbs: values in it are filled as they are.",
  });
}

function textOf(path: string, source: Source, values: Values): string {
  const replace = replacer(source.tokens);
  const prepared = source.entry.prepared;
  if (prepared?.kind === "prose")
    return fillProse(mapProse(prepared.prose, replace), values, `${path} of ${source.owner}`);
  return replace(decoder.decode(source.entry.bytes));
}

/** Bytes as they are but for tokens; what is no text stays as it is. */
function verbatim({ entry, tokens }: Source): Uint8Array {
  if (!hasToken(entry, tokens) || isBinary(entry.bytes)) return entry.bytes;
  return Buffer.from(replacer(tokens)(asBuffer(entry.bytes).toString("utf8")));
}

/** Looks at bytes: most files hold no token, and need neither decoding nor copying. */
function hasToken(entry: Source["entry"], tokens: Source["tokens"]): boolean {
  const buffer = asBuffer(entry.bytes);
  // What is known of a compiled pack's files is known of its own tokens, not of texts that read otherwise where it is mounted.
  for (const token in tokens)
    if ((entry.tokens !== false || !beginsAsToken(token)) && buffer.includes(token)) return true;
  return false;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function unmergeable(path: string, sources: readonly Source[]): PackRefused {
  return new PackRefused("fragment", {
    what: `Several sources of ${path} can't be merged`,
    where: path,
    why: `${sources.map((source) => source.owner).join(", ")} contribute; only TOML, YAML, JSON, Markdown and line files (.gitignore, .env.example) unite.`,
    fix: "Let one own it, or give each a file of its own that is discovered.",
  });
}
