/** `add model` in a repository that is not ours: surveyed first, then a project of its own beside what is there. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import type { Around } from "../commands.ts";
import { localFiles } from "../data.ts";
import { AnswerMissing, OptionRefused, TargetRefused } from "../errors.ts";
import { allGroups, asked as askedOf } from "../options/asked.ts";
import { select } from "../options/select.ts";
import { plan } from "../plan.ts";
import { fileAt } from "../project.ts";
import { dependencyNames, nearestName } from "../refuse/name.ts";
import { render } from "../render.ts";
import { gitState, ignored } from "../run/repository.ts";
import { besideNames, type Place, placeFor } from "../survey/mount.ts";
import { requirementsOf, surveyOf } from "../survey.ts";
import type { Answers, Change, Json, Operation, Pack, TreeFile } from "../types.ts";
import type { Typed } from "../words.ts";
import { choicesOf, dataGroup, saidOf } from "./entry.ts";
import { growth } from "./growth.ts";
import { profiled } from "./profiled.ts";
import { refuseRepository } from "./repository.ts";

/** The part with what a project needs that lies in another repository: their test runs must not take in its tests. */
const GUEST = "guest";

export interface Beside {
  /** The folder of the new project, below the repository's. */
  readonly folder: string;
  readonly command: string;
  readonly place: Place;
  readonly change: Change;
  readonly notes: readonly string[];
}

/** Looks at the repository and says all that is new in it. Nothing of it is imported, run or changed. */
export async function beside(
  root: string,
  name: string,
  argv: readonly string[],
  values: Typed["values"],
  around: Around,
): Promise<Beside> {
  const { packs, world, signal, report } = around;
  const git = await gitState(root, world.env, signal);
  refuseRepository(root, git);
  const found = surveyOf(root, git, packs);
  const place = placeFor(found, requirementsOf(packs));
  if (place.form === "nowhere") {
    throw new TargetRefused("path", {
      what: "There is no Python in this repository to add a model to",
      where: root,
      fix: "For a project of its own: create-ml-project DIR",
    });
  }
  if (place.form === "mounted" && values["beside"] !== true) {
    throw new OptionRefused("value", {
      what: `A module of ours could be mounted at ${place.path}, which add does not do yet`,
      where: root,
      why: place.why.join("; "),
      fix: "Add --beside: a project of its own in a folder of this repository, which meets the rest through files, the database or the command line.",
    });
  }
  const folder = await freeFolder(root, around);
  const asked = askedOf(packs);
  const said = saidOf(asked, values);
  const data = dataGroup(asked);
  if (data === undefined || said[data.id] === undefined) {
    throw new AnswerMissing(["--data"], {
      what: `From which data is ${name} to learn?`,
      where: "--data",
      fix: `Run: create-ml-project add ${argv.join(" ")} --data FILE --target COLUMN`,
    });
  }
  const { answers, kept } = atHome(packs, {
    name: nameFor(root, packs),
    year: String(new Date().getUTCFullYear()),
    ...choicesOf(asked, values),
    ...said,
  });
  const read = await profiled(answers, argv, values, around);
  const guest = packs.some((pack) => pack.parts.has(GUEST)) ? { added: [{ part: GUEST, name: folder }] } : {};
  const selection = select(packs, { ...read.answers, ...guest, profile: { ...read.profile, model: name } });
  const tree = render(plan(selection));
  const at = (path: string): string => `${folder}/${path}`;
  const swallowed = await ignored(root, [...tree.keys()].map(at), world.env, signal);
  // By its name alone: `*.toml` finds a file wherever it lies, `models/` only what lies in such a folder.
  const names = [...new Set(swallowed.map((path) => basename(path)))];
  const byName = await ignored(root, names.map(at), world.env, signal);
  const named = new Set(byName.map((path) => basename(path)));
  const files = new Map(
    [...tree].map(([path, file]) => [at(path), path === ".gitignore" ? opened(file, swallowed, named, folder) : file]),
  );
  const local =
    read.origin === undefined
      ? []
      : localFiles(read.origin, selection.answers).map((one): Operation => ({ ...one, path: at(one.path) }));
  const notes = [
    `Beside what is there, because ${place.form === "mounted" ? "you asked for it" : place.why.join("; ")}.`,
    ...(swallowed.length === 0
      ? []
      : [`Your ignore rules would swallow ${swallowed.length} of its files; ${at(".gitignore")} lets them in again.`]),
    ...(kept.length === 0 ? [] : [`Left to the repository around it: ${kept.join(", ")}.`]),
    ...found.uses
      .filter(({ group, id }) => selection.options.every((one) => one.group !== group || one.id !== id))
      .map(
        ({ group, label, sign }) => `${label} is in use here (${sign}); --${group} takes it for the new project, too.`,
      ),
  ];
  for (const note of notes) report.note(note);
  const change = growth(new Map(), files, local, (path) => fileAt(root, path));
  return { folder, command: String(selection.answers["name"]), place, change, notes };
}

