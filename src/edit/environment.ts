/** Dependencies of a module in a conda `environment.yml`: in the list that conda hands to pip. Pure. */
import { isMap, isScalar, isSeq, type Node, type YAMLSeq } from "yaml";
import { missing, partsOf } from "./names.ts";
import type { NoPlace } from "./pyproject.ts";
import { type Given, inserted, textOf } from "./text.ts";
import { alike, tableOf } from "./toml.ts";
import { behind, meaningOf, readYamlOf, under } from "./yaml.ts";

/** The new text; nothing if all of it is there already. */
export interface Listed {
  readonly text?: string;
}

interface Place {
  readonly at: number;
  readonly lines: readonly string[];
}

/**
 * Conda has no groups, and most of what a module needs is pinned by ranges that only pip reads the same way: so its
 * requirements go under `- pip:`, which is added with `pip` itself where there is none. Lists in brackets are left
 * alone: to put something into one changes a line of theirs.
 */
export function inEnvironment(file: Given, requirements: readonly string[]): Listed | NoPlace {
  const text = textOf(file);
  const document = readYamlOf(file.path, text);
  const before = meaningOf(text);
  const noPlace: NoPlace = {
    why: "its dependencies are written in a form that can't be added to without changing a line of yours",
    line: (path) => `- -r ${path}  under \`- pip:\` in its dependencies`,
  };
  const list = under(document?.contents, "dependencies");
  const wanted = missing(requirements, pipsOf(before));
  if (wanted.length === 0) return {};
  if (!isSeq(list) || list.flow === true || list.items.length === 0) return noPlace;
  const place = placeIn(text, list as YAMLSeq<Node>, wanted);
  if (place === undefined) return noPlace;
  const after = inserted(text, place.at, place.lines);
  return alike(meaningOf(after), grown(before, wanted)) ? { text: after } : noPlace;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const isPips = (one: unknown): boolean => "pip" in tableOf(one);
const pipsOf = (root: unknown): readonly unknown[] =>
  listOf(tableOf(root).dependencies).flatMap((one) => listOf(tableOf(one).pip));
const isPip = (one: unknown): boolean =>
  typeof one === "string" && partsOf(one.replace(/^[\w./-]+::/, "").replace(/=.*/, "")).name === "pip";

/** What it is to mean afterwards. */
function grown(root: unknown, wanted: readonly string[]): unknown {
  const there = listOf(tableOf(root).dependencies);
  const pips = there.findLastIndex(isPips);
  const dependencies =
    pips < 0
      ? [...there, ...(there.some(isPip) ? [] : ["pip"]), { pip: wanted }]
      : there.map((one, at) =>
          at === pips ? { ...tableOf(one), pip: [...listOf(tableOf(one).pip), ...wanted] } : one,
        );
  return { ...tableOf(root), dependencies };
}

function placeIn(text: string, list: YAMLSeq<Node>, wanted: readonly string[]): Place | undefined {
  const pips = list.items.findLast((item) => under(item, "pip") !== undefined);
  const last = list.items.at(-1) as Node;
  const dash = dashOf(text, last);
  if (dash === undefined) return undefined;
  const items = (indent: string): string[] => wanted.map((one) => `${indent}- ${scalar(one)}`);
  if (pips === undefined) {
    const hasPip = list.items.some((item) => isScalar(item) && isPip(item.value));
    const inner = `${dash}${" ".repeat(2)}`;
    return {
      at: behind(text, deepest(last)),
      lines: [...(hasPip ? [] : [`${dash}- pip`]), `${dash}- pip:`, ...items(inner)],
    };
  }
  const own = under(pips, "pip");
  const end = isSeq(own) && own.flow !== true ? (own.items.at(-1) as Node | undefined) : undefined;
  const inner = end === undefined ? undefined : dashOf(text, end);
  return end === undefined || inner === undefined ? undefined : { at: behind(text, end), lines: items(inner) };
}

/** What stands before the dash of an item. */
function dashOf(text: string, item: Node): string | undefined {
  const at = item.range?.[0] ?? 0;
  return /^([ \t]*)-[ \t]+(?:[&!]\S+[ \t]+)*$/.exec(text.slice(text.lastIndexOf("\n", at - 1) + 1, at))?.[1];
}

/** The last node of a node: a map's own range may reach over comments and empty lines behind it. */
function deepest(node: Node): Node {
  const inner = isSeq(node)
    ? node.items.at(-1)
    : isMap(node)
      ? (node.items.at(-1)?.value ?? node.items.at(-1)?.key)
      : null;
  return inner == null || (isSeq(node) && node.flow) || (isMap(node) && node.flow) ? node : deepest(inner as Node);
}

const scalar = (text: string): string => (/^[A-Za-z0-9][^#:]*$/.test(text) ? text : JSON.stringify(text));
