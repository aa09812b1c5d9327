/** The project as it is now: what lies on the disk, and what git knows of it. Only reads. */
import { lstatSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Tracked } from "../run/tracked.ts";
import type { Now, Present } from "./types.ts";

/** Looks at each path once. A file's mode is the one git has, where it has one: some disks know none. */
export function nowIn(root: string, { modes }: Tracked): Now {
  const seen = new Map<string, Present | undefined>();
  const blocked = new Map<string, string | undefined>();
  const inTheWay = (path: string): string | undefined => {
    const folder = dirname(path);
    if (folder === ".") return undefined;
    if (!blocked.has(folder)) {
      const facts = lstatSync(join(root, folder), { throwIfNoEntry: false });
      blocked.set(folder, facts === undefined || facts.isDirectory() ? inTheWay(folder) : folder);
    }
    return blocked.get(folder);
  };
  const look = (path: string): Present | undefined => {
    // Not followed: what lies behind a link is somewhere else.
    if (inTheWay(path) !== undefined) return undefined;
    const facts = lstatSync(join(root, path), { throwIfNoEntry: false });
    if (facts === undefined) return undefined;
    if (facts.isSymbolicLink()) return { kind: "link" };
    if (facts.isDirectory()) return { kind: "folder" };
    if (!facts.isFile()) return { kind: "other" };
    const runs = modes.get(path) ?? (facts.mode & 0o100) !== 0;
    const mode = runs ? facts.mode | 0o100 : facts.mode & ~0o111;
    return { kind: "file", bytes: readFileSync(join(root, path)), mode: mode & 0o777 };
  };
  const at = (path: string): Present | undefined => {
    if (!seen.has(path)) seen.set(path, look(path));
    return seen.get(path);
  };
  return { at, inTheWay, tracked: modes };
}
