/** The form *beside*: a project of its own in a folder of somebody's repository, which it meets through files, the database or the command line. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Around } from "../commands.ts";
import { localFiles } from "../data.ts";
import { TargetRefused } from "../errors.ts";
import { select } from "../options/select.ts";
import { plan } from "../plan.ts";
import { fileAt } from "../project.ts";
import { render } from "../render.ts";
import { ignored } from "../run/repository.ts";
import { besideNames } from "../survey/mount.ts";
import { shellWord } from "../text.ts";
import type { Operation } from "../types.ts";
import type { Typed } from "../words.ts";
import type { Grown } from "./elsewhere.ts";
import { growth } from "./growth.ts";
import { atHome, opened } from "./home.ts";
import { profiled } from "./profiled.ts";

/** The part with what a project needs that lies in another repository: their test runs must not take in its tests. */
const GUEST = "guest";

/** All that is new; `why` it is beside. */
export async function beside(
  root: string,
  name: string,
  why: readonly string[],
  argv: readonly string[],
  values: Typed["values"],
  around: Around,
): Promise<Grown> {
  const { packs } = around;
  const folder = await freeFolder(root, around);
  const { answers, kept } = atHome(root, name, argv, values, packs, ({ atRoot }) => atRoot !== true);
  const read = await profiled(answers, argv, values, around);
  const guest = packs.some((pack) => pack.parts.has(GUEST)) ? { added: [{ part: GUEST, name: folder }] } : {};
  const selection = select(packs, { ...read.answers, ...guest, profile: { ...read.profile, model: name } });
  const at = (path: string): string => `${folder}/${path}`;
  const files = new Map([...render(plan(selection))].map(([path, file]) => [at(path), file]));
  const { swallowed, file } = await opened(root, folder, files, around);
  if (file !== undefined) files.set(...file);
  const local =
    read.origin === undefined
      ? []
      : localFiles(read.origin, selection.answers).map((one): Operation => ({ ...one, path: at(one.path) }));
  const notes = [
    `Beside what is there, because ${why.join("; ")}.`,
    ...(swallowed.length === 0
      ? []
      : [`Your ignore rules would swallow ${swallowed.length} of its files; ${at(".gitignore")} lets them in again.`]),
    ...(kept.length === 0 ? [] : [`Left to the repository around it: ${kept.join(", ")}.`]),
  ];
  return {
    selection,
    change: growth(new Map(), files, local, (path) => fileAt(root, path)),
    nextSteps: [
      `cd ${shellWord(folder)} && uv sync`,
      "uv run pytest",
      `uv run ${String(selection.answers["name"])} demo`,
      `git add ${shellWord(folder)}`,
    ],
    path: folder,
    notes,
  };
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
