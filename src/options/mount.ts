/** A project that is mounted in a repository which is not ours: where its files go, and how its texts read there. Pure. */
import { AnswerRefused, OptionRefused } from "../errors.ts";
import { fillText } from "../shared/values.ts";
import type { Answers, Json, Mounted, Mounting, Option, Pack } from "../types.ts";

/** The answer `mount`: what the packs' `mount` may name in its holes. */
export interface Spot {
  /** The folder with settings and data. */
  readonly home: string;
  /** The folder of the package, and how it is imported. */
  readonly package: string;
  readonly module: string;
  readonly tests: string;
  readonly docs: string;
  /** Its last name alone: `ml`. */
  readonly leaf: string;
  /** A name for what has one in the whole system: a database role, a command. */
  readonly name: string;
  /** The command that brings what it needs. */
  readonly install: string;
  /** By `group/id` of an option that they use, the folder where: what joins the module to it goes there. */
  readonly joins: Readonly<Record<string, string>>;
}

const KEYS = ["home", "package", "module", "tests", "docs", "leaf", "name", "install"] as const;

/** The packs' rules with this place filled in. A person may have edited the answer. */
export function mountingOf(packs: readonly Pack[], answer: Json): Mounted {
  const spot = spotOf(answer);
  const filled = (pick: (pack: Pack) => Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(
      packs.flatMap((pack) =>
        Object.entries(pick(pack)).map(([from, to]) => [from, fillText(to, spot, `${pack.name}, mount`)]),
      ),
    );
  const paths = filled(({ mount }) => mount.paths);
  // A page names folders as code: `conf/settings.toml`.
  const named = Object.entries(paths).map(([from, to]) => [`\`${from}/`, `\`${to}/`]);
  const joins = spot["joins"] as Spot["joins"];
  return { joins, paths, texts: { ...Object.fromEntries(named), ...filled(({ mount }) => mount.texts) } };
}

function spotOf(answer: Json): Answers {
  const table = answer !== null && typeof answer === "object" && !Array.isArray(answer) ? answer : {};
  const { joins } = table;
  const joined =
    joins !== null && typeof joins === "object" && Object.values(joins).every((to) => typeof to === "string");
  if (joined && KEYS.every((key) => typeof table[key] === "string")) return table;
  throw new AnswerRefused("type", {
    what: "The answer `mount` can't be read",
    where: "mount",
    fix: `It has ${KEYS.join(", ")}, each a text, and joins, a table of texts; take the version from git: git checkout -- .ml-project/answers.yaml`,
  });
}

/** Where a file goes; nothing when it has no place there. Everything stays where it is when nothing is mounted. */
export function placeOf(mount: Mounting | undefined, path: string): string | undefined {
  if (mount === undefined) return path;
  for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
    const to = mount.paths[path.slice(0, end)];
    if (to !== undefined) return `${to}${path.slice(end)}`.replace(/^\//, "");
  }
  return undefined;
}

/** Whether all files of an option have a place there. */
export function fitting(packs: readonly Pack[], mount: Mounting): (option: Option) => boolean {
  return ({ files, pack }) =>
    packs.some(({ name }) => name === pack) && [...files.keys()].every((path) => placeOf(mount, path) !== undefined);
}

/** What was asked for has to have a place. */
export function refuseUnfit(packs: readonly Pack[], answers: Answers, stays: (option: Option) => boolean): void {
  for (const { id, options } of packs.flatMap(({ groups }) => groups)) {
    const chosen = [answers[id] ?? []].flat();
    const unfit = options.find((option) => chosen.includes(option.id) && !stays(option));
    if (unfit === undefined) continue;
    throw new OptionRefused("contradiction", {
      what: `${unfit.label} brings files that have no place in a package of yours`,
      where: `--${id}`,
      fix: `Leave ${id} ${unfit.id} out; or have it in a project of its own in this repository: create-ml-project add model NAME --beside --${id} ${unfit.id}`,
    });
  }
}
