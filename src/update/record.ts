/** A project's record as an update reads it: whatever version wrote it, and whatever a person has answered in it since. */
import { join } from "node:path";
import { RECORD } from "../change/record.ts";
import { readTar } from "../change/tar.ts";
import { PackRefused } from "../errors.ts";
import { sha256 } from "../packs/hash.ts";
import { type Lock, readLock, sealed } from "../packs/lock.ts";
import { inRange } from "../packs/range.ts";
import { fileAt } from "../project.ts";
import type { Answers, FileEntry, Migration, Pack, Tree } from "../types.ts";
import { VERSION } from "../version.ts";
import { storedAnswers } from "./answers.ts";
import { migrationsSince } from "./migrate.ts";

export const ANSWERS = `${RECORD}/answers.yaml`;
const LOCK = `${RECORD}/lock.json`;
const BASE = `${RECORD}/base.tar`;

export interface Stored {
  readonly lock: Lock;
  readonly answers: Answers;
  /** Nobody has edited the answers since they were written. */
  readonly intact: boolean;
  /** As they lie there. */
  readonly answersText: string;
  /** Questions that nobody asks any more. */
  readonly dropped: readonly string[];
  /** As last rendered, without the record. */
  readonly base: Tree;
  /** What happened since. */
  readonly migrations: readonly Migration[];
  /** Another generator or other packs than those that rendered it. */
  readonly moved: boolean;
}

/**
 * Reads it.
 *
 * @throws PackRefused when lock or base are not as they were written, or a newer version wrote them
 */
export function storedIn(root: string, packs: readonly Pack[]): Stored {
  const text = (path: string): string => new TextDecoder().decode(needed(root, path).bytes);
  const lock = readLock(text(LOCK), LOCK);
  if (!inRange(VERSION, `>=${lock.generator.split("-")[0]}`)) {
    throw new PackRefused("generator", {
      what: `This project was rendered by create-ml-project ${lock.generator}, which is newer than this one (${VERSION})`,
      where: LOCK,
      fix: `Run: npx create-ml-project@${lock.generator} update`,
    });
  }
  const base = needed(root, BASE).bytes;
  if (`sha256:${sha256(base)}` !== lock.tree) {
    throw new PackRefused("record", {
      what: `${BASE} is not what the lock names`,
      where: BASE,
      why: "it is the tree that your changes are told from, so a wrong one would take some for ours",
      fix: `Take both from git: git checkout -- ${LOCK} ${BASE}`,
    });
  }
  const moved =
    lock.generator !== VERSION ||
    lock.packs.length !== packs.length ||
    lock.packs.some(({ name, hash }) => !packs.some((pack) => pack.name === name && pack.hash === hash));
  const answersText = text(ANSWERS);
  const migrations = migrationsSince(lock, packs);
  const intact = sealed(lock, new TextEncoder().encode(answersText)).seal === lock.seal;
  return {
    lock,
    intact,
    base: readTar(base, "base"),
    answersText,
    moved,
    migrations,
    ...storedAnswers(answersText, ANSWERS, packs, moved, migrations),
  };
}

function needed(root: string, path: string): FileEntry {
  const file = fileAt(root, path);
  if (file !== undefined) return file;
  throw new PackRefused("record", {
    what: `This project has no ${path}`,
    where: join(root, path),
    fix: `Take it from git: git checkout -- ${path}`,
  });
}
