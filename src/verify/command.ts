/** `survey --verify`: what was typed, who is asked, what is run. */
import type { Around } from "../commands.ts";
import { consent } from "../consent.ts";
import { FlagRefused } from "../errors.ts";
import { findInterpreter } from "../run/interpreter.ts";
import type { Survey } from "../survey/survey.ts";
import { safe } from "../text.ts";
import type { Typed } from "../words.ts";
import { mayRun } from "./ask.ts";
import type { Verified } from "./types.ts";
import { verify } from "./verify.ts";

const LIMIT = 300;
const LONGEST = 86_400;

/** Runs the tests where that is asked for and agreed to; nothing where it is not. */
export async function verified(found: Survey, values: Typed["values"], around: Around): Promise<Verified | undefined> {
  const { python: given, yes = false, json = false } = values;
  if (values["verify"] !== true) {
    const alone = ["python", "limit", "yes"].find((name) => values[name] !== undefined);
    if (alone === undefined) return undefined;
    throw new FlagRefused("together", {
      what: `--${alone} is about running the tests, and nothing asks for that`,
      where: `--${alone}`,
      fix: "Add --verify, or leave it out.",
    });
  }
  const limit = limitOf(values["limit"]);
  const { world, report, signal } = around;
  const path = typeof given === "string" ? given : undefined;
  const python = await findInterpreter(found.folder, "Running the tests", path, world.cwd(), world.env, signal);
  const runner = found.tooling.tests?.name;
  if (runner !== "pytest" && runner !== "unittest") return nothing(runner, python.path, python.version, limit);
  const manner = { yes: yes === true, json: json === true };
  if (!(await consent(mayRun(found, runner, python, limit), manner, around))) return undefined;
  return verify(found, { python, runner, limit, env: world.env, progress: report, signal });
}

function limitOf(typed: string | boolean | undefined): number {
  if (typed === undefined) return LIMIT;
  const seconds = Number(typed);
  if (/^\d+$/.test(String(typed)) && seconds >= 1 && seconds <= LONGEST) return seconds;
  throw new FlagRefused("value", {
    what: `--limit takes whole seconds from 1 to ${LONGEST}`,
    where: `--limit ${safe(String(typed))}`,
    fix: `Leave it out for ${LIMIT}.`,
  });
}

/** There is nothing that can be run. */
function nothing(runner: string | undefined, python: string, version: string, limitSeconds: number): Verified {
  const why =
    runner === undefined
      ? "no tests were found"
      : `its tests are run by ${runner}; only pytest and unittest are known here`;
  return {
    runner: runner ?? "nothing",
    python,
    version,
    limitSeconds,
    copied: { files: 0, bytes: 0, left: [] },
    changed: [],
    runs: [],
    tests: [],
    broken: [],
    notSampled: 0,
    uncollected: [],
    foreign: [],
    why,
  };
}
