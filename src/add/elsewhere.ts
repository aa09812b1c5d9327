/** `add model` in a repository that is not ours: surveyed first, then mounted in their package, or a project of its own beside it. */
import type { Addition } from "../add.ts";
import type { Around } from "../commands.ts";
import { TargetRefused } from "../errors.ts";
import { gitState } from "../run/repository.ts";
import { placeFor } from "../survey/mount.ts";
import { requirementsOf, surveyOf } from "../survey.ts";
import type { Change, Selection } from "../types.ts";
import type { Typed } from "../words.ts";
import { beside } from "./beside.ts";
import { mounted } from "./mounted.ts";
import { refuseRepository } from "./repository.ts";

/** What one of the two forms comes to. */
export interface Grown {
  readonly selection: Selection;
  readonly change: Change;
  readonly nextSteps: readonly string[];
  /** Where it lies. */
  readonly path: string;
  readonly notes: readonly string[];
}

/** Looks at the repository and says all that is new in it. Nothing of it is imported, run or changed. */
export async function elsewhere(
  root: string,
  name: string,
  argv: readonly string[],
  values: Typed["values"],
  around: Around,
): Promise<Addition> {
  const { packs, world, signal, report } = around;
  const git = await gitState(root, world.env, signal);
  refuseRepository(root, git);
  const found = await surveyOf(root, git, packs);
  const place = placeFor(found, requirementsOf(packs));
  if (place.form === "nowhere") {
    throw new TargetRefused("path", {
      what: "There is no Python in this repository to add a model to",
      where: root,
      fix: "For a project of its own: create-ml-project DIR",
    });
  }
  const spot = values["beside"] === true ? undefined : place.spot;
  const why = place.spot === undefined ? place.why : ["you asked for it"];
  const { selection, change, nextSteps, path, notes } =
    spot === undefined
      ? await beside(root, name, why, argv, values, around)
      : await mounted(root, name, { found, spot, why: place.why }, argv, values, around);
  const told = [
    ...notes,
    ...found.uses
      .filter(
        ({ group, id, atRoot }) =>
          !atRoot &&
          selection.mount?.joins[`${group}/${id}`] === undefined &&
          selection.options.every((one) => one.group !== group || one.id !== id),
      )
      .map(
        ({ group, label, sign }) => `${label} is in use here (${sign}); --${group} takes it for the new module, too.`,
      ),
  ];
  for (const note of told) report.note(note);
  return {
    change,
    nextSteps,
    facts: { form: spot === undefined ? "beside" : "mounted", path, why: [...place.why], notes: told },
  };
}
