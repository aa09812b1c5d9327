import { hashFiles } from "../packs/hash.ts";
import { lockOf, printLock } from "../packs/lock.ts";
import type { Selection, Tree, TreeFile } from "../types.ts";
import { printAnswers } from "./answers-file.ts";
import { tarSize, writeTar } from "./tar.ts";

/** The folder in an emitted project that says what it was made of. */
export const RECORD = ".ml-project";

const OWNER = "create-ml-project";
const encoder = new TextEncoder();

/** A hash is as long as any other. */
const SOME_HASH = `sha256:${"0".repeat(64)}`;

/**
 * Adds answers, lock and base to a tree. Nothing in them is secret, tied to a machine or to a moment. Lock and base are
 * made when their bytes are asked for: a dry run tells sizes only.
 */
export function withRecord(files: Tree, selection: Selection, generator: string): Tree {
  const lock = (tree: string): Uint8Array => encoder.encode(printLock(lockOf(selection.packs, generator, tree)));
  const answers = encoder.encode(printAnswers(selection));
  const record: Readonly<Record<string, TreeFile>> = {
    "answers.yaml": { bytes: answers, mode: 0o644, owner: OWNER },
    // Not squeezed: Node's compressor gives other bytes on other processors, and git keeps small deltas of a plain archive.
    "base.tar": later(
      () => tarSize(files),
      () => writeTar(files),
    ),
    "lock.json": later(
      () => lock(SOME_HASH).length,
      () => lock(hashFiles(files)),
    ),
  };
  const added = Object.entries(record).map(([name, file]): [string, TreeFile] => [`${RECORD}/${name}`, file]);
  return new Map([...files, ...added].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A file whose bytes are made, or whose size is worked out, when one of the two is asked for. */
function later(size: () => number, make: () => Uint8Array): TreeFile {
  let made: Uint8Array | undefined;
  return {
    get bytes() {
      made ??= make();
      return made;
    },
    get size() {
      return made?.length ?? size();
    },
    mode: 0o644,
    owner: OWNER,
  };
}
