/** A record that nobody has touched since it was written, read without rendering anything. Pure. */
import { RECORD } from "./change/record.ts";
import { readTar } from "./change/tar.ts";
import { sha256 } from "./packs/hash.ts";
import { printLock, readLock, sealed, verifyPacks } from "./packs/lock.ts";
import type { Recorded } from "./rerender.ts";
import { readPrinted } from "./shared/yaml-printed.ts";
import type { Answers, Files, Pack, Tree, TreeFile } from "./types.ts";
import { VERSION } from "./version.ts";

/** Nobody asks whose a file is that was there before. */
const OWNER = "base";

/**
 * What a record says and what was rendered of it, when its seal and the hash of its base say that both are as this
 * program wrote them with these packs; nothing otherwise. `slow` reads answers in which a person has written, too.
 */
export function sealedProject(
  files: Files,
  packs: readonly Pack[],
  slow: () => Answers | undefined = () => undefined,
): (Recorded & { readonly tree: Tree }) | undefined {
  const [answers, base, lock] = ["answers.yaml", "base.tar", "lock.json"].map((name) => {
    const file = files.get(`${RECORD}/${name}`);
    return file && ([`${RECORD}/${name}`, { ...file, owner: OWNER }] as const);
  });
  if (!answers || !base || !lock) return undefined;
  const text = decode(lock[1]);
  const read = readLock(text, lock[0]);
  verifyPacks(packs, read, lock[0]);
  if (read.generator !== VERSION || printLock(sealed(read, answers[1].bytes)) !== text) return undefined;
  const said = readPrinted(decode(answers[1])) ?? slow();
  if (said === undefined || `sha256:${sha256(base[1].bytes)}` !== read.tree) return undefined;
  const tree = readTar(base[1].bytes, OWNER);
  for (const [path, file] of [answers, base, lock]) tree.set(path, file);
  return { answers: said as Answers, generator: read.generator, tree };
}

function decode({ bytes }: TreeFile): string {
  return new TextDecoder().decode(bytes);
}
