/** Answers as given: the answers file, and over it the flags. */
import { resolve } from "node:path";
import type { Flags } from "./flags.ts";
import { refuseSteering } from "./refuse/steering.ts";
import type { Answers, Asked, Json, Pack } from "./types.ts";

/** Joins the answers file and the flags. Reading YAML is loaded only when there is a file. */
export async function givenAnswers(
  flags: Flags,
  asked: readonly Asked[],
  packs: readonly Pack[],
  cwd: string,
): Promise<Answers> {
  let answers: Record<string, Json> = {};
  if (flags.answersFile !== undefined) {
    const { readAnswers } = await import("./answers.ts");
    answers = { ...readAnswers(resolve(cwd, flags.answersFile), asked, settledKeys(packs)) };
  }
  for (const [key, value] of Object.entries(flags.answers)) {
    for (const text of [value].flat()) refuseSteering(text, `--${key}`);
    answers[key] = typeof value === "string" ? value : [...value];
  }
  return answers;
}

/** Keys that no question asks for, yet that may stand in a stored answers file. */
function settledKeys(packs: readonly Pack[]): string[] {
  return [
    "packs",
    "profile",
    ...packs.flatMap((pack) =>
      pack.groups.flatMap((group) => group.options.flatMap((option) => Object.keys(option.sets))),
    ),
  ];
}
