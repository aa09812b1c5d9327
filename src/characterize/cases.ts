/** Targets and cases as they are typed or stand in a file. Nothing of them is evaluated: the probe reads literals only. Pure. */
import { isMap, isScalar, isSeq, type Node, parseDocument } from "yaml";
import { AnswerRefused, FlagRefused } from "../errors.ts";
import { safe } from "../text.ts";
import { pythonText } from "./emit.ts";
import type { Case } from "./types.ts";

export interface Targets {
  readonly path: string;
  readonly functions: readonly string[];
}

/** Reads `PATH::FUNCTION…`: one module, any number of its functions. */
export function readTargets(words: readonly string[]): Targets {
  const refuse = (what: string, where: string, fix: string): FlagRefused =>
    new FlagRefused("value", { what, where: safe(where), fix });
  if (words.length === 0)
    throw refuse("No function is named", "characterize", "Write create-ml-project characterize src/billing.py::total");
  const pairs = words.map((word) => {
    const [path = "", ...rest] = word.split("::");
    const name = rest.join(".");
    if (path === "" || !/^[^\W\d]\w*(?:\.[^\W\d]\w*)*$/u.test(name))
      throw refuse("That names no function", word, "Write PATH::FUNCTION, as in src/billing.py::total");
    return [path, name] as const;
  });
  const [path = "", other] = [...new Set(pairs.map(([one]) => one))];
  if (other !== undefined)
    throw refuse("Functions of several files are named", `${path}, ${other}`, "Run it once for each file.");
  return { path, functions: [...new Set(pairs.map(([, name]) => name))] };
}

/** Reads a file of cases: a list for one function, or lists by the names of functions; JSON, YAML, or one JSON value a line. */
export function readCases(text: string, where: string, functions: readonly string[]): Record<string, Case[]> {
  const refuse = (why: string): AnswerRefused =>
    new AnswerRefused("file", {
      what: "That is no file of cases",
      where,
      why,
      fix: 'Write a list: [1, 2] are arguments by place, {"a": 1} by name; for several functions {"total": [...], "rate": [...]}.',
    });
  const parsed = (one: string): Node | null => {
    const document = parseDocument(one, { intAsBigInt: true, uniqueKeys: true });
    if (document.errors[0] !== undefined) throw refuse(document.errors[0].message.split("\n")[0] ?? "");
    return document.contents;
  };
  const list = (node: unknown, name: string): Case[] => {
    if (!isSeq(node)) throw refuse("cases are a list");
    return node.items.map((item) => ({ call: caseOf(item, name, refuse) }));
  };
  const [only = ""] = functions;
  if (/\.(?:jsonl|ndjson)$/i.test(where)) {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    return { [only]: lines.map((line) => ({ call: caseOf(parsed(line), only, refuse) })) };
  }
  const root = parsed(text);
  if (isSeq(root) && functions.length === 1) return { [only]: list(root, only) };
  if (!isMap(root))
    throw refuse(
      functions.length > 1 ? "several functions are named: lists by their names are wanted" : "it holds no list",
    );
  return Object.fromEntries(
    root.items.map(({ key, value }) => {
      const name = String(isScalar(key) ? key.value : key);
      if (!functions.includes(name))
        throw refuse(`it has cases for ${safe(name)}, which is not named on the command line`);
      return [name, list(value, name)];
    }),
  );
}

/** Of a method, `new` is what its object is made with, and `call` what it is called with. */
function caseOf(node: unknown, name: string, refuse: (why: string) => Error): string {
  const dot = name.lastIndexOf(".");
  const parts = isMap(node) && dot > 0 ? [node.get("new"), node.get("call")] : [];
  if (!isMap(node) || node.items.length !== 2 || parts.length === 0 || parts.includes(undefined))
    return callOf(node, refuse);
  const [made = "", called = ""] = parts.map((one) => callOf(one, refuse));
  return `${name.slice(0, dot).split(".").at(-1)}(${made})${name.slice(dot)}(${called})`;
}

function callOf(node: unknown, refuse: (why: string) => Error): string {
  if (isSeq(node)) return node.items.map((one) => literal(one, refuse)).join(", ");
  if (!isMap(node)) throw refuse("a case is a list or a mapping");
  return node.items
    .map(({ key, value }) => {
      const name = String(isScalar(key) ? key.value : key);
      if (!/^[^\W\d]\w*$/u.test(name)) throw refuse(`${safe(name)} is no name of an argument`);
      return `${name}=${literal(value, refuse)}`;
    })
    .join(", ");
}

/** A value as a Python literal: 1 stays whole and 1.0 does not. */
function literal(node: unknown, refuse: (why: string) => Error): string {
  if (node === null) return "None";
  if (isSeq(node)) return `[${node.items.map((one) => literal(one, refuse)).join(", ")}]`;
  if (isMap(node))
    return `{${node.items.map(({ key, value }) => `${literal(key, refuse)}: ${literal(value, refuse)}`).join(", ")}}`;
  if (!isScalar(node)) throw refuse("anchors and tags are not read");
  const { value } = node;
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw refuse("infinity and not-a-number are no literals");
    return Number.isInteger(value) ? value.toExponential() : String(value);
  }
  return pythonText(String(value));
}
