import { PackRefused } from "../errors.ts";
import type { DocItem, DocNode, Json } from "../types.ts";
import { nodeOf } from "./doc.ts";

export type Values = Readonly<Record<string, Json>>;

/** `{{ key.path }}`, or `{{? key.path }}` where nothing may stand; `${{ … }}` belongs to GitHub, not to us. */
const HOLE = /(?<!\$)\{\{(\?)?\s*([A-Za-z_]\w*(?:\.\w+)*)\s*\}\}/g;
const ONLY = /^\{\{(\?)?\s*([A-Za-z_]\w*(?:\.\w+)*)\s*\}\}$/;

/** True when a text has a place for a value. */
export function hasHole(text: string): boolean {
  HOLE.lastIndex = 0;
  return HOLE.test(text);
}

/** Looks a path up among own properties only; `undefined` when there is none. */
export function lookUp(values: Values, path: readonly string[]): Json | undefined {
  let at: Json | undefined = values as { [key: string]: Json };
  for (const key of path) {
    if (at === null || typeof at !== "object" || Array.isArray(at) || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return at;
}

/** A value that must be there; the error names the template and the nearest way out. */
export function need(values: Values, path: readonly string[], where: string): Json {
  const value = lookUp(values, path);
  if (value !== undefined) return value;
  throw new PackRefused("value", {
    what: `There is no value for {{ ${path.join(".")} }}`,
    where,
    why: "No question, option or profile answers it.",
    fix: `Let an option set it (sets:), add a question to pack.yaml, or write {{? ${path.join(".")} }} where it may be absent.`,
  });
}

/** A value as text inside other text: nothing for null, JSON for lists and tables. */
export function asText(value: Json): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Fills the holes of a text. What is filled in is never looked at again. */
export function fillText(text: string, values: Values, where: string): string {
  return text.replace(HOLE, (_hole, optional: string | undefined, path: string) => {
    const keys = path.split(".");
    return asText(optional ? (lookUp(values, keys) ?? "") : need(values, keys, where));
  });
}

/** Fills a document: a string that is nothing but a hole becomes the value itself, number, list or table. */
export function fill(node: DocNode, values: Values, where: string): DocNode {
  if (node.kind === "scalar") {
    if (typeof node.value !== "string" || !hasHole(node.value)) return node;
    const only = ONLY.exec(node.value);
    if (!only) return { kind: "scalar", value: fillText(node.value, values, where) };
    return nodeOf(need(values, (only[2] ?? "").split("."), where));
  }
  const items: DocItem[] = [];
  for (const item of node.items) {
    const key = hasHole(item.key) ? fillText(item.key, values, where) : item.key;
    if (!isAbsent(item.node, values)) items.push({ ...item, key, node: fillOptional(item.node, values, where) });
  }
  return { ...node, items };
}

function fillOptional(node: DocNode, values: Values, where: string): DocNode {
  const only = node.kind === "scalar" && typeof node.value === "string" ? ONLY.exec(node.value) : null;
  return only?.[1] ? nodeOf(lookUp(values, (only[2] ?? "").split(".")) ?? null) : fill(node, values, where);
}

/** An entry that is only `{{? key }}` goes away when there is no such value. */
function isAbsent(node: DocNode, values: Values): boolean {
  const only = node.kind === "scalar" && typeof node.value === "string" ? ONLY.exec(node.value) : null;
  return Boolean(only?.[1]) && (lookUp(values, (only?.[2] ?? "").split(".")) ?? null) === null;
}
