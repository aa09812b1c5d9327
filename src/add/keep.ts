/** Writes a change so that `undo` can take it back: what every command that changes an existing project ends with. */
import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import type { Target } from "../refuse/target.ts";
import { shellWord } from "../text.ts";
import type { Change, Files } from "../types.ts";
import { newTops } from "../write/journal.ts";
import { write } from "../write.ts";
import { UNDO, withUndo } from "./undo.ts";

/** The names of the records that take additions back. */
export function undoNames(root: string): string[] {
  const folder = join(root, UNDO);
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** A folder that stands, with all that is in it. */
export function standing(root: string, cwd: string): Target {
  return { path: root, shown: relative(cwd, root) || ".", exists: true, kept: new Map() };
}

/** Writes it with its record; `words` are what was typed, `gone` the files that go. */
export async function keep(
  change: Change,
  words: readonly string[],
  target: Target,
  signal: AbortSignal,
  gone: Files = new Map(),
): Promise<void> {
  const { path } = target;
  const topsOf = (paths: readonly string[]): string[] => newTops(path, paths);
  const whole = withUndo(change, words.map(shellWord).join(" "), topsOf, undoNames(path), gone);
  signal.throwIfAborted();
  await write(whole, target, { signal });
}
