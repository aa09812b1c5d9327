/** The packs of the project that a command is run in: ours, and over it those that its record names. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RECORD } from "../change/record.ts";
import { findProject } from "../project.ts";
import type { Pack } from "../types.ts";
import { readLock } from "./lock.ts";

/**
 * Loads them: those that its answers name, where a person may have named others since; or those that are typed.
 *
 * @param argv - the whole command line: `update` takes what is newest, everything else what is locked
 */
export async function packsAround(
  ours: readonly Pack[],
  argv: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<readonly Pack[]> {
  const root = findProject(cwd);
  if (root === undefined) return ours;
  const read = (name: string): string => readFileSync(join(root, RECORD, name), "utf8");
  const typed = argv.some((word) => /^--pack(?:=|$)/.test(word));
  const answers = read("answers.yaml");
  if (!typed && !/^packs:/m.test(answers)) return ours;
  const { packStack, packsOf, packWords, recordedIn } = await import("./stack.ts");
  const entries = readLock(read("lock.json"), `${RECORD}/lock.json`).packs;
  const locked = new Map(
    entries.flatMap(({ source, commit }) => (source === undefined || commit === undefined ? [] : [[source, commit]])),
  );
  const hashes = new Map(entries.flatMap(({ source, hash }) => (source === undefined ? [] : [[source, hash]])));
  const from = { env, signal, locked, hashes, newest: argv[0] === "update" };
  const { packs } = typed
    ? await packStack(ours, packWords(argv, cwd), { ...from, folder: cwd })
    : await packStack(ours, packsOf(answers), { ...from, folder: root });
  return recordedIn(packs, root);
}
