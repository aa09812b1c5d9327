/** What packs say happened between the version that rendered a project and theirs, told on what is there: old names become new ones. Pure. */
import type { Lock } from "../packs/lock.ts";
import { compareVersions } from "../packs/range.ts";
import { same } from "../shared/doc.ts";
import type { Answers, FileEntry, Json, Migration, Operation, Pack, Tree } from "../types.ts";
import type { Now, Present } from "./types.ts";

/** Migrations that a project has not had yet, pack by pack, oldest first. */
export function migrationsSince({ packs: locked }: Lock, packs: readonly Pack[]): Migration[] {
  return packs.flatMap(({ name, version, migrations }) => {
    const before = locked.find((one) => one.name === name)?.version;
    return before === undefined
      ? []
      : migrations.filter(({ to }) => compareVersions(to, before) > 0 && compareVersions(to, version) <= 0);
  });
}

/** Answers by the questions' names and values of now. */
export function migrateAnswers(answers: Answers, migrations: readonly Migration[]): Answers {
  let all: Record<string, Json> = { ...answers };
  for (const { rename, set, change } of migrations) {
    for (const { from, to } of rename)
      all = Object.fromEntries(Object.entries(all).map(([key, value]) => [key === from ? to : key, value]));
    for (const { key, value } of set) all[key] ??= value;
    for (const { key, from, to } of change) {
      const value = all[key];
      if (Array.isArray(value)) all[key] = value.map((item) => (same(item, from) ? to : item));
      else if (value !== undefined && same(value, from)) all[key] = to;
    }
  }
  return all;
}

export interface Migrated {
  readonly base: Tree;
  /** The project, by the new names. */
  readonly now: Now;
  /** Where a file of the project lies that has a new name. */
  oldPath(path: string): string | undefined;
}

/** Base and project by the names and texts of now. `rename` puts the project's names in the place of the tokens. */
export function migrateFiles(
  base: Tree,
  now: Now,
  migrations: readonly Migration[],
  rename: (text: string) => string,
): Migrated {
  const moves = migrations.flatMap(({ move }) => move.map(({ from, to }) => [rename(from), rename(to)] as const));
  const texts = migrations.flatMap(({ replace }) =>
    replace.map((one) => ({ in: rename(one.in), from: rename(one.from), to: rename(one.to) })),
  );
  if (moves.length === 0 && texts.length === 0) return { base, now, oldPath: () => undefined };
  const forth = (path: string): string =>
    moves.reduce(
      (at, [from, to]) => (at === from ? to : at.startsWith(`${from}/`) ? to + at.slice(from.length) : at),
      path,
    );
  const replaced = <File extends FileEntry>(path: string, file: File): File => {
    const mine = texts.filter((one) => one.in === path);
    if (mine.length === 0) return file;
    const text = Buffer.from(file.bytes).toString("latin1"); // every byte comes back
    const latin = (one: string): string => Buffer.from(one).toString("latin1");
    return {
      ...file,
      bytes: Buffer.from(
        mine.reduce((all, one) => all.replaceAll(latin(one.from), latin(one.to)), text),
        "latin1",
      ),
    };
  };
  // Only what was rendered has moved; files that a person put beside it stay where they are.
  const olds = new Map([...base.keys()].filter((path) => forth(path) !== path).map((path) => [forth(path), path]));
  const oldPath = (path: string): string | undefined => {
    const old = olds.get(path);
    return old !== undefined && now.at(path) === undefined && now.at(old)?.kind === "file" ? old : undefined;
  };
  const at = (path: string): Present | undefined => {
    if (olds.has(forth(path)) && forth(path) !== path) return undefined;
    const there = now.at(oldPath(path) ?? path);
    return there?.kind === "file" ? replaced(path, there) : there;
  };
  const tracked = new Map(
    [...now.tracked].map(([path, runs]) => [oldPath(forth(path)) === path ? forth(path) : path, runs]),
  );
  return {
    base: new Map([...base].map(([path, file]) => [forth(path), replaced(forth(path), file)])),
    now: { at, tracked, inTheWay: (path) => now.inTheWay(path) },
    oldPath,
  };
}

/**
 * What was worked out by the new names and texts, as a change of what lies there.
 *
 * @param disk - the project by its old names
 * @param paths - all that was rendered, by the new names
 */
export function onDisk(
  operations: readonly Operation[],
  removed: readonly string[],
  disk: Now,
  paths: Iterable<string>,
  { now, oldPath }: Migrated,
): { readonly operations: Operation[]; readonly removed: string[] } {
  const gone = new Set(removed);
  const done = new Map(operations.map((one) => [one.path, one]));
  for (const path of paths) {
    const old = oldPath(path) ?? path;
    const [there, before] = [now.at(path), disk.at(old)];
    if (there?.kind !== "file" || before?.kind !== "file" || (old === path && there === before)) continue;
    if (old !== path) {
      gone.add(old);
      if (gone.delete(path)) continue;
    } else if (gone.has(path)) continue;
    const one = done.get(path);
    const file = one?.op === "replace" ? one.file : { ...there, owner: "migration" };
    done.set(path, old === path ? { op: "replace", path, file, before, diff: "" } : { op: "add", path, file });
  }
  return { operations: [...done.values()], removed: [...gone] };
}
