/** The only file that writes (with `write/`): all of a change, or nothing of it. */
import { lstatSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { PackRefused, UserError, WriteFailed } from "./errors.ts";
import { clash, unsafePath } from "./refuse/path.ts";
import type { Target } from "./refuse/target.ts";
import type { Change, FileEntry } from "./types.ts";
import { type Disk, realDisk } from "./write/disk.ts";
import * as journal from "./write/journal.ts";

export interface Written {
  readonly target: Target;
  /** Paths written, in order. */
  readonly paths: readonly string[];
  /** Takes it all back, with `products`: top-level names made since, such as an environment. */
  undo(products?: readonly string[]): void;
}

export interface WriteOptions {
  readonly disk?: Disk;
  readonly signal?: AbortSignal;
}

/** Files between two looks at the signal: a Ctrl-C is heard only when the loop lets go. */
const BREATH = 256;

/**
 * Applies a change. The target is as before unless this returns.
 *
 * @throws WriteFailed when the disk won't take it, TargetRefused when the target has changed since it was checked
 */
export async function write(
  change: Change,
  target: Target,
  { disk = realDisk, signal }: WriteOptions = {},
): Promise<Written> {
  const files = new Map<string, FileEntry>();
  for (const operation of change.operations) if (operation.op !== "keep") files.set(operation.path, operation.file);
  refuseBadPaths(files.keys());
  try {
    return target.exists ? await into(change, target, files, disk, signal) : await anew(target, files, disk, signal);
  } catch (error) {
    throw error instanceof UserError || signal?.aborted ? error : failure(error, target);
  }
}

/** Clears away what a killed run left; says whether there was something. */
export function recover(targetPath: string, disk: Disk = realDisk): boolean {
  try {
    return journal.recover(targetPath, disk);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new WriteFailed(
      "failed",
      {
        what: `What an interrupted run left could not be cleared: ${(error as Error).message}`,
        where: targetPath,
        fix: "Mend that, then run the same command again.",
      },
      error,
    );
  }
}

/** Prepares everything next to the topmost folder that is not there yet, so that one rename makes it all. */
async function anew(
  target: Target,
  files: ReadonlyMap<string, FileEntry>,
  disk: Disk,
  signal?: AbortSignal,
): Promise<Written> {
  const top = journal.topmost(target.path);
  const temporary = join(dirname(top), journal.siblingName(basename(top)));
  const folders = [target.path];
  while (folders[0] !== undefined && folders[0] !== top) folders.unshift(dirname(folders[0]));
  const prepared = folders.map((folder) => join(temporary, relative(top, folder)));
  try {
    for (const folder of prepared) disk.folder(folder);
    await fill(prepared.at(-1) ?? temporary, files, disk, signal);
    if (lstatSync(top, { throwIfNoEntry: false }) !== undefined) throw journal.appeared(top);
    disk.rename(temporary, top);
  } catch (error) {
    disk.remove(temporary);
    throw error;
  }
  const undo = (): void => {
    disk.remove(target.path);
    for (const folder of folders.slice(0, -1).toReversed()) disk.removeEmpty(folder);
  };
  return { target, paths: [...files.keys()], undo };
}

async function into(
  change: Change,
  target: Target,
  files: ReadonlyMap<string, FileEntry>,
  disk: Disk,
  signal?: AbortSignal,
): Promise<Written> {
  const stage = join(target.path, journal.stageName());
  const replaced = change.operations.filter((operation) => operation.op === "replace");
  const theirs = new Set(replaced.map((operation) => operation.path));
  const added = journal.newTops(
    target.path,
    [...files.keys()].filter((path) => !theirs.has(path)),
  );
  const removed = change.removed ?? [];
  try {
    disk.folder(stage);
    disk.folder(journal.prepared(stage));
    disk.folder(journal.former(stage));
    disk.folder(journal.gone(stage));
    await fill(journal.prepared(stage), files, disk, signal, theirs);
    const former = new Map(replaced.map(({ path, before }) => [path, before]));
    await fill(journal.former(stage), former, disk, signal, theirs, target.path);
    for (const path of removed) makeFolders(dirname(path), journal.gone(stage), disk);
    journal.commit(target.path, stage, { added, replaced: [...theirs], removed }, disk);
  } catch (error) {
    try {
      journal.rollBack(target.path, stage, disk);
    } catch (second) {
      throw notPutBack(second, target);
    }
    throw error;
  }
  try {
    disk.remove(stage);
  } catch {
    // Without its journal the stage means nothing; the next run clears it away.
  }
  const undo = (products: readonly string[] = []): void => {
    for (const name of [...added, ...products]) disk.remove(join(target.path, name));
    for (const { path, before } of replaced) {
      disk.remove(join(target.path, path));
      disk.file(join(target.path, path), before.bytes, before.mode, true);
    }
  };
  return { target, paths: [...files.keys()], undo };
}

/** Makes a folder below one that is new, with those above it. */
function makeFolders(folder: string, root: string, disk: Disk): void {
  let at = root;
  for (const part of folder.split("/").filter((one) => one !== "" && one !== ".")) {
    at = join(at, part);
    if (lstatSync(at, { throwIfNoEntry: false }) === undefined) disk.folder(at);
  }
}

/** Writes files below a new folder. `theirs` keep their modes; in `linked` they lie, and get a second name: others replace the first. */
async function fill(
  root: string,
  files: ReadonlyMap<string, FileEntry>,
  disk: Disk,
  signal?: AbortSignal,
  theirs?: ReadonlySet<string>,
  linked?: string,
): Promise<void> {
  const made = new Set<string>([""]);
  const make = (folder: string): void => {
    if (made.has(folder)) return;
    make(folder.slice(0, Math.max(0, folder.lastIndexOf("/"))));
    disk.folder(`${root}/${folder}`);
    made.add(folder);
  };
  let count = 0;
  for (const [path, { bytes, mode }] of files) {
    make(path.slice(0, Math.max(0, path.lastIndexOf("/"))));
    if (linked === undefined || !disk.link(join(linked, path), `${root}/${path}`))
      disk.file(`${root}/${path}`, bytes, mode, theirs?.has(path));
    count += 1;
    if (count % BREATH === 0) await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  }
}

/** The last look at paths, whoever made them: all stay inside, and none is another's on a system with other rules. */
function refuseBadPaths(paths: Iterable<string>): void {
  const all = [...paths];
  for (const path of all) {
    const why = unsafePath(path);
    if (why !== undefined) {
      throw new PackRefused("path", {
        what: `A file can't be written as ${JSON.stringify(path)}`,
        why,
        fix: "Rename it in the pack that has it.",
      });
    }
  }
  const pair = clash(all);
  if (pair !== undefined) {
    throw new PackRefused("path", {
      what: `${pair[0]} and ${pair[1]} can't both be written`,
      why: "on some systems they are one path",
      fix: "Rename one of them in the pack that has it.",
    });
  }
}

function failure(error: unknown, target: Target): WriteFailed {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const where = target.path;
  if (["ENOSPC", "EDQUOT", "EFBIG"].includes(code)) {
    return new WriteFailed(
      "full",
      {
        what: "The disk is full; the target is as it was",
        where,
        why: message,
        fix: "Make room, then run the same command again.",
      },
      error,
    );
  }
  if (["EACCES", "EPERM", "EROFS"].includes(code)) {
    return new WriteFailed(
      "denied",
      {
        what: "The system does not let us write there; the target is as it was",
        where,
        why: message,
        fix: "Choose a folder of your own.",
      },
      error,
    );
  }
  return new WriteFailed(
    "failed",
    {
      what: "Writing failed; the target is as it was",
      where,
      why: message,
      fix: "Mend that, then run the same command again.",
    },
    error,
  );
}

function notPutBack(error: unknown, target: Target): WriteFailed {
  return new WriteFailed(
    "failed",
    {
      what: "Writing failed, and so did putting things back",
      where: target.path,
      why: (error as Error).message,
      fix: "Mend that, then run the same command again: it puts the folder back to what it was first.",
    },
    error,
  );
}
