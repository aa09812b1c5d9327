/** The file given with `--answers`: YAML or JSON → {@link Answers}, every key and type checked, positions in the messages. */
import { readFileSync, statSync } from "node:fs";
import { isAlias, isCollection, isMap, isScalar, LineCounter, type Node, parseDocument, visit } from "yaml";
import { AnswerRefused } from "./errors.ts";
import { nearest } from "./nearest.ts";
import { keyOf } from "./options/asked.ts";
import { refuseSteering } from "./refuse/steering.ts";
import { safe } from "./text.ts";
import type { Answers, Asked, Json } from "./types.ts";

/** A stored profile of thousands of columns fits; a bomb does not. */
const LARGEST = 8_000_000;
const DEEPEST = 24;

/**
 * Reads an answers file.
 *
 * @param more - keys that are no question but may stand there, such as a stored schema
 * @throws AnswerRefused with file, line and column
 */
export function readAnswers(path: string, asked: readonly Asked[], more: Iterable<string>): Answers {
  return parseAnswers(textOf(path), path, asked, more);
}

/** As {@link readAnswers}, from text. */
export function parseAnswers(text: string, path: string, asked: readonly Asked[], more: Iterable<string>): Answers {
  const lines = new LineCounter();
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  // JSON is YAML, so one parser gives positions for both. No merge keys, no tags: they have no business here.
  const document = parseDocument(text, {
    lineCounter: lines,
    version: "1.2",
    uniqueKeys: true,
    merge: false,
    logLevel: "error",
  });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) {
    throw new AnswerRefused("syntax", {
      what: `The answers file is not readable as YAML or JSON: ${safe(problem.message.split("\n")[0] ?? "").replace(/ at line .*$/, "")}`,
      where: place(problem.pos[0]),
      fix: "Mend that line; put values with special characters in quotes.",
    });
  }
  refuseTricks(document.contents, place);
  if (document.contents === null) return {};
  if (!isMap(document.contents)) {
    throw new AnswerRefused("type", {
      what: "The answers file is not a list of keys and values",
      where: place(0),
      fix: "Write one `key: value` a line.",
    });
  }
  const known = new Map(asked.map((one) => [keyOf(one), one]));
  const others = new Set(more);
  const answers: Record<string, Json> = {};
  for (const { key, value } of document.contents.items) {
    const name = isScalar(key) ? String(key.value) : "";
    const where = place((key as Node).range?.[0] ?? 0);
    const one = known.get(name);
    if (one === undefined && !others.has(name)) {
      const close = nearest(name, [...known.keys(), ...others]);
      throw new AnswerRefused("unknown", {
        what: `There is no answer called "${safe(name)}"`,
        where,
        fix: close === undefined ? "See --help: every flag there is a key." : `Did you mean ${close}?`,
      });
    }
    const json = ((value as Node | null)?.toJS(document) ?? null) as Json;
    if (json === null) continue; // a key without a value answers nothing
    answers[name] = one === undefined ? json : typed(one, json, place((value as Node).range?.[0] ?? 0));
  }
  return answers;
}

function typed(one: Asked, value: Json, where: string): Json {
  const refuse = (wanted: string): never => {
    throw new AnswerRefused("type", {
      what: `"${keyOf(one)}" is ${wanted}, not ${describe(value)}`,
      where,
      fix:
        typeof value === "string" || value === null || typeof value === "object"
          ? `Write ${wanted}.`
          : `Put quotes around it: "${String(value)}".`,
    });
  };
  if (one.as === "group" && one.group.kind === "many") {
    if (!Array.isArray(value) || value.some((item) => typeof item !== "string"))
      refuse("a list of ids, such as [a, b]");
    return value;
  }
  if (typeof value !== "string") refuse("a text");
  return value;
}

function describe(value: Json): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a table" : `a ${typeof value}`;
}

/** Aliases (a bomb needs them), tags, names that reach into objects, characters that hide what is read, endless nesting. */
function refuseTricks(root: Node | null, place: (offset: number) => string): void {
  visit(root, (_key, node, path) => {
    if (typeof node !== "object" || node === null || !("range" in node)) return;
    const where = place((node as Node).range?.[0] ?? 0);
    const { tag, anchor } = node as { tag?: string; anchor?: string };
    if (isAlias(node) || anchor !== undefined) {
      throw new AnswerRefused("aliases", {
        what: "The answers file uses an anchor or alias (& or *)",
        where,
        why: "a few of them can unfold into gigabytes",
        fix: "Write the value out where it is used; put quotes around a text that starts with & or *.",
      });
    }
    if (tag !== undefined && !/^tag:yaml\.org,2002:(str|int|float|bool|null|map|seq)$/.test(tag)) {
      throw new AnswerRefused("syntax", {
        what: `The answers file uses the tag ${safe(tag)}`,
        where,
        fix: "Write the plain value without a tag.",
      });
    }
    if (path.length > DEEPEST && isCollection(node)) {
      throw new AnswerRefused("size", {
        what: "The answers file is nested too deeply",
        where,
        fix: "Write plain values.",
      });
    }
    if (!isScalar(node) || typeof node.value !== "string") return;
    if (_key === "key" && ["__proto__", "constructor", "prototype"].includes(node.value)) {
      throw new AnswerRefused("unknown", {
        what: `A key can't be called "${node.value}"`,
        where,
        fix: "Take that key out.",
      });
    }
    refuseSteering(node.value, where);
  });
}

function textOf(path: string): string {
  const info = statSync(path, { throwIfNoEntry: false });
  const refuse = (what: string, fix: string): never => {
    throw new AnswerRefused("file", { what, where: safe(path), fix });
  };
  if (info === undefined)
    refuse(
      "There is no such answers file",
      "Check the path given with --answers; it is relative to the folder you are in.",
    );
  else if (!info.isFile()) refuse("The answers are not a file", "Give a YAML or JSON file with --answers.");
  else if (info.size > LARGEST) refuse("The answers file is too large", `Give a file below ${LARGEST / 1_000_000} MB.`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    return refuse(
      error instanceof TypeError ? "The answers file is not UTF-8 text" : "The answers file can't be read",
      "Save it as UTF-8, readable for you.",
    );
  }
}
