/** The ways to ask, as inquirer does them; a test answers in its stead. */
import type { PlopGeneratorConfig } from "node-plop";
import { Interrupted } from "../errors.ts";
import { safe } from "../text.ts";

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

export interface Prompter {
  text(
    message: string,
    fallback: string,
    check: (text: string) => Promise<string | true> | string | true,
  ): Promise<string>;
  /** What is typed is not shown. */
  secret(message: string, check: (text: string) => Promise<string | true> | string | true): Promise<string>;
  one(message: string, choices: readonly Choice[], fallback: string): Promise<string>;
  several(message: string, choices: readonly Choice[], fallback: readonly string[]): Promise<readonly string[]>;
}

type Prompts = Extract<PlopGeneratorConfig["prompts"], (...args: never[]) => unknown>;
/** The inquirer that plop hands to a generator's prompts. */
export type Inquirer = Parameters<Prompts>[0];

const PAGE = 12;

/** Asks through plop's inquirer. Ctrl-C in a prompt becomes {@link Interrupted}. */
export function prompter(inquirer: Inquirer, signal: AbortSignal): Prompter {
  const ask = async (question: {
    readonly type: string;
    readonly message: string;
    readonly [key: string]: unknown;
  }): Promise<unknown> => {
    signal.throwIfAborted();
    const asked = inquirer.prompt([
      { ...question, message: safe(question.message), name: "answer" } as never,
    ]) as Promise<{
      answer: unknown;
    }> & { readonly ui: { close(): void } };
    // A signal from outside: the prompt lets go of the terminal, or the process would wait for a key.
    const stop = (): void => asked.ui.close();
    signal.addEventListener("abort", stop, { once: true });
    try {
      return (await asked).answer;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof Error && error.name === "ExitPromptError") throw new Interrupted();
      throw error;
    } finally {
      signal.removeEventListener("abort", stop);
    }
  };
  const shown = (choices: readonly Choice[]): readonly object[] =>
    choices.map(({ value, label, hint }) => ({
      value,
      short: safe(label),
      name: safe(hint === undefined || hint === "" ? label : `${label}: ${hint}`),
    }));
  return {
    text: async (message, fallback, check) =>
      String(
        await ask({
          type: "input",
          message,
          ...(fallback === "" ? {} : { default: fallback }),
          validate: (text: string) => check(text),
        }),
      ),
    secret: async (message, check) =>
      String(await ask({ type: "password", mask: "*", message, validate: (text: string) => check(text) })),
    one: async (message, choices, fallback) =>
      String(
        await ask({ type: "select", message, choices: shown(choices), default: fallback, pageSize: PAGE, loop: false }),
      ),
    several: async (message, choices, fallback) =>
      (await ask({
        type: "checkbox",
        message,
        pageSize: PAGE,
        loop: false,
        choices: shown(choices).map((choice, index) => ({
          ...choice,
          checked: fallback.includes(choices[index]?.value ?? ""),
        })),
      })) as readonly string[],
  };
}
