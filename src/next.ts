/** Next steps that are true for what was chosen and for what has been done already. Pure. */
import { valuesOf } from "./options/values.ts";
import { tokensOf } from "./plan.ts";
import type { Done } from "./report.ts";
import { replacer } from "./shared/tokens.ts";
import { fillText } from "./shared/values.ts";
import { shellWord } from "./text.ts";
import type { Option, Selection } from "./types.ts";
import { VERSION } from "./version.ts";

/**
 * Lists what is left to do: the engine's own steps, then those of each chosen option.
 *
 * @param installed - what installed the packages, if they are installed
 */
export function nextSteps(done: Done, installed: "uv" | "pip" | undefined): string[] {
  const { names, directory, selection } = done;
  const own = installed === "pip" ? `.venv/bin/${names.dist}` : `uv run ${names.dist}`;
  const steps: string[] = [];
  if (directory !== ".") steps.push(`cd ${shellWord(directory)}`);
  if (installed === undefined) steps.push("uv sync");
  if (done.demo === undefined) steps.push(`${own} demo`);
  steps.push(...optionSteps(selection.options, selection).map((step) => step.replaceAll(`uv run ${names.dist}`, own)));
  if (installed === "uv" && done.repository !== undefined && done.repository.state !== "skipped")
    steps.push('git add uv.lock && git commit -m "Lock the packages"');
  return [...new Set(steps)];
}

/** The steps of these options, in the words of the project. */
export function optionSteps(options: readonly Option[], selection: Selection): string[] {
  const rename = replacer(tokensOf(selection));
  const values = valuesOf(selection, VERSION);
  return options.flatMap(({ group, id, nextSteps: steps }) =>
    steps.map((step) => fillText(rename(step), values, `${group}/${id}, nextSteps`)),
  );
}
