/** The form *mounted*: our tree below a package of theirs, its tests and pages where theirs are. Their files change only where a line has to be added. */
import type { Around } from "../commands.ts";
import { localFiles } from "../data.ts";
import { fitting, mountingOf, placeOf, refuseUnfit } from "../options/mount.ts";
import { select } from "../options/select.ts";
import { MOUNTED, plan } from "../plan.ts";
import { fileAt } from "../project.ts";
import { render } from "../render.ts";
import { ignored } from "../run/repository.ts";
import { namesOf } from "../shared/tokens.ts";
import { readManifest } from "../survey/manifests.ts";
import type { Ground } from "../survey/spot.ts";
import type { Survey } from "../survey/survey.ts";
import { shellWord } from "../text.ts";
import type { Answers, Mounting, Operation, Pack } from "../types.ts";
import type { Typed } from "../words.ts";
import type { Grown } from "./elsewhere.ts";
import { growth } from "./growth.ts";
import { atHome, opened } from "./home.ts";
import { joined } from "./joined.ts";
import { numbered } from "./numbered.ts";
import { profiled } from "./profiled.ts";

/** Where it goes, in which repository, and why there. */
export interface Host {
  readonly found: Survey;
  readonly spot: Ground;
  readonly why: readonly string[];
}

/** All that is new, and the lines that their own files get. */
export async function mounted(
  root: string,
  name: string,
  host: Host,
  argv: readonly string[],
  values: Typed["values"],
  around: Around,
): Promise<Grown> {
  const { packs } = around;
  const { spot, why } = host;
  const named = (dist: string): Answers => ({ ...spot, name: namesOf(dist).package, install: "", joins: {} });
  const stays = fitting(packs, mountingOf(packs, { ...named("any") }));
  const { answers, kept } = atHome(root, name, argv, values, packs, stays);
  refuseUnfit(packs, answers, stays);
  const read = await profiled(answers, argv, values, around);
  const whole = { ...read.answers, profile: { ...read.profile, model: name } };
  const joins = joined(root, host, needsOf(packs, whole), read.answers["interval"], around);
  const mount = { ...named(String(answers["name"])), install: joins.install, joins: joins.joins };
  const selection = select(packs, { ...whole, mount, added: [{ part: MOUNTED, name: spot.leaf }] });
  const files = new Map(render(plan(selection)));
  const swallowed: string[] = [];
  for (const folder of [spot.home, spot.package, spot.tests, spot.docs]) {
    const ways = await opened(root, folder, files, around);
    swallowed.push(...ways.swallowed);
    if (ways.file !== undefined) files.set(...ways.file);
  }
  const local = read.origin === undefined ? [] : placed(localFiles(read.origin, selection.answers), selection.mount);
  const tables = numbered(host.found, spot.leaf, files.get(`${spot.package}/storage/first_tables.sql`)?.bytes);
  if (tables !== undefined) files.set(tables.edit.path, { ...tables.edit, mode: 0o644, owner: "add" });
  const { operations } = growth(new Map(), files, local, (path) => fileAt(root, path));
  const single = apart([...operations, ...joins.operations], spot);
  const unseen = await ignored(root, single, around.world.env, around.signal);
  return {
    selection,
    change: { operations: [...operations, ...joins.operations] },
    nextSteps: [
      joins.install,
      `pytest ${spot.tests}`,
      `python -m ${spot.module} demo`,
      `git add ${[...foldersOf(spot), ...single].map(shellWord).join(" ")}`,
    ],
    path: spot.package,
    notes: [
      `Mounted as ${spot.module}, because ${why.join("; ")}.`,
      ...(swallowed.length === 0
        ? []
        : [
            `Your ignore rules would swallow ${swallowed.length} of its files; ignore files of its own let them in again.`,
          ]),
      ...(unseen.length === 0 ? [] : [`Your ignore rules hide ${unseen.join(", ")} from git.`]),
      ...(kept.length === 0 ? [] : [`Left to the repository around it: ${kept.join(", ")}.`]),
      ...joins.notes,
      ...(tables === undefined ? [] : [tables.note]),
    ],
  };
}

const foldersOf = ({ home, package: code, tests, docs }: Ground): string[] => [
  ...[".ml-project", home, code, tests],
  ...(docs.startsWith(`${home}/`) ? [] : [docs]),
];

/** The files that lie in no new folder. */
function apart(operations: readonly Operation[], spot: Ground): string[] {
  const folders = foldersOf(spot);
  return operations.map(({ path }) => path).filter((path) => !folders.some((one) => path.startsWith(`${one}/`)));
}

/** Files of this machine, moved to where the mounted project looks for them. */
export function placed(local: readonly Operation[], mount: Mounting | undefined): Operation[] {
  return local.flatMap((one) => {
    const path = placeOf(mount, one.path);
    return path === undefined ? [] : [{ ...one, path }];
  });
}

/** What it takes to run and to test it, as a project of its own would require it. */
export function needsOf(packs: readonly Pack[], answers: Answers): readonly string[] {
  const file = render(plan(select(packs, answers))).get("pyproject.toml");
  const { runtime = [], requirements } = readManifest("pyproject.toml", new TextDecoder().decode(file?.bytes));
  const tested = requirements.find((line) => /^pytest\b/.test(line));
  return [...runtime, ...(tested === undefined ? [] : [tested])];
}
