/** Says what would be run, and asks: the tests of a repository are a program of somebody's. */
import type { Around } from "../commands.ts";
import { FlagRefused } from "../errors.ts";
import type { Survey } from "../survey/survey.ts";
import { safe } from "../text.ts";
import type { Interpreter } from "./interpreter.ts";
import { BUDGET, SAMPLE } from "./verify.ts";

/**
 * Tells, then asks.
 *
 * @returns whether they may be run
 * @throws FlagRefused when there is nobody to ask and nothing was said
 */
export async function mayRun(
  found: Survey,
  runner: string,
  python: Interpreter,
  limit: number,
  { yes, json }: { readonly yes: boolean; readonly json: boolean },
  { world, report, signal }: Around,
): Promise<boolean> {
  const lines = [
    `Runs the tests of ${found.folder}: ${runner} under Python ${python.version}, ${python.shown} (${python.path})`,
    "in a copy for temporary files, without .git, environments, caches, .env files and files above 100 MB;",
    "with PATH, language and time zone only of your variables, and an empty home.",
    `Twice, then with up to ${SAMPLE} functions broken; at most ${limit} s for each run, ${BUDGET * limit} s for the broken ones together.`,
    "It is no prison: a test can use the network, and can write where its path names a place in full.",
  ];
  for (const line of lines) report.warn(safe(line));
  if (yes) return true;
  const question = "Run the tests?";
  if (!json && world.stdin.isTTY === true && world.stdout.isTTY === true)
    return (await import("../confirm.ts")).confirm(question, signal, { no: "survey only", usual: "no" });
  throw new FlagRefused("together", {
    what: `${question} There is no terminal to ask at`,
    why: "they are a program of the repository's, which is run when somebody agrees",
    fix: "Add --yes to run them, or leave out --verify.",
  });
}
