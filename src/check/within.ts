/** Work that somebody else's regular expressions can make last forever, with an end to it. */
import { Script } from "node:vm";
import { PackRefused } from "../errors.ts";
import type { Pack } from "../types.ts";

/** Seconds that the policies of all packs may take; a project of thousands of files takes a tenth of one. */
const PATIENCE = 10;

/**
 * Does it, unless it takes too long: nothing else than the virtual machine can stop an expression.
 *
 * @throws PackRefused with the packs that have patterns
 */
export function within<T>(work: () => T, packs: readonly Pack[], seconds = PATIENCE): T {
  const done: T[] = [];
  try {
    new Script("work()").runInNewContext({ work: () => void done.push(work()) }, { timeout: seconds * 1000 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    const having = packs.filter(({ policies }) => policies.some(({ patterns }) => patterns.length > 0));
    throw new PackRefused("pattern", {
      what: `The policies of ${having.map(({ name }) => name).join(", ")} take longer than ${seconds} seconds`,
      where: having.flatMap(({ source = [] }) => source).join(", "),
      why: "a pattern that repeats several things that match the same text tries every way to share it out",
      fix: "Mend the pattern in the pack: what is repeated should differ from what follows it.",
    });
  }
  return done[0] as T;
}
