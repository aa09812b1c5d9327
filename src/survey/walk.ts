/** Every file of a folder that is the repository's own; links are named, not followed, so a loop ends nothing. */
import { lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Passed } from "./types.ts";

export interface Walked {
  /** Relative, with forward slashes, sorted. */
  readonly paths: readonly string[];
  readonly passed: readonly Passed[];
}

/** Folders that tools make: environments, caches, what was built. */
const MADE = new Set(
  ".git .hg .svn .tox .nox .venv venv env .env .eggs __pycache__ node_modules .mypy_cache .pytest_cache .ruff_cache .ipynb_checkpoints site-packages .idea .vscode".split(
    " ",
  ),
);

/** Whether a tool makes it, and makes it again. */
export const isMade = (path: string): boolean =>
  path.split("/").some((part) => MADE.has(part) || part.endsWith(".egg-info")) || path.endsWith(".pyc");

/**
 * Lists the files below a folder.
 *
 * @param known the paths git knows of (tracked, or new and not ignored), where there is a repository
 */
export function walk(root: string, known: readonly string[] | undefined): Walked {
  const passed: Passed[] = [];
  const paths: string[] = [];
  if (known !== undefined) {
    for (const path of known) look(root, path, paths, passed);
  } else descend(root, "", paths, passed);
  paths.sort();
  return { paths, passed };
}

function look(root: string, path: string, paths: string[], passed: Passed[]): void {
  const found = lstatSync(join(root, path), { throwIfNoEntry: false });
  if (found === undefined) return; // deleted, and git was not told yet
  if (found.isSymbolicLink()) linked(root, path, paths, passed);
  else if (found.isFile()) paths.push(path);
  else if (found.isDirectory()) passed.push({ path, why: "a repository of its own inside this one" });
  else passed.push({ path, why: "no plain file" });
}

function descend(root: string, folder: string, paths: string[], passed: Passed[]): void {
  let entries: import("node:fs").Dirent[];
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true });
  } catch (error) {
    passed.push({ path: folder || ".", why: reason(error) });
    return;
  }
  if (folder !== "" && entries.some(({ name }) => name === "pyvenv.cfg")) return;
  for (const entry of entries) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isSymbolicLink()) linked(root, path, paths, passed);
    else if (entry.isDirectory()) {
      if (!MADE.has(entry.name) && !entry.name.endsWith(".egg-info")) descend(root, path, paths, passed);
    } else if (entry.isFile()) paths.push(path);
    else passed.push({ path, why: "no plain file" });
  }
}

/** A link to a file counts as that file; one to a folder, out of the repository, or in a circle, is named. */
function linked(root: string, path: string, paths: string[], passed: Passed[]): void {
  try {
    const target = statSync(join(root, path));
    if (target.isFile()) paths.push(path);
    else passed.push({ path, why: "a link to a folder, not followed" });
  } catch (error) {
    passed.push({
      path,
      why: (error as NodeJS.ErrnoException).code === "ELOOP" ? "a link in a circle" : "a link to nothing",
    });
  }
}

/** Why the system would not let a file be read, in a few words. */
export function reason(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EACCES" || code === "EPERM") return "not ours to read";
  return code === "ELOOP" ? "a link in a circle" : `could not be read (${code ?? "unknown"})`;
}
