/** Base, project and new render, path by path: what is clear is settled here, what two sides changed is left to git. Pure. */
import { extname } from "node:path";
import type { FileEntry, Files, Tree } from "../types.ts";
import type { Conflict, Now, Sorted } from "./types.ts";

/** Two files that git would call the same: only whether it may be run counts of the mode. */
export function same(a: FileEntry | undefined, b: FileEntry | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return isRun(a) === isRun(b) && (a.bytes === b.bytes || Buffer.compare(a.bytes, b.bytes) === 0);
}

const isRun = ({ mode }: FileEntry): boolean => (mode & 0o100) !== 0;

export interface Sorting {
  /** Files that were deleted here and are wanted back. */
  readonly restored: ReadonlySet<string>;
  /** False: the same template with other answers, in which no file has got another name, however alike two are. */
  readonly renames: boolean;
}

/** Sorts every path that the template has, or had. */
export function sort(base: Files, next: Tree, now: Now, { restored, renames }: Sorting): Sorted {
  const [take, remove, deleted, conflicts]: [string[], string[], string[], Conflict[]] = [[], [], [], []];
  const mine = new Map<string, FileEntry>();
  for (const path of new Set([...base.keys(), ...next.keys()])) {
    const [was, wanted] = [base.get(path), next.get(path)];
    const there = now.at(path);
    if (same(was, wanted)) {
      if (restored.has(path) && there === undefined && wanted !== undefined) take.push(path);
      continue;
    }
    const owner = wanted?.owner ?? "the template";
    if (there === undefined) {
      const block = wanted === undefined ? undefined : now.inTheWay(path);
      if (block !== undefined) conflicts.push({ path, kind: "in-the-way", owner, theirs: wanted, what: block });
      else if (wanted === undefined) continue;
      else if (was === undefined || restored.has(path)) take.push(path);
      else deleted.push(path);
    } else if (there.kind !== "file") {
      if (wanted !== undefined || was !== undefined) conflicts.push({ path, kind: "kind", owner, theirs: wanted });
    } else if (same(there, wanted)) continue;
    else if (same(there, was)) (wanted === undefined ? remove : take).push(path);
    else if (!now.tracked.has(path)) conflicts.push({ path, kind: "untracked", owner, theirs: wanted });
    else mine.set(path, there);
  }
  return {
    take,
    remove,
    deleted,
    conflicts,
    contested: contested(base, renames ? next : known(base, next), now, mine, deleted),
  };
}

/** What both sides changed, and what git may find to be the new name of a file that is gone on one side. */
function contested(
  base: Files,
  next: Tree,
  now: Now,
  mine: ReadonlyMap<string, FileEntry>,
  deleted: readonly string[],
): Sorted["contested"] {
  const isGone = (path: string): boolean => now.at(path) === undefined && now.inTheWay(path) === undefined;
  const added = [...next].filter(([path]) => !base.has(path) && isGone(path));
  // Gone on both sides: it may have another name on one of them, or on both.
  const gone = added.length === 0 ? [] : [...base.keys()].filter((path) => !next.has(path) && isGone(path));
  const looked = [...mine.keys(), ...deleted, ...gone];
  const theirs = new Map(pick(next, looked));
  if (looked.some((path) => base.has(path) && !next.has(path)))
    for (const [path, file] of added) theirs.set(path, file);
  const ours = new Map(mine);
  const endings = new Set([...deleted, ...gone].map((path) => extname(path)));
  for (const path of endings.size === 0 ? [] : now.tracked.keys()) {
    if (base.has(path) || next.has(path) || !endings.has(extname(path))) continue;
    const there = now.at(path);
    if (there?.kind === "file") ours.set(path, there);
  }
  return { base: new Map(pick(base, looked)), ours, theirs };
}

/** Without what is new in the second. */
const known = (base: Files, next: Tree): Tree => new Map([...next].filter(([path]) => base.has(path)));

const pick = (files: Files, paths: readonly string[]): [string, FileEntry][] =>
  paths.flatMap((path): [string, FileEntry][] => {
    const file = files.get(path);
    return file === undefined ? [] : [[path, file]];
  });
