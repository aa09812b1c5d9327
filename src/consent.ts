/** The one question before somebody's code is run or somebody's files are changed. */
import type { Around } from "./commands.ts";
import { FlagRefused } from "./errors.ts";
import { safe } from "./text.ts";

export interface Asked {
  /** What is going to happen, where that was not shown yet. */
  readonly told?: readonly string[];
  /** Standard output is a page: it is told beside it. */
  readonly aside?: true;
  readonly question: string;
  /** Why nothing happens by itself. */
  readonly why: string;
  /** What to type where there is nobody to ask. */
  readonly fix: string;
  /** What a no comes to, and the answer that stands first. */
  readonly no?: string;
  readonly usual?: "yes" | "no";
}

/**
 * Tells what is going to happen, then asks.
 *
 * @returns whether it may
 * @throws FlagRefused when there is nobody to ask and nothing was said
 */
export async function consent(
  { told = [], aside, question, why, fix, ...answers }: Asked,
  { yes, json, dryRun = false }: { readonly yes: boolean; readonly json: boolean; readonly dryRun?: boolean },
  { world, report, signal }: Around,
): Promise<boolean> {
  if (aside === true) for (const line of told) report.warn(safe(line));
  else if (!json && told.length > 0) report.say(`${safe(told.join("\n"))}\n\n`);
  if (yes || dryRun) return yes;
  if (!json && world.stdin.isTTY === true && world.stdout.isTTY === true)
    return (await import("./confirm.ts")).confirm(question, signal, answers);
  throw new FlagRefused("together", { what: `${safe(question)} There is no terminal to ask at`, why, fix });
}
