import type { DocItem, DocNode, DocScalar, Json } from "../types.ts";

/** A value of an answer as a node: nothing is known of its spelling, so the printer chooses one. */
export function nodeOf(value: Json): DocNode {
  if (Array.isArray(value)) return { kind: "list", items: value.map((item) => ({ key: "", node: nodeOf(item) })) };
  if (value !== null && typeof value === "object") {
    return { kind: "map", items: Object.entries(value).map(([key, item]) => ({ key, node: nodeOf(item) })) };
  }
  return { kind: "scalar", value };
}

/** What a document means, without comments and spelling. */
export function plain(node: DocNode): Json {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map((item) => plain(item.node));
  return Object.fromEntries(node.items.map((item) => [item.key, plain(item.node)]));
}

/** Equality of values: the order of keys does not matter, the order of items does. */
export function same(a: Json, b: Json): boolean {
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => same(item, b[index] as Json));
  }
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return a === b;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && same(a[key] as Json, b[key] as Json));
}

/** Changes every text of a template: keys, strings with their spelling, comments. Values of answers come in later. */
export function mapText(node: DocNode, change: (text: string) => string): DocNode {
  const items = (list: readonly DocItem[]): DocItem[] =>
    list.map((item) => ({
      ...item,
      key: change(item.key),
      node: mapText(item.node, change),
      ...(item.before && { before: item.before.map(change) }),
      ...(item.after && { after: change(item.after) }),
    }));
  if (node.kind !== "scalar") {
    return { ...node, items: items(node.items), ...(node.foot && { foot: node.foot.map(change) }) };
  }
  if (typeof node.value !== "string") return node;
  const changed: DocScalar = { ...node, value: change(node.value) };
  return node.raw === undefined ? changed : { ...changed, raw: change(node.raw) };
}
