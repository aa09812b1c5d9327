/** Asks before anything of a person's repository is touched; loaded only when there is a terminal to ask at. */
import { dirname } from "node:path";
import nodePlop from "node-plop";
import confirmGenerator from "../generators/confirm/generator.ts";
import { prompter } from "./ask/prompter.ts";

/** Whether a person says yes; `no` is what else comes to pass. */
export async function confirm(
  message: string,
  signal: AbortSignal,
  { no = "nothing is written", usual = "yes" }: { readonly no?: string; readonly usual?: "yes" | "no" } = {},
): Promise<boolean> {
  let said = "";
  const plop = await nodePlop("", { destBasePath: dirname(process.execPath), force: false });
  confirmGenerator(plop, async (inquirer) => {
    const choices = [
      { value: "yes", label: "Yes" },
      { value: "no", label: "No", hint: no },
    ];
    said = await prompter(inquirer, signal).one(message, choices, usual);
    return {};
  });
  await plop.getGenerator("confirm").runPrompts();
  return said === "yes";
}
