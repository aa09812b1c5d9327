import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type Scalar,
} from "yaml";
import type { DocItem, DocNode } from "../types.ts";

/** Something in a YAML text that we can't take, with its place. */
export class YamlProblem extends Error {
  readonly line: number;
  readonly column: number;
  constructor(message: string, line: number, column: number) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

/** Reads one YAML document with its comments and spelling. */
export function readYaml(text: string): DocNode {
  return documentOf(parseYaml(text));
}

/** What was parsed as a document of ours. Anchors, aliases and tags are refused: data has no need of them. */
export function documentOf({ text, root, problem }: ReturnType<typeof parseYaml>): DocNode {
  if (!root) return { kind: "map", items: [] };
  const convert = new Converter(text, problem);
  const node = convert.node(root.contents);
  const head = commentLines(root.commentBefore);
  const foot = commentLines(root.comment);
  if (node.kind === "scalar") return node;
  const [first, ...rest] = node.items;
  const items =
    first && head.length > 0 ? [{ ...first, before: [...head, "", ...(first.before ?? [])] }, ...rest] : node.items;
  return { ...node, items, ...(foot.length > 0 && { foot: [...(node.foot ?? []), "", ...foot] }) };
}

/** Parses a text that must hold exactly one document without syntax errors. */
export function parseYaml(text: string) {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, keepSourceTokens: false, uniqueKeys: true });
  const problem = (message: string, offset: number): YamlProblem => {
    const { line, col } = lines.linePos(offset);
    return new YamlProblem(message, line, col);
  };
  const [root, second] = Array.isArray(documents) ? documents : [];
  const error = root?.errors[0] ?? root?.warnings[0];
  if (error) throw problem(error.message.split("\n")[0]?.replace(/ at line \d+.*$/, "") ?? "", error.pos[0]);
  if (second) throw problem("A second document starts here", second.range[0]);
  return { text, root, problem };
}

class Converter {
  readonly #text: string;
  readonly #problem: (message: string, offset: number) => YamlProblem;
  constructor(text: string, problem: (message: string, offset: number) => YamlProblem) {
    this.#text = text;
    this.#problem = problem;
  }

  node(node: unknown): DocNode {
    if (isScalar(node)) return this.#scalar(node);
    if (isMap(node)) {
      this.#refuse(node);
      const items = node.items.map((pair) => this.#pair(pair as Pair<Node, Node | null>));
      const foot = commentLines(node.comment);
      return { kind: "map", items, ...(node.flow && { style: "inline" as const }), ...(foot.length > 0 && { foot }) };
    }
    if (isSeq(node)) {
      this.#refuse(node);
      const items = node.items.map((item) => this.#item("", item as Node, commentLines((item as Node).commentBefore)));
      const foot = commentLines(node.comment);
      return { kind: "list", items, ...(node.flow && { flow: true }), ...(foot.length > 0 && { foot }) };
    }
    if (isAlias(node)) throw this.#problem("Aliases (*name) are not accepted", node.range?.[0] ?? 0);
    return { kind: "scalar", value: null };
  }

  #pair(pair: Pair<Node, Node | null>): DocItem {
    if (!isScalar(pair.key)) throw this.#problem("A key must be a plain word", pair.key.range?.[0] ?? 0);
    const item = this.#item(String(pair.key.value), pair.value, commentLines(pair.key.commentBefore));
    const inner = isScalar(pair.value) ? [] : commentLines(pair.value?.commentBefore);
    return { ...item, node: commented(item.node, inner), ...(pair.key.spaceBefore && { gap: true }) };
  }

  #item(key: string, node: Node | null, before: string[]): DocItem {
    const after = isScalar(node) ? commentLines(node.comment).join(" ") : "";
    return {
      key,
      node: this.node(node),
      ...(before.length > 0 && { before }),
      ...(after !== "" && { after }),
      ...(key === "" && node?.spaceBefore && { gap: true }),
    };
  }

  #scalar(node: Scalar): DocNode {
    this.#refuse(node);
    const value = node.value as string | number | boolean | null;
    const [start, end] = node.range ?? [0, 0];
    const raw = this.#text.slice(start, end);
    if (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED") {
      // Blocks are written again from their value, each line as it is; a folded one becomes literal.
      const text = String(value);
      const chomp = text.endsWith("\n") ? (text.endsWith("\n\n") ? "+" : "") : "-";
      return { kind: "scalar", value: text, raw: `|${chomp}\n${text.replace(/\n$/, "")}` };
    }
    return raw.includes("\n") || raw === "" ? { kind: "scalar", value } : { kind: "scalar", value, raw };
  }

  #refuse(node: Node & { anchor?: string }): void {
    if (node.anchor !== undefined) throw this.#problem("Anchors (&name) are not accepted", node.range?.[0] ?? 0);
    if (node.tag !== undefined) throw this.#problem(`The tag ${node.tag} is not accepted`, node.range?.[0] ?? 0);
  }
}

/** Comments between a key and its table or list stand at the first entry. */
function commented(node: DocNode, comments: readonly string[]): DocNode {
  if (node.kind === "scalar" || comments.length === 0) return node;
  const [first, ...rest] = node.items;
  return first ? { ...node, items: [{ ...first, before: [...comments, ...(first.before ?? [])] }, ...rest] } : node;
}

function commentLines(comment: string | null | undefined): string[] {
  if (!comment) return [];
  return comment.split("\n").map((line) => (line.trim() === "" ? "" : `#${line}`));
}
