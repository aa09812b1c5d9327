/** The packs of the project that a command is run in: ours, and over it those that its lock names. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RECORD } from "../change/record.ts";
import { findProject } from "../project.ts";
import type { Pack } from "../types.ts";

/** Loads them: those that its answers name, where a person may have named others since; or those that are typed. */
export async function packsAround(
  ours: readonly Pack[],
  cwd: string,
  argv: readonly string[],
): Promise<readonly Pack[]> {
  const root = findProject(cwd);
  if (root === undefined) return ours;
  const typed = argv.some((word) => /^--pack(?:=|$)/.test(word));
  const answers = readFileSync(join(root, RECORD, "answers.yaml"), "utf8");
  if (!typed && !/^packs:/m.test(answers)) return ours;
  const { packStack, packsOf, packWords, recordedIn } = await import("./stack.ts");
  const { packs } = typed ? packStack(ours, packWords(argv, cwd), cwd) : packStack(ours, packsOf(answers), root);
  return recordedIn(packs, root);
}
