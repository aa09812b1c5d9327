import { type Dirent, lstatSync, readdirSync, readFileSync, type Stats } from "node:fs";
import { PackRefused } from "../errors.ts";
import type { FileEntry, Files } from "../types.ts";

/** What tools leave behind where packs are written and tested, and tests, which are no part of what a pack emits. */
const SKIPPED =
  /^(?:__pycache__|node_modules|\.(?:git|mypy_cache|ruff_cache|pytest_cache|venv|DS_Store)|option\.test\.ts)$/;

/** Whether a name is one of these. */
export const skipped = (name: string): boolean => SKIPPED.test(name);

export const LARGEST = 20_000_000;
export const MOST = 100_000;

/** The files of a pack's folder. Links are refused, never followed; nothing outside the folder is read. */
export function readFolder(dir: string): Files {
  const files = new Map<string, FileEntry>();
  walk(dir.replace(/\/$/, ""), "", files);
  return files;
}

function walk(root: string, folder: string, files: Map<string, FileEntry>): void {
  for (const item of list(`${root}/${folder}`)) {
    const path = `${folder}${item.name}`;
    if (skipped(item.name)) continue;
    const stats = lstatSync(`${root}/${path}`);
    if (stats.isDirectory()) walk(root, `${path}/`, files);
    else files.set(path, read(root, path, stats));
    if (files.size > MOST)
      throw refused("size", `A pack has at most ${MOST} files`, root, "Take out what is not emitted.");
  }
}

function list(dir: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new PackRefused("folder", {
      what: "The pack can't be read",
      where: dir,
      why,
      fix: "Give a folder that exists and is readable.",
    });
  }
}

function read(root: string, path: string, stats: Stats): FileEntry {
  const where = `${root}/${path}`;
  if (!stats.isFile()) {
    throw refused("link", "A pack holds plain files and folders only", where, "Replace the link or device by a file.");
  }
  if (stats.size > LARGEST)
    throw refused("size", "This file is larger than 20 MB", where, "Fetch it at run time instead.");
  return { bytes: readFileSync(where), mode: stats.mode & 0o100 ? 0o755 : 0o644 };
}

function refused(reason: string, what: string, where: string, fix: string): PackRefused {
  return new PackRefused(reason, { what, where, fix });
}
