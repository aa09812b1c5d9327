import { posix } from "node:path";
import { PackRefused } from "./errors.ts";
import { placeOf } from "./options/mount.ts";
import { refusePaths } from "./packs/paths.ts";
import { namesOf, partTokens, projectTokens, replacer, type Tokens } from "./shared/tokens.ts";
import { lookUp } from "./shared/values.ts";
import type { Option, PackFile, PackFiles, Plan, Selection, Source } from "./types.ts";

/** The part that only a mounted project has; and the pair of it with an option that the repository around it uses. */
export const MOUNTED = "mounted";
/** In that pair: what lies beside the files of the repository that use the option. */
export const THEIRS = "theirs/";
/** As what {@link refusePaths} names it. */
export const PLANNED = "the planned project";

/** Sources of one owner with the tokens that hold in them. */
interface Owned {
  readonly owner: string;
  /** Where the folder `theirs/` of these files goes. */
  readonly theirs?: string | undefined;
  readonly tokens: Tokens;
  readonly files: PackFiles;
  readonly shared: PackFiles;
}

/** Says for every path who contributes to it, in merge order: base, `any/` of the groups, options, their pairs, parts. */
export function plan(selection: Selection): Plan {
  const whole = planWhole(selection);
  if (selection.added === undefined) {
    refusePaths(whole.paths.keys(), PLANNED);
    return whole;
  }
  const added = selection.added.map(planParts);
  const all = new Map(whole.paths);
  for (const { paths } of added) {
    for (const [path, sources] of paths) {
      // Within one addition a fragment adds to a file; what lies there already is another's, whatever it is.
      const [first, ...others] = sources;
      const heads = [...(all.get(path) ?? []).slice(0, 1), ...(first ? [first] : [])];
      refuseTwoOwners(path, [...heads.map((one): Source => ({ ...one, as: "verbatim" })), ...others]);
      all.set(path, sources);
    }
  }
  refusePaths(all.keys(), PLANNED);
  return { ...whole, added };
}

/** The project without the parts that were added later, and with what those bring for it. */
export function planWhole(selection: Selection): Plan {
  const { paths } = planOf(selection, ownersOf(selection));
  for (const [path, sources] of paths) refuseTwoOwners(path, sources);
  return { selection, paths: new Map([...paths].map(([path, sources]) => [path, baseFirst(sources)])) };
}

/** What was added later is its parts and nothing else; where a file lies that a part brings, another one can't. */
export function planParts(selection: Selection): Plan {
  return planOf(selection, partsOf(selection, tokensOf(selection)));
}

