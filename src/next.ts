/** Next steps that are true for what was chosen and for what has been done already. Pure. */
import { valuesOf } from "./options/values.ts";
import type { Done } from "./report.ts";
import { projectTokens, replacer } from "./shared/tokens.ts";
import { fillText } from "./shared/values.ts";
import { shellWord } from "./text.ts";
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
  const rename = replacer(projectTokens(names));
  const values = valuesOf(selection, VERSION);
  for (const option of selection.options) {
    for (const step of option.nextSteps)
      steps.push(
        fillText(rename(step), values, `${option.group}/${option.id}, nextSteps`).replaceAll(
          `uv run ${names.dist}`,
          own,
        ),
      );
  }
  if (installed === "uv" && done.repository !== undefined && done.repository.state !== "skipped")
    steps.push('git add uv.lock && git commit -m "Lock the packages"');
  return [...new Set(steps)];
}
