/** `add PART NAME`: one part more in a project of ours, or a project of ours in a repository that is not. Shows every byte, asks, writes all of it or nothing. */
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { agreed, mannerOf, WRITES } from "./add/agree.ts";
import { elsewhere } from "./add/elsewhere.ts";
import { choiceFlags, dataFlags } from "./add/entry.ts";
import { keep, standing } from "./add/keep.ts";
import { grown } from "./add/ours.ts";
import { addable, checkPart, checkPartName } from "./add/place.ts";
import { changeDocument } from "./add/show.ts";
import type { Around } from "./commands.ts";
import { EXIT, type ExitCode, FlagRefused, TargetRefused } from "./errors.ts";
import { allGroups, asked as askedOf } from "./options/asked.ts";
import { refuseRunning } from "./packs/opens.ts";
import { findProject } from "./project.ts";
import { head } from "./report/document.ts";
import { writtenText } from "./report.ts";
import { besideNames } from "./survey/mount.ts";
import type { Change, Group, Json, Pack } from "./types.ts";
import { readWords, type Typed, type Word } from "./words.ts";
import { wordHelp } from "./words-help.ts";
import { recover } from "./write.ts";

const wordOf = (packs: readonly Pack[]): Word => ({
  name: "add",
  takes: "PART NAME",
  most: 2,
  help: `Adds to the project of this folder, and changes nothing else of it; add GROUP OPTION is another answer for all of it, as update --set is. In a repository that create-ml-project did not make, add model mounts a module in a package of it, or puts a project of its own beside what is there. Everything is shown first; create-ml-project undo takes it back. Parts: ${Object.entries(
    addable(packs),
  )
    .map(([part, help]) => `${part} (${help.replace(/\.$/, "")})`)
    .join("; ")}.`,
  flags: {
    ...dataFlags(askedOf(packs)),
    ...choiceFlags(askedOf(packs)),
    dataset: {
      type: "string",
      help: "The dataset that is there; with --data, the name of the new one.",
      placeholder: "NAME",
    },
    "profile-rows": { type: "string", help: "Look at so many rows only.", placeholder: "N" },
    "day-first": { type: "boolean", help: "Read 03/04 as 3 April." },
    beside: { type: "boolean", help: "In another repository: a folder of its own, wherever else it could go." },
    ...WRITES,
    "dry-run": { type: "boolean", help: "Show what would be written, and write nothing." },
    patch: {
      type: "string",
      help: "Write it as a patch for git apply instead, into a new file; data is not in it.",
      placeholder: "FILE",
    },
  },
});

/** What is to be written, where, and what comes after. */
export interface Addition {
  readonly change: Change;
  readonly nextSteps: readonly string[];
  /** For `--json`: where it goes and why. */
  readonly facts: { readonly [key: string]: Json };
}

/** Runs it. */
export async function addCommand(argv: readonly string[], around: Around): Promise<ExitCode> {
  const { world, report, signal, packs } = around;
  const word = wordOf(packs);
  const { values, lists, rest } = readWords(word, argv);
  if (values["help"] === true) {
    report.say(wordHelp(word, report.columns));
    return EXIT.done;
  }
  const group = allGroups(packs).find(({ id }) => id === rest[0]);
  if (group !== undefined) return choose(group, rest[1], values, around);
  const part = checkPart(rest[0], packs);
  const cwd = realpathSync(world.cwd());
  const ours =
    findProject(cwd) ?? besideNames.map((name) => join(cwd, name)).find((folder) => findProject(folder) === folder);
  const root = ours ?? cwd;
  if (recover(root)) report.warn("What an interrupted run had left there was put back first.");
  const name = checkPartName(part, rest[1]);
  if (ours === undefined) refusePart(part, root, packs);
  const addition =
    ours === undefined
      ? await elsewhere(root, name, argv, values, around)
      : await grown(part, root, name, argv, values, around);
  if (addition === undefined) {
    report.note(`There is a ${part} ${name} already; nothing was written. Another one needs another name.`);
    if (values["json"] === true)
      report.say(`${JSON.stringify({ ...head(EXIT.done), added: null, files: [], removed: [] }, null, 2)}\n`);
    return EXIT.done;
  }
  const { change, nextSteps, facts } = addition;
  refuseRunning(change.operations, lists["allow"] ?? []);
  const patch = values["patch"];
  if (typeof patch === "string") await (await import("./add/patch.ts")).writePatch(change, patch, around);
  const dryRun = values["dry-run"] === true || typeof patch === "string";
  const manner = { ...mannerOf(values), dryRun };
  const writes = await agreed(change, `Add the ${part} ${name}?`, manner, around);
  if (writes) {
    const target = standing(root, cwd);
    await keep(change, ["add", part, name], target, signal);
    report.note(writtenText(change, target.shown));
  }
  if (manner.json)
    report.say(
      `${JSON.stringify({ ...head(EXIT.done), dryRun: manner.dryRun, added: { part, name }, ...facts, ...changeDocument(change), nextSteps: writes ? [...nextSteps] : [] }, null, 2)}\n`,
    );
  else if (writes) report.say(`\nNext\n${nextSteps.map((step) => `  ${step}\n`).join("")}`);
  else report.note(typeof patch === "string" ? `Written to ${patch} only: git apply it.` : "Nothing was written.");
  return EXIT.done;
}

/** `add scheduler airflow` is another answer for the whole project: the update that brings it. */
async function choose(
  { id, kind, options }: Group,
  option: string | undefined,
  values: Typed["values"],
  around: Around,
): Promise<ExitCode> {
  const usable = new Set(["yes", "dry-run", "json", "no-color"]);
  const idle = Object.keys(values).find((flag) => !usable.has(flag));
  if (option === undefined || idle !== undefined) {
    throw new FlagRefused("value", {
      what: option === undefined ? `add ${id} takes one of its options` : `--${idle} says nothing about ${id}`,
      where: option === undefined ? `add ${id}` : `--${idle}`,
      fix: `Run: create-ml-project add ${id} ${option ?? options.map((one) => one.id).join("|")}`,
    });
  }
  const { update } = await import("./update.ts");
  const set = [`${id}${kind === "many" ? "+=" : "="}${option}`];
  return update({ values, lists: { set }, rest: [] }, ["add", id, option], around);
}

/** Only a model has a place in a repository that is not ours: it brings everything else along. */
function refusePart(part: string, root: string, packs: readonly Pack[]): void {
  const first = Object.keys(addable(packs))[0];
  if (part === first) return;
  throw new TargetRefused("path", {
    what: `This folder is in no project that create-ml-project made, so there is nothing to add a ${part} to`,
    where: root,
    why: "there is no .ml-project/lock.json here or above",
    fix: `Go into the project's folder, or begin with a model: create-ml-project add ${first} NAME --data FILE --target COLUMN`,
  });
}
