import type { DocItem, DocList, DocMap, DocNode, DocScalar } from "../types.ts";
import { quoted } from "./escape.ts";

/** A list or inline table longer than this is written one item a line. */
const WIDTH = 88;

/**
 * Prints TOML: keys in the order they came, values of a table before its sub-tables, one item of a list a line,
 * comments with what they stand at.
 */
export function printToml(root: DocNode): string {
  if (root.kind !== "map") throw new Error("a TOML document is a table");
  const blocks = tableBlocks(root, []);
  const foot = root.foot?.length ? `\n${root.foot.join("\n")}\n` : "";
  return `${blocks.join("\n\n")}\n${foot}`;
}

/** The text of a table and all tables below it, one block per header. */
function tableBlocks(map: DocMap, path: readonly string[]): string[] {
  const lines: string[] = [];
  const below: string[] = [];
  for (const item of map.items) {
    if (isTable(item.node)) below.push(...headed(item, item.node, [...path, item.key], "[", "]"));
    else if (item.node.kind === "list" && item.node.tables) {
      for (const entry of item.node.items) {
        if (entry.node.kind === "map") below.push(...headed(entry, entry.node, [...path, item.key], "[[", "]]"));
      }
    } else lines.push(...valueLines(item, []));
  }
  return lines.length > 0 ? [lines.join("\n").replace(/^\n/, ""), ...below] : below;
}

/** A header with what belongs under it; a table that only holds tables needs no header of its own. */
function headed(item: DocItem, map: DocMap, path: readonly string[], open: string, close: string): string[] {
  const blocks = tableBlocks(map, path);
  const direct = map.items.some((entry) => !isTable(entry.node) && !(entry.node.kind === "list" && entry.node.tables));
  if (open === "[" && !direct && map.items.length > 0 && !item.before && !item.after) return blocks;
  const header = [...(item.before ?? []), `${open}${path.map(printKey).join(".")}${close}${comment(item)}`].join("\n");
  const first = direct ? `${header}\n${blocks.shift() ?? ""}` : header;
  return [map.foot?.length ? `${first}\n${map.foot.join("\n")}` : first, ...blocks];
}

function isTable(node: DocNode): node is DocMap {
  return node.kind === "map" && (node.style === "header" || node.style === undefined) && node.items.length > 0;
}

/** `key = value`, with comments; dotted keys come out as they went in. */
function valueLines(item: DocItem, prefix: readonly string[]): string[] {
  const path = [...prefix, item.key];
  if (item.node.kind === "map" && item.node.style === "dotted") {
    const inner = item.node.items.flatMap((entry) => valueLines(entry, path));
    return [...(item.gap ? [""] : []), ...(item.before ?? []), ...inner];
  }
  const head = `${path.map(printKey).join(".")} = `;
  const text = `${head}${printValue(item.node, "", head.length)}${comment(item)}`;
  return [...(item.gap ? [""] : []), ...(item.before ?? []), text];
}

function comment(item: DocItem): string {
  return item.after ? `  ${item.after}` : "";
}

function printValue(node: DocNode, indent: string, used: number): string {
  if (node.kind === "scalar") return printScalar(node);
  if (node.kind === "map") {
    if (node.items.length === 0) return "{}";
    const inner = node.items.map((item) => `${printKey(item.key)} = ${printValue(item.node, indent, 0)}`);
    return `{ ${inner.join(", ")} }`;
  }
  return printList(node, indent, used);
}

function printList(list: DocList, indent: string, used: number): string {
  if (list.items.length === 0 && !list.foot?.length) return "[]";
  const deeper = `${indent}  `;
  const commented = list.foot?.length || list.items.some((item) => item.before || item.after || item.gap);
  if (list.flow && !commented) {
    const line = `[${list.items.map((item) => printValue(item.node, indent, 0)).join(", ")}]`;
    if (indent.length + used + line.length <= WIDTH && !line.includes("\n")) return line;
  }
  const lines = list.items.flatMap((item) => [
    ...(item.before ?? []).map((text) => `${deeper}${text}`),
    `${deeper}${printValue(item.node, deeper, 0)},${comment(item)}`,
  ]);
  for (const text of list.foot ?? []) lines.push(`${deeper}${text}`);
  return `[\n${lines.join("\n")}\n${indent}]`;
}

function printScalar(node: DocScalar): string {
  if (node.raw !== undefined) return node.raw;
  if (node.value === null) throw new Error("TOML has no null: write {{? key }} so that the entry goes away");
  return typeof node.value === "string" ? quoted(node.value) : printNumber(node.value);
}

function printNumber(value: number | boolean): string {
  if (value === Number.POSITIVE_INFINITY) return "inf";
  if (value === Number.NEGATIVE_INFINITY) return "-inf";
  return Number.isNaN(value) ? "nan" : String(value);
}

function printKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : quoted(key);
}
