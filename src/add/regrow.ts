/** A project that was rendered, rendered again with one part more: what stays as it was is taken over. Pure. */
import { printedWith } from "../change/answers-file.ts";
import { RECORD, withRecord } from "../change/record.ts";
import { entriesOf } from "../options/added.ts";
import { refusePaths } from "../packs/paths.ts";
import { PLANNED, plan, planParts, planWhole } from "../plan.ts";
import type { Project } from "../project.ts";
import { render, renderPaths } from "../render.ts";
import type { Plan, Selection, Source, Tree } from "../types.ts";

/**
 * The tree of `after`, which is `before` with one addition more: the same bytes as rendering all of it. A project may
 * have hundreds of models, and each is only what its own answers make it.
 */
export function regrown({ tree: rendered, generator }: Project, before: Selection, after: Selection): Tree {
  const newest = after.added?.at(-1);
  const entry = entriesOf(after.answers["added"]).at(-1);
  const answers = rendered.get(`${RECORD}/answers.yaml`);
  if (newest === undefined || entry === undefined || answers === undefined) return render(plan(after), generator);
  const was = planWhole(before).paths;
  const now = planWhole(after);
  const touched = new Map([...now.paths].filter(([path, sources]) => !alike(was.get(path), sources)));
  const own = planParts(newest);
  const isNew = [...[...touched.keys()].filter((path) => !was.has(path)), ...own.paths.keys()];
  // Two want one path, or a part contributes to one twice: planning all of it says who.
  if (isNew.some((path) => rendered.has(path)) || new Set(isNew).size < isNew.length || several(own))
    return render(plan(after), generator);
  const files = new Map(rendered);
  for (const path of rendered.keys()) if (path.startsWith(`${RECORD}/`)) files.delete(path);
  for (const one of [{ ...now, paths: touched }, own])
    for (const [path, file] of renderPaths(one, generator)) files.set(path, file);
  refusePaths(files.keys(), PLANNED, rendered);
  const printed = printedWith(new TextDecoder().decode(answers.bytes), entry);
  return withRecord(files, after, generator, printed);
}

/** Whether the same sources come together in a path: what they are filled with are the answers of the whole project. */
function alike(was: readonly Source[] | undefined, now: readonly Source[]): boolean {
  return (
    was?.length === now.length &&
    was.every(({ owner, entry }, at) => owner === now[at]?.owner && entry === now[at]?.entry)
  );
}

function several({ paths }: Plan): boolean {
  return [...paths.values()].some((sources) => sources.filter(({ as }) => as !== "fragment").length > 1);
}
