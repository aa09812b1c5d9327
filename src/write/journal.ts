/**
 * Writing into a folder that exists. Everything is prepared in a stage inside it (so on the same file system); then a
 * journal is made durable, the prepared files are renamed into place, and the journal is removed: that is the moment it counts.
 * Whoever finds a journal takes the renames back: this run when something failed, the next run when this one was killed.
 */
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { TargetRefused } from "../errors.ts";
import type { Disk } from "./disk.ts";

const STAGE = /^\.create-ml-project\.(\d+)\.tmp$/;
const JOURNAL = "journal.json";

export interface Journal {
  /** The topmost of what is new: files and folders whose own folder is there; each is one rename. */
  readonly added: readonly string[];
  /** Files put in the place of others, which lie in `old/` until the end. */
  readonly replaced: readonly string[];
  /** What goes: it lies in `gone/` until the end. */
  readonly removed?: readonly string[];
}

export const stageName = (): string => `.create-ml-project.${process.pid}.tmp`;
export const prepared = (stage: string): string => join(stage, "new");
export const former = (stage: string): string => join(stage, "old");
export const gone = (stage: string): string => join(stage, "gone");
const exists = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** Renames everything prepared into place, or nothing. */
export function commit(target: string, stage: string, journal: Journal, disk: Disk): void {
  disk.durable(join(stage, `${JOURNAL}.part`), Buffer.from(JSON.stringify(journal)));
  disk.rename(join(stage, `${JOURNAL}.part`), join(stage, JOURNAL));
  for (const name of journal.added) {
    if (exists(join(target, name))) throw appeared(join(target, name));
    disk.rename(join(prepared(stage), name), join(target, name));
  }
  for (const path of journal.replaced) disk.rename(join(prepared(stage), path), join(target, path));
  for (const path of journal.removed ?? []) disk.rename(join(target, path), join(gone(stage), path));
  disk.remove(join(stage, JOURNAL));
}

/** Puts the target back to what it was before {@link commit}; may itself be stopped and started again. */
export function rollBack(target: string, stage: string, disk: Disk): void {
  const text = exists(join(stage, JOURNAL)) ? readFileSync(join(stage, JOURNAL), "utf8") : undefined;
  if (text !== undefined) {
    const journal = JSON.parse(text) as Journal;
    for (const name of journal.added) {
      // Still in the stage: it was never moved, and whatever has that name now is not ours.
      if (!exists(join(prepared(stage), name))) disk.remove(join(target, name));
    }
    for (const path of journal.replaced) {
      if (!exists(join(prepared(stage), path)) && exists(join(former(stage), path))) {
        disk.rename(join(former(stage), path), join(target, path));
      }
    }
    for (const path of journal.removed ?? []) {
      if (exists(join(gone(stage), path))) disk.rename(join(gone(stage), path), join(target, path));
    }
    disk.remove(join(stage, JOURNAL));
  }
  disk.remove(stage);
}

/** The topmost of what these paths would bring: each a file or folder that is not there, in a folder that is. */
export function newTops(root: string, paths: Iterable<string>): string[] {
  const there = new Map<string, boolean>();
  const isThere = (path: string): boolean => {
    const known = there.get(path) ?? exists(join(root, path));
    there.set(path, known);
    return known;
  };
  const tops = new Set<string>();
  for (const path of paths) {
    const parts = path.split("/");
    let depth = 1;
    while (depth < parts.length && isThere(parts.slice(0, depth).join("/"))) depth += 1;
    tops.add(parts.slice(0, depth).join("/"));
  }
  return [...tops];
}

/** The highest folder on the way to a target that is not there yet; the target itself when only that is missing. */
export function topmost(target: string): string {
  let top = target;
  while (!exists(dirname(top))) top = dirname(top);
  return top;
}

/** The name of the folder in which a new target is prepared, next to it. */
export const siblingName = (name: string): string => `.${name}.${process.pid}.create-ml-project.tmp`;

/**
 * Clears away what a killed run left in or next to the target.
 *
 * @returns whether there was something
 * @throws TargetRefused while another run is writing there
 */
export function recover(target: string, disk: Disk): boolean {
  let found = false;
  for (const name of namesIn(target)) {
    const pid = STAGE.exec(name)?.[1];
    if (pid === undefined) continue;
    refuseWhileAlive(Number(pid), target);
    rollBack(target, join(target, name), disk);
    found = true;
  }
  const top = topmost(target);
  const parent = dirname(top);
  const base = basename(top);
  for (const name of namesIn(parent)) {
    if (!name.startsWith(`.${base}.`) || !name.endsWith(".create-ml-project.tmp")) continue;
    const pid = name.slice(base.length + 2, -".create-ml-project.tmp".length);
    if (!/^\d+$/.test(pid)) continue;
    refuseWhileAlive(Number(pid), target);
    disk.remove(join(parent, name));
    found = true;
  }
  return found;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // not there, or not ours to read: then nothing of ours is in it
  }
}

function refuseWhileAlive(pid: number, target: string): void {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return;
  }
  throw new TargetRefused("busy", {
    what: `Another create-ml-project (process ${pid}) is writing there`,
    where: target,
    fix: "Wait until it has ended, then run the same command again.",
  });
}

export function appeared(path: string): TargetRefused {
  return new TargetRefused("changed", {
    what: `${path} has just appeared`,
    where: path,
    why: "something else writes into that folder at the same time; nothing of it was touched",
    fix: "Look what made it, then run the same command again.",
  });
}
