import { parse, TomlDate, TomlError, type TomlValue } from "smol-toml";
import type { DocItem, DocNode, Json } from "../types.ts";
import { nodeOf, plain, same } from "./doc.ts";
import { Reading } from "./reading.ts";
import { TomlBuilder } from "./toml-build.ts";

/**
 * Reads TOML with its comments and spelling. smol-toml decides what the text means; the scanner here only finds where
 * each entry and comment stands, and its result is compared with smol-toml's, so nothing can be lost unseen.
 */
export function readToml(text: string): DocNode {
  const meaning = toJson(parse(text));
  const builder = new TomlBuilder();
  const at = new Reading(text);
  for (;;) {
    const { before, gap } = at.comments();
    if (at.done) {
      builder.end(before);
      break;
    }
    if (at.peek === "[") header(at, builder, before);
    else {
      const keys = keysOf(at.until("="));
      at.skip(1);
      const node = value(at);
      builder.set(keys, { node, before, gap, after: at.lineEnd() });
    }
  }
  const root = builder.root();
  if (!same(plain(root), meaning)) throw new Error("the TOML scanner disagrees with smol-toml");
  return root;
}

function header(at: Reading, builder: TomlBuilder, before: string[]): void {
  const many = at.startsWith("[[");
  at.skip(many ? 2 : 1);
  const keys = keysOf(at.until("]"));
  at.skip(many ? 2 : 1);
  builder.open(keys, many, before, at.lineEnd());
}

/** One value, by its first character. */
function value(at: Reading): DocNode {
  at.blanks();
  if (at.peek === "[") return list(at);
  const raw = at.peek === "{" ? at.balanced() : at.scalar();
  const meaning = toJson(parse(`v = ${raw}`))["v"] as Json;
  if (at.isTable(raw)) return inline(nodeOf(meaning));
  return { kind: "scalar", value: meaning as string | number | boolean, raw };
}

/** Inline tables keep their shape, tables in them too. */
function inline(node: DocNode): DocNode {
  if (node.kind === "scalar") return node;
  const items = node.items.map((item) => ({ ...item, node: inline(item.node) }));
  return node.kind === "map" ? { kind: "map", items, style: "inline" } : { kind: "list", items, flow: true };
}

function list(at: Reading): DocNode {
  const items: DocItem[] = [];
  const start = at.line;
  at.skip(1);
  for (;;) {
    const { before, gap } = at.comments();
    if (at.peek === "]") {
      const flow = at.line === start;
      at.skip(1);
      return { kind: "list", items, ...(flow && { flow }), ...(before.length > 0 && { foot: before }) };
    }
    const node = value(at);
    at.blanks();
    if (at.peek === ",") at.skip(1);
    const after = at.sameLineComment();
    items.push({ key: "", node, ...(before.length > 0 && { before }), ...(gap && { gap }), ...(after && { after }) });
  }
}

/** `a."b.c".d` → its keys; smol-toml reads them. */
function keysOf(text: string): string[] {
  const keys: string[] = [];
  let at: unknown = toJson(parse(`${text} = 0`));
  while (at !== null && typeof at === "object") {
    const [entry] = Object.entries(at);
    if (!entry) break;
    keys.push(entry[0]);
    at = entry[1];
  }
  return keys;
}

function toJson(value: Record<string, TomlValue>): { [key: string]: Json } {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, jsonOf(item)]));
}

function jsonOf(value: TomlValue): Json {
  if (value instanceof TomlDate) return value.toISOString();
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value === "bigint") return Number(value);
  return typeof value === "object" ? toJson(value as Record<string, TomlValue>) : value;
}

/** Line and column of a syntax error, when it is one. */
export function tomlErrorAt(error: unknown): { line: number; column: number } | undefined {
  return error instanceof TomlError ? { line: error.line, column: error.column } : undefined;
}
