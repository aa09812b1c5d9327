import { sha256 } from "../packs/hash.ts";
import { lockOf, printLock, sealed } from "../packs/lock.ts";
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
 * made when their bytes are asked for: a dry run tells sizes only. `printed` are the answers, where that is known.
 */
export function withRecord(
  files: Tree,
  selection: Selection,
  generator: string,
  printed: string = printAnswers(selection),
): Tree {
  const answers = encoder.encode(printed);
  const lock = (tree: string) => lockOf(selection.packs, generator, tree);
  // Not squeezed: Node's compressor gives other bytes on other processors, and git keeps small deltas of a plain archive.
  const base = later(
    () => tarSize(files),
    () => writeTar(files),
  );
  const record: Readonly<Record<string, TreeFile>> = {
    "answers.yaml": { bytes: answers, mode: 0o644, owner: OWNER },
    "base.tar": base,
    "lock.json": later(
      () => printLock({ ...lock(SOME_HASH), seal: SOME_HASH }).length,
      () => encoder.encode(printLock(sealed(lock(`sha256:${sha256(base.bytes)}`), answers))),
    ),
  };
  const all = new Map(files);
  for (const [name, file] of Object.entries(record)) all.set(`${RECORD}/${name}`, file);
  const sorted = new Map<string, TreeFile>();
  for (const path of [...all.keys()].sort()) sorted.set(path, all.get(path) as TreeFile);
  return sorted;
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
