/** From what names packs to the packs, layered: on the command line, in an answers file, in the lock of a project. */
import { readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { parseDocument } from "yaml";
import { PackRefused } from "../errors.ts";
import { safe } from "../text.ts";
import type { Pack, PackFiles } from "../types.ts";
import { isAddress, NPM, readAddress, readPackage } from "./address.ts";
import { layered } from "./layer.ts";
import { packFromFiles, readPackSync } from "./load.ts";

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

/** Where packs are from, and what is locked of them. */
export interface From {
  /** The folder that relative sources are of. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** By source: the commit that a project has. */
  readonly locked?: ReadonlyMap<string, string>;
  /** By source: the hash that a project has. */
  readonly hashes?: ReadonlyMap<string, string>;
  /** An update takes what is newest. */
  readonly newest?: boolean;
}

/** Loads packs and what they extend, and lays them over ours. */
export async function packStack(ours: readonly Pack[], sources: readonly string[], from: From): Promise<Stack> {
  const found: Pack[] = [];
  const seen = new Set<string>();
  const load = async (source: string, base: string | undefined, above: readonly string[]): Promise<string> => {
    const place = isAddress(source) ? source : placeOf(source, base);
    if (above.includes(place)) {
      throw new PackRefused("extends", {
        what: `The pack ${safe(source)} extends itself`,
        where: isAddress(place) ? place : join(place, "pack.yaml"),
        fix: "Take one of the two out of extends.",
      });
    }
    if (seen.has(place)) return place;
    seen.add(place);
    const pack = branded({ ...(await read(place, from)), source: place });
    const own = isAddress(place) || isArchive(place) ? undefined : place;
    for (const other of pack.extends) await load(other, own, [...above, place]);
    found.push(pack);
    return place;
  };
  const named: string[] = [];
  for (const source of sources) named.push(await load(source, from.folder, []));
  return { packs: layered([...ours, ...found]), named };
}

const isArchive = (place: string): boolean => /\.(?:tar\.gz|tgz)$/i.test(place);

async function read(place: string, from: From): Promise<Pack> {
  if (place.startsWith(NPM)) return packaged(place, from);
  if (isAddress(place)) return fetched(place, from);
  if (!isArchive(place) || statSync(place).isDirectory()) return readPackSync(place);
  return packFromFiles(await (await import("./archive.ts")).readArchive(place), `${place}/`);
}

/** A version of a package is published once: other bytes under the same number are somebody else's, in an update as well. */
async function packaged(source: string, { env, signal, hashes }: From): Promise<Pack> {
  const { fetchPackage } = await import("../run/npm.ts");
  const pack = packFromFiles(await fetchPackage(readPackage(source), env, signal), `${source}/`);
  const before = hashes?.get(source);
  if (before === undefined || before === pack.hash) return pack;
  throw new PackRefused("moved", {
    what: `${source} has other content than the one locked`,
    where: source,
    why: `it was ${before}, and is ${pack.hash}`,
    fix: "Ask who published it again; then take another version: create-ml-project update --pack",
  });
}

async function fetched(source: string, { env, signal, locked, newest = false }: From): Promise<Pack> {
  const address = readAddress(source, env["CREATE_ML_PROJECT_ALLOW"] === "file");
  const commit = locked?.get(source);
  const { fetchPack } = await import("../run/fetch.ts");
  const got = await fetchPack(address, commit === undefined ? undefined : { commit, newest }, env, signal);
  return { ...packFromFiles(got.files, `${source}/`), commit: got.commit };
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

/** A folder or an archive on this machine; what comes from elsewhere names none. */
function placeOf(source: string, base: string | undefined): string {
  if (base === undefined) {
    throw new PackRefused("extends", {
      what: `A pack from elsewhere extends ${safe(source)}, which is no address`,
      where: safe(source),
      fix: "Name what it extends by its address, as --pack takes it.",
    });
  }
  const path = resolve(base, source);
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts?.isDirectory() === true) return realpathSync(path);
  if (facts?.isFile() === true && isArchive(path)) return join(realpathSync(dirname(path)), basename(path));
  throw new PackRefused("source", {
    what: `There is no pack ${safe(source)}`,
    where: safe(path),
    fix: "Give a folder that holds pack.yaml, or a .tar.gz of one; one in a project's answers is relative to the project.",
  });
}

/** A folder as it is named from a project: neither answers nor lock name a place of this machine alone. */
export function sourceFrom(folder: string, home: string): string {
  if (isAddress(folder)) return folder;
  const path = relative(home, folder).replaceAll("\\", "/");
  if (!isAbsolute(path)) return path.startsWith(".") ? path : `./${path}`;
  throw new PackRefused("source", {
    what: "A pack on another disk can't be recorded in a project",
    where: folder,
    fix: "Put it on the disk of the project.",
  });
}
