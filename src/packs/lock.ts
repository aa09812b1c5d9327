import { PackRefused } from "../errors.ts";
import type { Json, Pack } from "../types.ts";

/** Exactly what rendered a project. */
export interface Lock {
  readonly format: 1;
  readonly generator: string;
  readonly packs: readonly { readonly name: string; readonly version: string; readonly hash: string }[];
  /** Hash of all rendered files but those in `.ml-project/`. */
  readonly tree: string;
}

/** The lock of a rendered tree. */
export function lockOf(packs: readonly Pack[], generator: string, tree: string): Lock {
  return { format: 1, generator, packs: packs.map(({ name, version, hash }) => ({ name, version, hash })), tree };
}

export function printLock(lock: Lock): string {
  return `${JSON.stringify(lock, null, 2)}\n`;
}

/** Reads a lock; whatever is not exactly one is refused. */
export function readLock(text: string, where: string): Lock {
  const value = parse(text, where);
  const hash = /^sha256:[0-9a-f]{64}$/;
  const isText = (item: Json | undefined): item is string => typeof item === "string";
  if (value["format"] !== 1 || !isText(value["generator"]) || !isText(value["tree"]) || !hash.test(value["tree"]))
    throw broken(where);
  if (!Array.isArray(value["packs"])) throw broken(where);
  const packs = value["packs"].map((item) => {
    const { name, version, hash: sum } = tableOf(item, where);
    if (!isText(name) || !isText(version) || !isText(sum) || !hash.test(sum)) throw broken(where);
    return { name, version, hash: sum };
  });
  return { format: 1, generator: value["generator"], packs, tree: value["tree"] };
}

/** Refuses packs whose content is not what the lock names. */
export function verifyPacks(packs: readonly Pack[], lock: Lock, where: string): void {
  for (const locked of lock.packs) {
    const pack = packs.find(({ name }) => name === locked.name);
    const fix = `Use create-ml-project ${lock.generator} with ${locked.name} ${locked.version}, or run its update.`;
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
