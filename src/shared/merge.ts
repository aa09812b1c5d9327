import { PackRefused } from "../errors.ts";
import type { DocItem, DocList, DocMap, DocNode, DocScalar } from "../types.ts";
import { plain, same } from "./doc.ts";
import { hasRequirements, isRequirementList, uniteRequirements } from "./requirements.ts";

/** A contribution to a document and who makes it. */
export interface Contribution {
  readonly owner: string;
  readonly root: DocNode;
}

/** Where we are in a merge: the file, the keys down to here, who said the first word on each key. */
interface Place {
  readonly file: string;
  readonly keys: readonly string[];
  readonly first: Map<string, string>;
}

/**
 * Merges contributions in their order: tables deeply, lists as unions, and two different scalars are an error that names both owners.
 * Lists of Python requirements are united by package name and sorted.
 */
export function mergeDocuments(file: string, contributions: readonly Contribution[]): DocNode {
  const [base, ...others] = contributions;
  if (!base) throw new Error(`nothing to merge for ${file}`);
  const place: Place = { file, keys: [], first: new Map() };
  claim(base.root, base.owner, place);
  const merged = others.reduce((into, other) => merge(into, other.root, other.owner, place), base.root);
  return hasRequirements(file) ? sortRequirements(merged, place) : merged;
}

function merge(into: DocNode, from: DocNode, owner: string, place: Place): DocNode {
  if (into.kind === "map" && from.kind === "map") return mergeMaps(into, from, owner, place);
  if (into.kind === "list" && from.kind === "list") return mergeLists(into, from, owner, place);
  if (into.kind === "scalar" && from.kind === "scalar" && same(into.value, from.value)) return into;
  throw clash(into, from, owner, place);
}

function mergeMaps(into: DocMap, from: DocMap, owner: string, place: Place): DocMap {
  const items = [...into.items];
  for (const item of from.items) {
    const index = items.findIndex((other) => other.key === item.key);
    const existing = items[index];
    const inner = { ...place, keys: [...place.keys, item.key] };
    if (existing) items[index] = { ...existing, node: merge(existing.node, item.node, owner, inner) };
    else {
      claim(item.node, owner, inner);
      items.push(item);
    }
  }
  const foot = [...(into.foot ?? []), ...(from.foot ?? [])];
  const style = into.style === "header" || from.style === "header" ? "header" : into.style;
  return { ...into, items, ...(style && { style }), ...(foot.length > 0 && { foot }) };
}

function mergeLists(into: DocList, from: DocList, owner: string, place: Place): DocList {
  const foot = [...(into.foot ?? []), ...(from.foot ?? [])];
  if (isRequirementList(place.file, place.keys)) {
    const clashing = (a: DocScalar, b: DocScalar): Error => clash(a, b, owner, place);
    return { ...into, items: uniteRequirements(into.items, from.items, clashing), ...(foot.length > 0 && { foot }) };
  }
  const known = into.items.map((item) => plain(item.node));
  const added: DocItem[] = from.items.filter((item) => !known.some((value) => same(value, plain(item.node))));
  return { ...into, items: [...into.items, ...added], ...(foot.length > 0 && { foot }) };
}

/** A list of requirements is sorted even when only one source wrote it: its place must not depend on who came first. */
function sortRequirements(node: DocNode, place: Place): DocNode {
  if (node.kind === "list" && isRequirementList(place.file, place.keys)) {
    return { ...node, items: uniteRequirements(node.items, [], () => new Error("unreachable")) };
  }
  if (node.kind !== "map") return node;
  const items = node.items.map((item) => ({
    ...item,
    node: sortRequirements(item.node, { ...place, keys: [...place.keys, item.key] }),
  }));
  return { ...node, items };
}

/** Remembers who wrote each scalar and list, for the error that may have to name them. */
function claim(node: DocNode, owner: string, place: Place): void {
  place.first.set(place.keys.join("\0"), owner);
  if (node.kind !== "map") return;
  for (const item of node.items) claim(item.node, owner, { ...place, keys: [...place.keys, item.key] });
}

function clash(into: DocNode, from: DocNode, owner: string, place: Place): PackRefused {
  const key = place.keys.join(".");
  const first = place.first.get(place.keys.join("\0")) ?? "another source";
  const show = (node: DocNode): string => JSON.stringify(plain(node));
  return new PackRefused("clash", {
    what: `${first} and ${owner} both set ${key} and do not agree`,
    where: `${place.file}, key ${key}`,
    why: `${first} says ${show(into)}, ${owner} says ${show(from)}.`,
    fix: `Let one of the two own ${key}, or declare the options as conflicting (conflicts: in option.yaml).`,
  });
}
