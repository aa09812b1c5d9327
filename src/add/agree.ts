/** What every command that changes an existing project does between looking and writing: show all of it, and ask. */
import type { Around } from "../commands.ts";
import { consent } from "../consent.ts";
import { style, wantsColour } from "../report/style.ts";
import type { Change } from "../types.ts";
import type { Typed, Word } from "../words.ts";
import { changeText } from "./show.ts";

/** Flags of commands that write files of packs. */
export const WRITES = {
  allow: {
    type: "string",
    help: "Take a file of a pack that runs by itself, as when an editor opens the folder.",
    placeholder: "PATH",
    multiple: true,
  },
  yes: { type: "boolean", help: "Write without asking." },
} as const satisfies Word["flags"];

export interface Manner {
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** What was typed about it. */
export const mannerOf = (values: Typed["values"]): Manner => ({
  yes: values["yes"] === true,
  dryRun: values["dry-run"] === true,
  json: values["json"] === true,
});

/**
 * Shows a change and asks.
 *
 * @returns whether it is to be written
 * @throws FlagRefused when there is nobody to ask and nothing was said
 */
export async function agreed(
  change: Change,
  question: string,
  { yes, dryRun, json }: Manner,
  around: Around,
): Promise<boolean> {
  const { world, report } = around;
  const paint = style(wantsColour(true, world.env, world.stdout.isTTY === true && !json));
  if (!json && !(yes && !dryRun)) report.say(`${changeText(change, report.columns, paint)}\n`);
  if (dryRun) return false;
  return consent(
    {
      question,
      why: "a change of what is there is shown first, and made when somebody agrees",
      fix: "Add --yes to make it, or --dry-run to see it.",
    },
    { yes, json },
    around,
  );
}
