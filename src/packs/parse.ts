import type { Node } from "yaml";
import { PackRefused } from "../errors.ts";
import { documentOf, parseYaml } from "../shared/yaml-read.ts";
import type { FileEntry } from "../types.ts";
import { textOf, unreadable } from "./prepare.ts";
import type { Problem, Shape } from "./shape.ts";

/** Reads a manifest against its shape. The refusal names file, line, column and what to write instead. */
export function parseManifest<T>(file: FileEntry, where: string, shape: Shape<T>): T {
  try {
    return readManifest(file, where, shape);
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
}

/** All that is wrong with a manifest. */
export function manifestProblems(file: FileEntry, where: string, shape: Shape<unknown>): PackRefused[] {
  return problemsOf(() => readManifest(file, where, shape));
}

/** What somebody has to mend before this works; nothing when it does. Faults of ours are thrown. */
export function problemsOf(work: () => unknown): PackRefused[] {
  try {
    work();
    return [];
  } catch (error) {
    const all: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
    return all.map((one) => {
      if (one instanceof PackRefused) return one;
      throw one;
    });
  }
}

function readManifest<T>(file: FileEntry, where: string, shape: Shape<T>): T {
  const text = textOf(file, where);
  if (text.length > 200_000) throw refused(where, "This manifest is too large", "Keep it under 200,000 characters.");
  const parsed = attempt(text, where);
  const problem: Problem = (node, what, fix) => {
    const { line, column } = parsed.problem("", node?.range?.[0] ?? 0);
    return refused(`${where}:${line}:${column}`, what, fix);
  };
  return shape.read(parsed.root?.contents as Node | null | undefined, problem);
}

function attempt(text: string, where: string) {
  try {
    const parsed = parseYaml(text);
    documentOf(parsed); // refuses anchors, aliases and tags before anything is expanded
    return parsed;
  } catch (error) {
    throw unreadable(error, where, text);
  }
}

function refused(where: string, what: string, fix: string): PackRefused {
  return new PackRefused("manifest", { what, where, fix });
}
