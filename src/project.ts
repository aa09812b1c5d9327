/** A project of ours that is there already: found by its record, which must still say what it was rendered of. Only reads. */
import { existsSync, lstatSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { RECORD } from "./change/record.ts";
import { PackRefused, TargetRefused } from "./errors.ts";
import { answersOf, recordOf, renderRecord } from "./rerender.ts";
import { sealedProject } from "./sealed.ts";
import type { Answers, FileEntry, Files, Pack, Tree } from "./types.ts";

export interface Project {
  /** Its folder, absolute. */
  readonly root: string;
  /** As they are stored. */
  readonly answers: Answers;
  /** What rendered it. */
  readonly generator: string;
  /** What was rendered: the disk may have moved on from there. */
  readonly tree: Tree;
  /** Its record as it was read. */
  readonly record: Files;
}

const LOCK = `${RECORD}/lock.json`;
const ANSWERS = `${RECORD}/answers.yaml`;
const BASE = `${RECORD}/base.tar`;

/** The folder of the project that a folder is in, if it is in one. */
export function findProject(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, LOCK))) return at;
    if (dirname(at) === at) return undefined;
  }
}

/**
 * The folder of the project that a command is about.
 *
 * @throws TargetRefused where there is none; `what` is what can't be done then
 */
export function projectHere(cwd: string, what: string): string {
  const root = findProject(cwd);
  if (root !== undefined) return root;
  throw new TargetRefused("path", {
    what: `This folder is in no project that create-ml-project made, so there is nothing to ${what}`,
    where: cwd,
    why: `there is no ${LOCK} here or above`,
    fix: "Go into the project's folder.",
  });
}

/**
 * Reads a project's record, and what was rendered of it: from its base while all seals hold, else by rendering it again.
 *
 * @throws PackRefused when the record is not what rendered it: edited, or of another version
 */
export function readProject(root: string, packs: readonly Pack[]): Project {
  const files: Files = new Map(
    [LOCK, ANSWERS, BASE].flatMap((path) => {
      const there = fileAt(root, path);
      return there === undefined ? [] : [[path, there] as const];
    }),
  );
  const known = sealedProject(files, packs, () => answersOf(files, packs));
  if (known !== undefined) return { root, ...known, record: files };
  const record = recordOf(files, packs);
  const tree = renderRecord(record, packs);
  for (const path of [LOCK, ANSWERS]) {
    const [now, then] = [files.get(path)?.bytes, tree.get(path)?.bytes];
    if (now !== undefined && then !== undefined && Buffer.compare(now, then) === 0) continue;
    throw new PackRefused("record", {
      what: `${path} was edited, and the project not updated with it`,
      where: join(root, path),
      why: "adding renders the project from it, and would bring in those edits unseen",
      fix: `Bring the project there first: create-ml-project update. Or take the version from git: git checkout -- ${RECORD}`,
    });
  }
  return { root, ...record, tree, record: files };
}

/**
 * A file of the project; nothing when there is none.
 *
 * @throws TargetRefused when a link or a folder is in the way: what is written must stay inside
 */
export function fileAt(root: string, path: string): FileEntry | undefined {
  const parts = path.split("/");
  for (let depth = 1; depth <= parts.length; depth++) {
    const at = join(root, ...parts.slice(0, depth));
    const facts = lstatSync(at, { throwIfNoEntry: false });
    if (facts === undefined) return undefined;
    if (depth === parts.length && facts.isFile()) return { bytes: readFileSync(at), mode: facts.mode & 0o777 };
    if (depth < parts.length && facts.isDirectory()) continue;
    const kind = facts.isSymbolicLink() ? "a symbolic link" : facts.isDirectory() ? "a folder" : "a file";
    throw new TargetRefused("link", {
      what: `${parts.slice(0, depth).join("/")} is ${kind}, where ${depth < parts.length ? "a folder" : "a file"} is needed`,
      where: at,
      fix: "Move it away, or choose another name.",
    });
  }
  return undefined;
}
