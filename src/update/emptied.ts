/** Folders that hold nothing any more when files of them go. Only reads. */
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Operation } from "../types.ts";

/** What Python and its tools leave in a folder: nobody's work. */
const MADE = new Set(["__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache"]);

/** The same removals, a whole folder in the place of all its files where nothing else is in it. */
export function emptied(root: string, removed: readonly string[], operations: readonly Operation[]): string[] {
  const gone = new Set(removed);
  const filled = new Set<string>();
  for (const { path } of operations) for (let at = dirname(path); at !== "."; at = dirname(at)) filled.add(at);
  const folders = [...new Set(removed.flatMap((path) => above(path)))].sort((a, b) => b.length - a.length);
  for (const folder of folders) {
    const names = readdirSync(join(root, folder)).filter((name) => !MADE.has(name));
    if (filled.has(folder) || !names.every((name) => gone.has(`${folder}/${name}`))) continue;
    for (const path of [...gone]) if (path.startsWith(`${folder}/`)) gone.delete(path);
    gone.add(folder);
  }
  return [...gone].sort();
}

function above(path: string): string[] {
  const found: string[] = [];
  for (let at = dirname(path); at !== "."; at = dirname(at)) found.push(at);
  return found;
}
