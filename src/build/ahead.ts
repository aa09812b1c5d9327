/** Composes documents when the pack is compiled. It runs the ordinary merge and printer over marks in the place of names and values. */
import { circumstances, keyOf } from "../ahead.ts";
import { mergedDocument } from "../compose.ts";
import { UserError } from "../errors.ts";
import { select } from "../options/select.ts";
import { valuesOf } from "../options/values.ts";
import { compilePack, revivePack } from "../packs/compiled.ts";
import { plan } from "../plan.ts";
import { LONGEST_NAME } from "../refuse/name.ts";
import { formatOf, printDocument } from "../shared/structured.ts";
import { projectTokens } from "../shared/tokens.ts";
import type { Values } from "../shared/values.ts";
import type { Answers, DocNode, Pack, Ready, Selection, Source } from "../types.ts";
import { VERSION } from "../version.ts";

const NAME = "sample-project";

/** A value has no limit; a list that keeps its line with this one never breaks. */
const ENDLESS = 10_000;

/** The pack with the documents of its default selection, and of every selection that differs from it in one group. */
export function withAhead(pack: Pack): Pack {
  // Compiled once, so that every file has its number.
  const numbered = revivePack(Buffer.from(compilePack(pack)));
  const usual = select([numbered], { name: NAME });
  const when = circumstances(usual);
  const documents = new Map<string, () => Ready>();
  for (const selection of [usual, ...neighbours(numbered)]) {
    if (circumstances(selection) !== when) continue;
    for (const [path, sources] of plan(selection).paths) {
      const key = keyOf(sources);
      const ready = documents.has(key) ? undefined : readyOf(path, sources, selection);
      if (ready !== undefined) documents.set(key, () => ready);
    }
  }
  return { ...numbered, ahead: { when, documents } };
}

function neighbours(pack: Pack): Selection[] {
  const answers = pack.groups.flatMap(({ id, kind, options }): Answers[] =>
    options
      .map((option) => ({ [id]: kind === "one" ? option.id : [option.id] }))
      .concat(kind === "many" ? [{ [id]: [] }] : []),
  );
  return answers.flatMap((answer) => {
    try {
      return [select([pack], { name: NAME, ...answer })];
    } catch (error) {
      if (error instanceof UserError) return []; // it contradicts the defaults, or needs more than an id
      throw error;
    }
  });
}

/** Marks: letters where a name may stand in a key, private characters for all else. Names are short, values are not. */
interface Marks {
  readonly dist: string;
  readonly package: string;
  readonly title: string;
  readonly value: (index: number) => string;
}

const marks = (name: number, length: number): Marks => ({
  dist: `Q${"X".repeat(name)}Q`,
  package: `Q${"Y".repeat(name)}Q`,
  title: "\ue000".repeat(length),
  value: (index) => String.fromCharCode(0xe100 + index).repeat(length),
});
const MARK = /Q(X|Y)\1*Q|(\ue000)\2*|(?<!\\)"([\ue100-\uf8ff])\3*"/g;
const ANY_MARK = /Q(?:X+|Y+)Q|[\ue000-\uf8ff]/;

/** A document in pieces; nothing when its layout depends on what comes into it. */
function readyOf(path: string, sources: readonly Source[], selection: Selection): Ready | undefined {
  const format = formatOf(path);
  if (format !== "toml" && format !== "yaml") return undefined;
  // What has no number was made for one selection; its text may be another in the next.
  if (sources.some(({ entry }) => entry.id === undefined || entry.prepared?.kind !== "document")) return undefined;
  const open = openKeys(selection);
  const pieces = (marked: Marks): Ready | undefined => {
    const root = mergedOf(path, sources, selection, open, marked);
    if (root === undefined || hasMarkedKey(root, format, marked)) return undefined;
    return split(printDocument(format, root), format, open);
  };
  const [short, long] = [pieces(marks(1, 1)), pieces(marks(LONGEST_NAME - 2, ENDLESS))];
  return JSON.stringify(short) === JSON.stringify(long) ? short : undefined;
}

/** Values that a person decides; what options settle is known. */
function openKeys({ answers, settled, ...rest }: Selection): readonly string[] {
  const values = valuesOf({ answers, settled, ...rest }, VERSION);
  return Object.keys(values).filter((key) => !settled.has(key) || values[key] !== answers[key]);
}

function mergedOf(
  path: string,
  sources: readonly Source[],
  selection: Selection,
  open: readonly string[],
  marked: Marks,
) {
  const values: Record<string, Values[string]> = { ...valuesOf(selection, VERSION) };
  // Only a text can be marked: a document that needs another open value is not found, and composed when it is asked for.
  open.forEach((key, index) => {
    if (typeof values[key] === "string") values[key] = marked.value(index);
    else delete values[key];
  });
  const tokens = projectTokens({ ...marked, name: NAME });
  const renamed = sources.map((source) => ({ ...source, tokens: { ...source.tokens, ...tokens } }));
  try {
    return mergedDocument(path, renamed, values);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** A name in a key of TOML is bare whatever it is; any other key is spelled after what it holds. */
function hasMarkedKey(node: DocNode, format: "toml" | "yaml", marked: Marks): boolean {
  if (node.kind === "scalar") return false;
  return node.items.some(({ key, node: inner }) => {
    const rest = format === "toml" ? key.replaceAll(marked.dist, "").replaceAll(marked.package, "") : key;
    return ANY_MARK.test(rest) || hasMarkedKey(inner, format, marked);
  });
}

function split(text: string, format: "toml" | "yaml", open: readonly string[]): Ready | undefined {
  const pieces: Ready[number][] = [];
  let at = 0;
  for (const match of text.matchAll(MARK)) {
    pieces.push(text.slice(at, match.index));
    at = match.index + match[0].length;
    const [, name, title, value] = match;
    if (value !== undefined) pieces.push({ keys: [open[value.charCodeAt(0) - 0xe100] ?? ""], format });
    else pieces.push({ keys: [title !== undefined ? "title" : name === "X" ? "dist" : "package"] });
  }
  pieces.push(text.slice(at));
  return pieces.some((piece) => typeof piece === "string" && ANY_MARK.test(piece)) ? undefined : pieces;
}
