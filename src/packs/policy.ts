import { PackRefused } from "../errors.ts";
import type { Policy } from "./team.ts";

const NOTHING = {
  severity: "error",
  files: [],
  without: [],
  unedited: [],
  dependencies: [],
  banned: [],
  versions: {},
  options: {},
  patterns: [],
  models: [],
} as const;

const LONGEST = 200;

/** A policy with what it leaves out; its patterns are ones that can't take exponential time; what still takes long is ended in `check`. */
export function readPolicy(said: Partial<Policy> & Pick<Policy, "id" | "because">, where: string): Policy {
  for (const { pattern } of said.patterns ?? []) {
    const why = unfit(pattern);
    if (why === undefined) continue;
    throw new PackRefused("pattern", {
      what: `The pattern of the policy ${said.id} can't be used: ${why}`,
      where,
      fix: "Write a short regular expression, without repeated groups and without references back.",
    });
  }
  return { ...NOTHING, ...said };
}

/** A repeated group can take forever on text that nobody foresaw. */
function unfit(pattern: string): string | undefined {
  if (pattern.length > LONGEST) return `it is longer than ${LONGEST} characters`;
  if (/\)[*+{]|\)\?[*+{]|\\[1-9]|\(\?<?[=!]/.test(pattern)) return "it repeats a group, looks around or refers back";
  try {
    new RegExp(pattern, "u");
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
