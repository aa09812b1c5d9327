/** What is typed behind `characterize`: cases, a file of them, a command to record. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { AnswerRefused, FlagRefused } from "../errors.ts";
import { safe } from "../text.ts";
import type { Typed } from "../words.ts";
import { readCases } from "./cases.ts";
import type { Case } from "./types.ts";

/** The cases that are typed and those of a file. */
export function casesOf(
  { values, lists }: Typed,
  functions: readonly string[],
  cwd: string,
): Record<string, readonly Case[]> {
  const typed = (lists["case"] ?? []).map((call) => ({ call }));
  const [only = "", other] = functions;
  const file = values["cases"];
  if (typed.length > 0 && other !== undefined)
    throw new FlagRefused("together", {
      what: "--case is for one function, and several are named",
      where: "--case",
      fix: "Give --cases FILE with lists by their names.",
    });
  if (typed.length === 0 && file === undefined && values["record"] === undefined)
    throw new FlagRefused("value", {
      what: "With what is it to be called?",
      where: "characterize",
      fix: `Add --case 'a=1, b="x"', --cases FILE, or --record "python run.py"`,
    });
  const read = typeof file === "string" ? readCases(textOf(resolve(cwd, file), file), file, functions) : {};
  return Object.fromEntries(functions.map((name) => [name, [...(name === only ? typed : []), ...(read[name] ?? [])]]));
}

function textOf(path: string, shown: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new AnswerRefused("file", {
      what: "There is no such file of cases",
      where: safe(shown),
      fix: "Check the path; it is relative to the folder you are in.",
    });
  }
}

/** The command of a run, in words; no shell sees it. */
export function recordOf({ values }: Typed): readonly string[] | undefined {
  const text = values["record"];
  if (typeof text !== "string") {
    if (values["live"] !== true) return undefined;
    throw new FlagRefused("together", {
      what: "--live goes with --record only",
      where: "--live",
      fix: "Leave it away: cases always run in a copy.",
    });
  }
  const words = [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? "",
  );
  const [program = "", ...args] = words;
  if (
    /^(?:.*\/)?python[\d.]*$/.test(program) &&
    args.length > 0 &&
    (args[0] === "-m" ? args.length > 1 : !args[0]?.startsWith("-"))
  )
    return args;
  throw new FlagRefused("value", {
    what: "--record takes a command that starts with python",
    where: safe(text),
    why: "it runs under --python, without a shell",
    fix: 'Write --record "python run.py --day 1" or --record "python -m shop.run"',
  });
}