/** The first name that nothing has, and that git does not ignore. */
async function freeFolder(root: string, { world, signal }: Around): Promise<string> {
  const free = besideNames.filter((name) => !existsSync(join(root, name)) && !existsSync(join(root, `${name}.py`)));
  const swallowed = new Set(
    await ignored(
      root,
      free.map((name) => `${name}/`),
      world.env,
      signal,
    ),
  );
  const folder = free.find((name) => !swallowed.has(`${name}/`));
  if (folder !== undefined) return folder;
  throw new TargetRefused("not-empty", {
    what: `There is no free name for the new folder: ${besideNames.join(", ")} are taken or ignored`,
    where: root,
    fix: "Rename one of them, or take it out of .gitignore.",
  });
}

/** Our ignore file with a way in for what theirs would swallow: the nearer file wins. `named` are swallowed wherever they lie. */
function opened(file: TreeFile, swallowed: readonly string[], named: ReadonlySet<string>, folder: string): TreeFile {
  if (swallowed.length === 0) return file;
  const ways = new Set<string>();
  for (const path of swallowed) {
    const parts = path.slice(folder.length + 1).split("/");
    for (let depth = 1; depth < parts.length; depth += 1) ways.add(`!/${parts.slice(0, depth).join("/")}/`);
    if (named.has(parts.at(-1) ?? "")) ways.add(`!/${parts.join("/")}`);
  }
  const lines = ["# Rules of the repository around this folder would swallow these.", ...ways];
  const text = `${Buffer.from(file.bytes).toString("utf8")}\n${lines.join("\n")}\n`;
  return { bytes: Buffer.from(text), mode: file.mode, owner: file.owner };
}

/** The usual answers but for options that work only at the root of a repository. */
function atHome(
  packs: readonly Pack[],
  given: Answers,
): { readonly answers: Answers; readonly kept: readonly string[] } {
  const answers: Record<string, Json> = { ...given };
  const kept: string[] = [];
  for (const { id, kind, options, default: usual } of allGroups(packs)) {
    if (id in given) continue;
    const rooted = options.filter((option) => option.atRoot && usual.includes(option.id));
    kept.push(...rooted.map(({ label }) => label));
    const others = usual.filter((one) => !rooted.some((option) => option.id === one));
    if (kind === "many") answers[id] = [...others];
    else answers[id] = others[0] ?? options.find((option) => !option.atRoot)?.id ?? null;
  }
  const open = askedOf(packs).flatMap((one) =>
    one.as === "question" && one.question.default !== undefined ? [one.question] : [],
  );
  for (const { id, default: usual } of open) answers[id] ??= usual as string;
  return { answers, kept };
}

const nameFor = (root: string, packs: readonly Pack[]): string =>
  nearestName(`${basename(root)}-ml`, dependencyNames(packs));
