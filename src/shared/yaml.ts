import type { DocItem, DocList, DocMap, DocNode, DocScalar } from "../types.ts";
import { quoted } from "./escape.ts";

/** A list of plain values longer than this is written one item a line. */
const WIDTH = 88;

/** Words that some YAML reader takes for something else than a string; PyYAML still reads version 1.1. */
const WORDS = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf)$/i;

/** Prints YAML: keys in the order they came, one item a line, comments with what they stand at. */
export function printYaml(root: DocNode): string {
  const foot = root.kind === "scalar" ? [] : (root.foot ?? []);
  const lines = root.kind === "scalar" ? [printScalar(root, "")] : blockLines(root, "");
  return `${[...lines, ...foot].join("\n")}\n`.replace(/^\n+/, "");
}

/** Lines of a table or list that is not empty, each indented. */
function blockLines(node: DocMap | DocList, indent: string): string[] {
  if (node.items.length === 0) return [`${indent}${node.kind === "map" ? "{}" : "[]"}`];
  const lines = node.items.flatMap((item) => [
    ...(item.gap ? [""] : []),
    ...(item.before ?? []).map((text) => (text === "" ? "" : `${indent}${text}`)),
    ...(node.kind === "map" ? entryLines(item, indent) : itemLines(item, indent)),
  ]);
  return indent === ""
    ? lines
    : [...lines, ...(node.foot ?? []).map((text) => (text === "" ? "" : `${indent}${text}`))];
}

function entryLines(item: DocItem, indent: string): string[] {
  const key = `${indent}${printKey(item.key)}:`;
  const line = onOneLine(item.node, indent, key.length + 1);
  if (line !== undefined) return [`${key} ${line}${comment(item)}`];
  return [`${key}${comment(item)}`, ...blockLines(item.node as DocMap | DocList, `${indent}  `)];
}

function itemLines(item: DocItem, indent: string): string[] {
  const line = onOneLine(item.node, indent, indent.length + 2);
  if (line !== undefined) return [`${indent}- ${line}${comment(item)}`];
  const [first = "", ...rest] = blockLines({ ...(item.node as DocMap | DocList), foot: [] }, `${indent}  `);
  // A comment or blank line of the first entry can't stand behind the dash.
  if (first.trim() === "") return [`${indent}- ${rest[0]?.trimStart() ?? ""}`, ...rest.slice(1)];
  return [`${indent}- ${first.trimStart()}`, ...rest];
}

function comment(item: DocItem): string {
  return item.after ? `  ${item.after}` : "";
}

/** What can stand behind its key: scalars, empty collections, and short lists that the template wrote in brackets. */
function onOneLine(node: DocNode, indent: string, used: number): string | undefined {
  if (node.kind === "scalar") return printScalar(node, indent);
  if (node.items.length === 0) return node.kind === "map" ? "{}" : "[]";
  const flow = node.kind === "list" ? node.flow : node.style === "inline";
  if (!flow || node.items.some((item) => item.before || item.after)) return undefined;
  const line = flowText(node);
  return used + line.length <= WIDTH ? line : undefined;
}

function flowText(node: DocNode): string {
  if (node.kind === "scalar") return printScalar(node, "", true);
  const items = node.items.map((item) => (node.kind === "map" ? `${printKey(item.key)}: ` : "") + flowText(item.node));
  if (node.kind === "list") return `[${items.join(", ")}]`;
  return items.length > 0 ? `{ ${items.join(", ")} }` : "{}";
}

function printScalar(node: DocScalar, indent: string, flow = false): string {
  if (node.raw !== undefined) return indentBlock(node.raw, indent);
  if (typeof node.value === "number") return printNumber(node.value);
  if (typeof node.value !== "string") return String(node.value);
  return !flow && isBlock(node.value) ? indentBlock(`|-\n${node.value}`, indent) : scalarText(node.value);
}

/** Lines of a block below its indicator move in with their key. */
function indentBlock(text: string, indent: string): string {
  const [first = "", ...rest] = text.split("\n");
  return [first, ...rest.map((line) => (line === "" ? "" : `${indent}  ${line}`))].join("\n");
}

/** A text on one line: as it is where that can be nothing else, or in quotes. */
export function scalarText(text: string): string {
  return isPlain(text) ? text : quoted(text);
}

function isPlain(text: string): boolean {
  return /^[A-Za-z_][\w./-]*(?: [\w./-]+)*$/.test(text) && !WORDS.test(text);
}

/** Several lines that a person can read and edit as they are. */
function isBlock(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  const hidden = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff]|[\ud800-\udfff]/u;
  if (!text.includes("\n") || hidden.test(text)) return false;
  return text.split("\n").every((line) => /^(?:\S(?:.*\S)?)$/.test(line));
}

/** `on` opens every GitHub workflow, and tools that read these look for it without quotes. */
function printKey(key: string): string {
  return key === "on" || isPlain(key) ? key : quoted(key);
}

/** With a point in front of the exponent, without which YAML 1.1 reads a string. */
function printNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return ".inf";
  if (value === Number.NEGATIVE_INFINITY) return "-.inf";
  if (Number.isNaN(value)) return ".nan";
  return String(value).replace(/^(-?\d+)e/, "$1.0e");
}
