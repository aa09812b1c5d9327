/** Positions in YAML texts of other people, and the proof that lines added there mean nothing else. Pure. */
import { isMap, isScalar, LineCounter, type Node, type ParsedNode, parseAllDocuments, type YAMLMap } from "yaml";
import { ManifestRefused } from "../errors.ts";

/** As their own readers are: GitLab's takes the last of two jobs with one name. */
const LENIENT = { logLevel: "error", uniqueKeys: false } as const;

/** What a file of one document holds, or nothing where it holds several. Tags that are not known (`!reference`) are let be. */
export function readYamlOf(path: string, text: string): { readonly contents: ParsedNode | null } | undefined {
  const lines = new LineCounter();
  const documents = [...parseAllDocuments(text, { ...LENIENT, lineCounter: lines })];
  const error = documents.flatMap(({ errors }) => errors)[0];
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new ManifestRefused("syntax", {
      what: `${path} can't be read: ${(error.message.split("\n")[0] ?? "").replace(/ at line \d+.*$/, "")}`,
      where: `${path}:${line}:${col}`,
      why: "a line can be added only to a file that means something before and after",
      fix: "Mend it there, then run the same again.",
    });
  }
  return documents.length > 1 ? undefined : { contents: documents[0]?.contents ?? null };
}

/** The value of a key of a map that is written as a block. */
export function under(map: unknown, key: string): Node | null | undefined {
  if (!isMap(map)) return undefined;
  return (map as YAMLMap<Node, Node | null>).items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.value;
}

/** Where the line behind a node starts. */
export function behind(text: string, node: Node): number {
  const feed = text.indexOf("\n", node.range?.[1] ?? text.length);
  return feed < 0 ? text.length : feed + 1;
}

/** The meaning of a text, or nothing if it has none any more. */
export function meaningOf(text: string): unknown {
  const [document, second] = [...parseAllDocuments(text, LENIENT)];
  if (second !== undefined || (document?.errors.length ?? 0) > 0) return undefined;
  try {
    return document?.toJS() ?? null;
  } catch {
    return undefined; // an alias without an anchor, or too many of them
  }
}
