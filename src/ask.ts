/** Asks at the terminal: plop registers the generator and hands over inquirer; its one action hands the answers back. Loaded only when something is open. */
import { dirname } from "node:path";
import nodePlop from "node-plop";
import projectGenerator from "../generators/project/generator.ts";
import { type Given, interview, type Listener } from "./ask/interview.ts";
import { prompter } from "./ask/prompter.ts";
import type { Asked } from "./types.ts";

/**
 * Runs the project generator: its prompts, then its action, which is `emit`.
 * Plop keeps only the message of an error, so the result and the error are carried around it.
 */
export async function ask<Result>(
  asked: readonly Asked[],
  given: Given,
  listen: Listener,
  signal: AbortSignal,
  emit: (given: Given) => Promise<Result>,
): Promise<Result> {
  let outcome: { readonly result: Result } | { readonly error: unknown } | undefined;
  let heard = given;
  // Plop reads a package.json at its base; the folder of node has none, whatever lies around the user.
  const plop = await nodePlop("", { destBasePath: dirname(process.execPath), force: false });
  projectGenerator(plop, {
    prompts: async (inquirer) => {
      heard = await interview(asked, given, prompter(inquirer, signal), listen);
      return { ...heard.answers };
    },
    emit: async () => {
      try {
        outcome = { result: await emit(heard) };
      } catch (error) {
        outcome = { error };
      }
    },
  });
  const generator = plop.getGenerator("project");
  await generator.runActions(await generator.runPrompts());
  if (outcome === undefined) throw new Error("plop ran no action");
  if ("error" in outcome) throw outcome.error;
  return outcome.result;
}
