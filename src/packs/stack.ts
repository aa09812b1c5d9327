/** From what names packs to the packs, layered: on the command line, in an answers file, in the lock of a project. */
import { readFileSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { parseDocument } from "yaml";
import { PackRefused } from "../errors.ts";
import { safe } from "../text.ts";
import type { Pack, PackFiles } from "../types.ts";
import { layered } from "./layer.ts";
import { readPackSync } from "./load.ts";

export { refuseRunning } from "./opens.ts";

/** The values of `--pack`, in order, and of `packs:` in the file behind `--answers`. */
export function packWords(argv: readonly string[], cwd: string): string[] {
  const end = argv.indexOf("--");
  const words = end < 0 ? argv : argv.slice(0, end);
  const valuesOf = (flag: string): string[] =>
    words.flatMap((word, at) =>
      word === flag ? [argv[at + 1] ?? ""] : word.startsWith(`${flag}=`) ? [word.slice(flag.length + 1)] : [],
    );
  const typed = valuesOf("--pack");
  return typed.length > 0 ? typed : valuesOf("--answers").flatMap((file) => packsIn(resolve(cwd, file)));
}

/** Whatever else is wrong with it is said when its answers are read. */
function packsIn(file: string): string[] {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return [];
  return packsOf(readFileSync(file, "utf8"));
}

/** The list `packs` of an answers file. */
export function packsOf(text: string): string[] {
  const list: unknown = parseDocument(text, { merge: false, logLevel: "error" }).get("packs");
  const items: unknown = list === undefined || list === null ? [] : (list as { toJSON(): unknown }).toJSON();
  return Array.isArray(items) ? items.filter((item): item is string => typeof item === "string") : [];
}

/** Packs, layered, and which of them somebody named; sources are folders of this machine until they are recorded. */
export interface Stack {
  readonly packs: readonly Pack[];
  readonly named: readonly string[];
}

/** Loads packs and what they extend, and lays them over ours; relative sources are of `from`. */
export function packStack(ours: readonly Pack[], sources: readonly string[], from: string): Stack {
  const found: Pack[] = [];
  const seen = new Set<string>();
  const load = (source: string, base: string, above: readonly string[]): string => {
    const folder = folderOf(source, base);
    if (above.includes(folder)) {
      throw new PackRefused("extends", {
        what: `The pack ${safe(source)} extends itself`,
        where: join(folder, "pack.yaml"),
        fix: "Take one of the two out of extends.",
      });
    }
    if (seen.has(folder)) return folder;
    seen.add(folder);
    const pack = branded({ ...readPackSync(folder), source: folder });
    for (const other of pack.extends) load(other, folder, [...above, folder]);
    found.push(pack);
    return folder;
  };
  const named = sources.map((source) => load(source, from, []));
  return { packs: layered([...ours, ...found]), named };
}

/** The same pack, each of its files with its name. */
function branded(pack: Pack): Pack {
  const brand = (files: PackFiles): PackFiles =>
    new Map([...files].map(([path, file]) => [path, { ...file, foreign: pack.name }]));
  const both = <Of extends { readonly files: PackFiles; readonly shared: PackFiles }>(of: Of): Of => ({
    ...of,
    files: brand(of.files),
    shared: brand(of.shared),
  });
  return {
    ...pack,
    project: both(pack.project),
    parts: new Map([...pack.parts].map(([id, part]) => [id, both(part)])),
    groups: pack.groups.map((group) => ({
      ...group,
      any: both(group.any),
      options: group.options.map((option) => ({
        ...both(option),
        with: new Map([...option.with].map(([pair, sources]) => [pair, both(sources)])),
      })),
    })),
  };
}

/** The same packs as a project in that folder records them. */
export function recordedIn<One extends Pick<Pack, "source">>(packs: readonly One[], home: string): One[] {
  return packs.map((pack) => (pack.source === undefined ? pack : { ...pack, source: sourceFrom(pack.source, home) }));
}

function folderOf(source: string, base: string): string {
  const path = resolve(base, source);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return realpathSync(path);
  throw new PackRefused("source", {
    what: `There is no pack ${safe(source)}`,
    where: safe(path),
    fix: "Give a folder that holds pack.yaml; one in a project's answers is relative to the project.",
  });
}

/** A folder as it is named from a project: neither answers nor lock name a place of this machine alone. */
export function sourceFrom(folder: string, home: string): string {
  const path = relative(home, folder).replaceAll("\\", "/");
  if (!isAbsolute(path)) return path.startsWith(".") ? path : `./${path}`;
  throw new PackRefused("source", {
    what: "A pack on another disk can't be recorded in a project",
    where: folder,
    fix: "Put it on the disk of the project.",
  });
}
