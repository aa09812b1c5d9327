import { PackRefused } from "../errors.ts";
import type { Json, Pack } from "../types.ts";
import { hashBytes } from "./hash.ts";

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** One pack, exactly; ours has no source. */
export interface LockedPack {
  readonly name: string;
  readonly version: string;
  readonly hash: string;
  readonly source?: string;
  readonly commit?: string;
}

/** Exactly what rendered a project. */
export interface Lock {
  readonly format: 1;
  readonly generator: string;
  readonly packs: readonly LockedPack[];
  /** Hash of `base.tar`, in which all rendered files are but those in `.ml-project/`. */
  readonly tree: string;
  /** Hash of all this and of `answers.yaml`: while it holds, nobody has edited either. */
  readonly seal: string;
}

/** The lock of a rendered tree, not sealed yet. */
export function lockOf(packs: readonly Pack[], generator: string, tree: string): Omit<Lock, "seal"> {
  return { format: 1, generator, packs: packs.map(lockedPack), tree };
}

const lockedPack = ({ name, version, hash, source, commit }: LockedPack): LockedPack => ({
  name,
  version,
  hash,
  ...(source !== undefined && { source }),
  ...(commit !== undefined && { commit }),
});

/** The same lock with its seal over it and the answers. */
export function sealed({ format, generator, packs, tree }: Omit<Lock, "seal">, answers: Uint8Array): Lock {
  const open = { format, generator, packs, tree };
  return { ...open, seal: hashBytes(Buffer.from(`${JSON.stringify(open)}\n`), answers) };
}

export function printLock(lock: Lock): string {
  return `${JSON.stringify(lock, null, 2)}\n`;
}

/** Reads a lock; whatever is not exactly one is refused. */
export function readLock(text: string, where: string): Lock {
  const value = parse(text, where);
  const hash = /^sha256:[0-9a-f]{64}$/;
  const isText = (item: Json | undefined): item is string => typeof item === "string";
  const isHash = (item: Json | undefined): item is string => isText(item) && hash.test(item);
  const { format, generator, packs: list, tree, seal } = value;
  if (format !== 1 || !isText(generator) || !isHash(tree) || !isHash(seal) || !Array.isArray(list)) throw broken(where);
  const packs = list.map((item) => {
    const { name, version, hash: sum, source, commit } = tableOf(item, where);
    if (!isText(name) || !isText(version) || !isHash(sum)) throw broken(where);
    if (source !== undefined && !isText(source)) throw broken(where);
    // It is handed to git: nothing but a commit may stand there, whoever wrote the lock.
    if (commit !== undefined && !(isText(commit) && COMMIT.test(commit))) throw broken(where);
    return lockedPack({
      name,
      version,
      hash: sum,
      ...(isText(source) && { source }),
      ...(isText(commit) && { commit }),
    });
  });
  return { format, generator, packs, tree, seal };
}

/** Refuses packs whose content is not what the lock names. */
export function verifyPacks(packs: readonly Pack[], lock: Lock, where: string): void {
  for (const locked of lock.packs) {
    const pack = packs.find(({ name }) => name === locked.name);
    const fix = `Use create-ml-project ${lock.generator} with ${locked.name} ${locked.version}, or bring the project to these: create-ml-project update`;
    if (!pack)
      throw new PackRefused("missing", { what: `The pack ${locked.name} ${locked.version} is not there`, where, fix });
    if (pack.hash !== locked.hash) {
      const why = `The lock names ${locked.version} (${locked.hash}), this is ${pack.version} (${pack.hash}).`;
      throw new PackRefused("hash", {
        what: `The pack ${locked.name} has other content than the one locked`,
        where,
        why,
        fix,
      });
    }
  }
}

function parse(text: string, where: string): { [key: string]: Json } {
  try {
    return tableOf(JSON.parse(text) as Json, where);
  } catch (error) {
    throw error instanceof PackRefused ? error : broken(where);
  }
}

function tableOf(value: Json, where: string): { [key: string]: Json } {
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw broken(where);
  return value;
}

function broken(where: string): PackRefused {
  return new PackRefused("lock", {
    what: "This lock can't be read",
    where,
    why: "It is written by create-ml-project and was changed by hand or by a merge.",
    fix: "Take the version from git: git checkout -- .ml-project/lock.json",
  });
}