function planOf(selection: Selection, owners: readonly Owned[]): Plan {
  const paths = new Map<string, Source[]>();
  for (const owned of owners) {
    const rename = renamer(selection, owned);
    add(paths, owned, owned.files, rename, "verbatim");
    add(paths, owned, owned.shared, rename, "fragment");
  }
  return { selection, paths: new Map([...paths].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

type Rename = (path: string) => string | undefined;

/** Where a file of a pack goes; nothing when it has no place in the repository that it is mounted in. */
function renamer({ mount }: Selection, { tokens, theirs }: Owned): Rename {
  const replace = replacer(tokens);
  return (path) => {
    const to =
      theirs !== undefined && path.startsWith(THEIRS)
        ? posix.join(theirs, path.slice(THEIRS.length))
        : placeOf(mount, path);
    return to === undefined ? undefined : replace(to);
  };
}

/** The real names of a selection, and what reads otherwise where it is mounted. */
export function tokensOf({ answers, mount }: Selection): Tokens {
  return { ...projectTokens(namesOf(String(answers["name"] ?? ""))), ...mount?.texts };
}

function ownersOf(selection: Selection): Owned[] {
  const tokens = tokensOf(selection);
  const chosen = new Set(selection.options.map((option) => option.group));
  return [
    ...selection.packs.map((pack) => ({ owner: `${pack.name}:project`, tokens, ...pack.project })),
    ...selection.groups
      .filter((group) => chosen.has(group.id))
      .map((group) => ({ owner: `${group.id}/any`, tokens, ...group.any })),
    ...selection.options.map((option) => ({
      owner: nameOf(option),
      tokens,
      files: option.files,
      shared: withReadme(option),
    })),
    ...selection.options.flatMap((option) => pairsOf(option, selection.options, tokens)),
    ...joinsOf(selection, tokens),
    ...sourceOf(selection, tokens),
    ...broughtBy(selection, tokens),
    ...partsOf(selection, tokens),
  ];
}

/** What additions need besides their parts: files that read a table, the driver of another database. Once each. */
function broughtBy(selection: Selection, tokens: Tokens): Owned[] {
  const brought = (selection.added ?? []).flatMap((one) => [
    ...(one.options === selection.options ? [] : one.options)
      .filter((option) => !selection.options.includes(option))
      .map((option): Owned => ({ owner: nameOf(option), tokens, files: option.files, shared: ownShared(one, option) })),
    ...sourceOf(one, tokens),
  ]);
  const known = new Set(sourceOf(selection, tokens).map(({ owner }) => owner));
  return brought.filter(({ owner }) => !known.has(owner) && known.add(owner));
}

/** Of an option that each part answers anew, its lines in shared files; of others these are the new part's alone. */
function ownShared({ groups }: Selection, { group, shared }: Option): PackFiles {
  return groups.some(({ id, of }) => id === group && of !== undefined) ? shared : new Map();
}

function partsOf(selection: Selection, tokens: Tokens): Owned[] {
  return selection.parts.map(({ part, name }) => ({
    owner: `part/${part.id}:${name}`,
    tokens: partsTokens(selection, tokens, part.id, name),
    files: part.files,
    shared: part.shared,
  }));
}

/** In a part its own name stands; names of parts of another kind stand when there is only one of that kind. */
function partsTokens(selection: Selection, tokens: Tokens, id: string, name: string): Tokens {
  const kinds = [...new Set(selection.parts.map(({ part }) => part.id))].filter((kind) => kind !== id);
  const single = kinds.flatMap((kind) => {
    const [first, ...more] = selection.parts.filter(({ part }) => part.id === kind);
    return first && more.length === 0 ? [first] : [];
  });
  return single.reduce((all, { part, name: other }) => partTokens(all, part.id, other), partTokens(tokens, id, name));
}

function pairsOf(option: Option, options: readonly Option[], tokens: Tokens): Owned[] {
  return options.flatMap((other) => {
    const pair = option.with.get(`${other.group}.${other.id}`);
    return pair ? [{ owner: `${nameOf(option)} with ${nameOf(other)}`, tokens, ...pair }] : [];
  });
}

/**
 * The `with/mounted` of options: what one that is chosen brings besides, and of one that the repository around it uses
 * the folder `theirs/`, beside the files that use it.
 */
function joinsOf({ groups, mount, options }: Selection, tokens: Tokens): Owned[] {
  if (mount === undefined) return [];
  return groups.flatMap((group) =>
    group.options.flatMap((option): Owned[] => {
      const [join, theirs] = [option.with.get(MOUNTED), mount.joins[nameOf(option)]];
      if (join === undefined) return [];
      const [chosen, used] = [options.includes(option), theirs !== undefined];
      const files = new Map([...join.files].filter(([path]) => (path.startsWith(THEIRS) ? used : chosen)));
      return [{ owner: `${nameOf(option)} with a mounted module`, tokens, files, shared: new Map(), theirs }];
    }),
  );
}

/** What reading from a database takes that is not the project's own: the `source/` of its option. */
function sourceOf({ answers, groups, options }: Selection, tokens: Tokens): Owned[] {
  const engine = lookUp(answers, ["source", "engine"]);
  if (engine === undefined) return [];
  const option = groups.flatMap((group) => group.options).find((one) => nameOf(one) === engine);
  if (!option?.source || options.includes(option)) return [];
  const { files, shared } = option.source;
  return [{ owner: `${nameOf(option)} as a source`, tokens, files, shared }];
}

/** An option's README.md is a section of the project's; its variables are lines of `.env.example`. */
function withReadme(option: Option): PackFiles {
  const shared = new Map(option.shared);
  if (option.readme) shared.set("README.md", option.readme);
  if (option.env.length > 0 && !shared.has(".env.example")) {
    const lines = option.env.flatMap(({ name, example, why }) => [`# ${why}`, `${name}=${example}`, ""]);
    shared.set(".env.example", { bytes: new TextEncoder().encode(lines.join("\n")), mode: 0o644 });
  }
  return shared;
}

function add(
  paths: Map<string, Source[]>,
  { owner, tokens }: Owned,
  files: PackFiles,
  rename: Rename,
  as: "verbatim" | "fragment",
): void {
  for (const [source, entry] of files) {
    const path = rename(source.endsWith(".hbs") ? source.slice(0, -4) : source);
    if (path === undefined) continue;
    const sources = paths.get(path) ?? [];
    sources.push({
      owner: entry.over === undefined ? owner : `${owner} over ${entry.over}`,
      entry,
      as: as === "verbatim" ? roleOf(entry) : as,
      tokens,
    });
    paths.set(path, sources);
  }
}

function roleOf(entry: PackFile): "verbatim" | "prose" {
  return entry.prepared?.kind === "prose" ? "prose" : "verbatim";
}

/** What is not a fragment comes first: fragments add to it, whoever was planned earlier. */
function baseFirst(sources: readonly Source[]): readonly Source[] {
  return [
    ...sources.filter((source) => source.as !== "fragment"),
    ...sources.filter((source) => source.as === "fragment"),
  ];
}

function refuseTwoOwners(path: string, sources: readonly Source[]): void {
  const [first, second] = sources.filter((source) => source.as !== "fragment");
  if (!first || !second) return;
  throw new PackRefused("owners", {
    what: `${first.owner} and ${second.owner} both write ${path}`,
    where: path,
    why: "A file has one owner; others may only add to it.",
    fix: "Move one of the two into a shared/ folder, so that they are merged, or rename it.",
  });
}

function nameOf(option: Option): string {
  return `${option.group}/${option.id}`;
}
