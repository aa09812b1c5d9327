/** Packs over packs: organization, team, project. What comes later adds to what is below, stands in its place, or leaves it out. Pure. */
import { PackRefused } from "../errors.ts";
import type { Group, Json, Option, Pack, PackFile, PackFiles, Part } from "../types.ts";

interface Sources {
  readonly files: PackFiles;
  readonly shared: PackFiles;
}

/**
 * The same packs, made to stand together: every group, option, part and file of the base is where the lowest pack had it.
 *
 * @throws PackRefused when one adds to a group, or leaves out a file, that none below has
 */
export function layered(packs: readonly Pack[]): readonly Pack[] {
  const [lowest, ...others] = packs;
  if (lowest === undefined || others.length === 0) return packs;
  return others.reduce<readonly Pack[]>((below, pack) => layer(below, pack), [lowest]);
}

function layer(below: readonly Pack[], pack: Pack): readonly Pack[] {
  refuseTwins(below, pack);
  const left = new Set<string>();
  const without = (
    files: PackFiles,
    owner: string,
    replaced: PackFiles | undefined,
    over: Map<string, string>,
  ): PackFiles =>
    new Map(
      [...files].filter(([path]) => {
        const plain = final(path);
        if (pack.drops.some((one) => one.path === plain)) return !left.add(plain);
        const twin = replaced && [...replaced.keys()].find((other) => final(other) === plain);
        if (twin === undefined) return true;
        over.set(twin, owner);
        return false;
      }),
    );
  const over = new Map<string, string>();
  const cut = (sources: Sources, owner: string, replaced?: PackFiles): Sources => ({
    files: without(sources.files, owner, replaced, over),
    shared: without(sources.shared, owner, undefined, over),
  });
  const cleaned = below.map((one) => ({
    ...one,
    project: cut(one.project, `${one.name}:project`, pack.project.files),
    groups: one.groups.map((group) => ({
      ...group,
      any: cut(group.any, `${group.id}/any`),
      options: group.options.map((option) => cutOption(option, cut)),
    })),
    parts: new Map([...one.parts].map(([id, part]) => [id, { ...part, ...cut(part, `part/${id}`) }])),
  }));
  const missing = pack.drops.find(({ path }) => !left.has(path));
  if (missing !== undefined) {
    throw new PackRefused("drops", {
      what: `${pack.name} leaves out ${missing.path}, which no pack below it has`,
      where: `${pack.name}, drops`,
      fix: "Name a path as it stands in a pack, with sample_project for the project's name and without .hbs.",
    });
  }
  const project = { ...pack.project, files: marked(pack.project.files, over) };
  const own = pack.groups.filter((group) => !cleaned.some(({ groups }) => groups.some(({ id }) => id === group.id)));
  const stray = own.find(({ extension }) => extension);
  if (stray !== undefined) {
    throw new PackRefused("manifest", {
      what: `${pack.name} adds to the group ${stray.id}, which no pack below it has`,
      where: `options/${stray.id}`,
      fix: `Give it a group.yaml, or name one of: ${cleaned.flatMap(({ groups }) => groups.map(({ id }) => id)).join(", ")}.`,
    });
  }
  const added = cleaned.map((one) => ({
    ...one,
    groups: one.groups.map((group) =>
      joinGroup(
        group,
        pack.groups.find(({ id }) => id === group.id),
      ),
    ),
    parts: new Map([...one.parts].map(([id, part]) => [id, joinPart(part, pack.parts.get(id))])),
  }));
  const newParts = [...pack.parts].filter(([id]) => !cleaned.some(({ parts }) => parts.has(id)));
  const all = [...added, { ...pack, project, groups: own, parts: new Map(newParts) }];
  return all.map((one) => settled(one, pack));
}

/** A path as it is emitted: templates of prose lose their ending. */
const final = (path: string): string => (path.endsWith(".hbs") ? path.slice(0, -4) : path);

function marked(files: PackFiles, over: ReadonlyMap<string, string>): PackFiles {
  return new Map(
    [...files].map(([path, file]): [string, PackFile] => {
      const owner = over.get(path);
      return [path, owner === undefined ? file : { ...file, over: owner }];
    }),
  );
}

function cutOption(option: Option, cut: (sources: Sources, owner: string) => Sources): Option {
  const owner = `${option.group}/${option.id}`;
  return {
    ...option,
    ...cut(option, owner),
    with: new Map([...option.with].map(([pair, sources]) => [pair, cut(sources, `${owner} with ${pair}`)])),
  };
}

/** An option of the same name stands in the place of the one below; its files over those. */
function joinGroup(group: Group, more: Group | undefined): Group {
  if (more === undefined) return group;
  const options = group.options.map((option) => {
    const other = more.options.find(({ id }) => id === option.id);
    return other === undefined
      ? option
      : { ...option, ...other, ...join(option, other), with: new Map([...option.with, ...other.with]) };
  });
  const others = more.options.filter(({ id }) => !group.options.some((option) => option.id === id));
  const { extension, options: _, any, ...own } = more;
  return { ...group, ...(extension ? {} : own), any: join(group.any, any), options: [...options, ...others] };
}

const joinPart = (part: Part, more: Part | undefined): Part =>
  more === undefined ? part : { ...part, ...join(part, more) };

/** Files of two: the later ones stand, under whatever ending. */
function join(a: Sources, b: Sources): Sources {
  const union = (first: PackFiles, second: PackFiles): PackFiles => {
    const taken = new Set([...second.keys()].map(final));
    return new Map([...[...first].filter(([path]) => !taken.has(final(path))), ...second]);
  };
  return {
    files: union(a.files, b.files),
    shared: new Map([...a.shared, ...[...b.shared].map(([path, file]) => [path, file] as const)]),
  };
}

/** Defaults and locked answers of a pack, in the questions of another. */
function settled(one: Pack, { defaults, locked }: Pack): Pack {
  const given = (key: string): { readonly value: Json; readonly asked: boolean } | undefined =>
    key in locked
      ? { value: locked[key]?.value ?? null, asked: false }
      : key in defaults
        ? { value: defaults[key] ?? null, asked: true }
        : undefined;
  return {
    ...one,
    questions: one.questions.map((question) => {
      const to = given(question.id);
      if (to === undefined || typeof to.value !== "string") return question;
      return { ...question, default: to.value, ask: question.ask && to.asked };
    }),
    groups: one.groups.map((group) => {
      const to = given(group.id);
      return to === undefined
        ? group
        : { ...group, default: [to.value ?? []].flat().map(String), ask: group.ask && to.asked };
    }),
  };
}

function refuseTwins(below: readonly Pack[], { name, source }: Pack): void {
  if (!below.some((one) => one.name === name)) return;
  throw new PackRefused("twice", {
    what: `Two packs are called ${name}`,
    where: source ?? name,
    fix: "Give each pack once; another pack needs another name in its pack.yaml.",
  });
}
