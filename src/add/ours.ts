/** One part more in a project of ours: rendered again with it, and compared with what was rendered before. */
import type { Addition } from "../add.ts";
import type { Around } from "../commands.ts";
import { localFiles } from "../data.ts";
import { OptionRefused, TargetRefused } from "../errors.ts";
import { allGroups, asked } from "../options/asked.ts";
import { select } from "../options/select.ts";
import { tokensOf } from "../plan.ts";
import { fileAt, readProject } from "../project.ts";
import { underwayIn } from "../run/repository.ts";
import { replacer } from "../shared/tokens.ts";
import type { Pack, Selection } from "../types.ts";
import type { Typed } from "../words.ts";
import { choicesOf, entryOf, ownGroups, withEntry } from "./entry.ts";
import { growth } from "./growth.ts";
import { placed } from "./mounted.ts";
import { regrown } from "./regrow.ts";

/** What is new; nothing when a part of that name is there already. */
export async function grown(
  part: string,
  root: string,
  name: string,
  argv: readonly string[],
  values: Typed["values"],
  around: Around,
): Promise<Addition | undefined> {
  await refuseUnderway(root, around);
  refuseChoices(part, values, around.packs);
  const project = readProject(root, around.packs);
  const before = select(around.packs, project.answers);
  const there = [before, ...(before.added ?? [])].flatMap(({ parts }) => parts);
  if (there.some((one) => one.part.id === part && one.name === name)) return undefined;
  const { entry, origin } = await entryOf(part, name, argv, values, project.answers, before, around);
  const after = select(around.packs, withEntry(project.answers, entry), before.added);
  const newest = after.added?.at(-1);
  const local =
    origin === undefined || newest === undefined ? [] : placed(localFiles(origin, newest.answers), newest.mount);
  const tree = regrown(project, before, after);
  const change = growth(project.tree, tree, local, (path) => project.record.get(path) ?? fileAt(root, path));
  return { change, nextSteps: stepsFor(part, name, after), facts: { form: "ours", path: "", why: [], notes: [] } };
}

/** A scheduler or a database is the whole project's; what each model answers anew says nothing of a pipeline. */
function refuseChoices(part: string, values: Typed["values"], packs: readonly Pack[]): void {
  const questions = asked(packs);
  const own = ownGroups(questions, part);
  const first = Object.keys(choicesOf(questions, values)).find((id) => !own.has(id));
  if (first === undefined) return;
  const of = allGroups(packs).find(({ id }) => id === first)?.of;
  throw new OptionRefused("contradiction", {
    what:
      of === undefined
        ? `--${first} is chosen for the whole project, when it is made`
        : `--${first} is chosen for a ${of}, and this is a ${part}`,
    where: `--${first}`,
    fix: `Leave --${first} out.`,
  });
}

/** What has to change must be as it was rendered, so nothing a person wrote is in it; only a merge could still bring other answers. */
async function refuseUnderway(root: string, { world, signal }: Around): Promise<void> {
  const underway = await underwayIn(root, world.env, signal);
  if (underway === undefined) return;
  throw new TargetRefused("busy", {
    what: `This repository is in the middle of ${underway}`,
    where: root,
    fix: "End it first, or abort it; then run the same command again.",
  });
}

function stepsFor(part: string, name: string, selection: Selection): string[] {
  const steps = ["uv run pytest tests/contract"];
  if (part === "model") {
    steps.push(`uv run sample-project run training scoring --model ${name}`);
    if (selection.options.some(({ nextSteps }) => nextSteps.some((step) => step.includes("schedule install"))))
      steps.push("uv run sample-project schedule install    # when its interval is a new one");
  }
  return steps.map(replacer(tokensOf(selection)));
}
