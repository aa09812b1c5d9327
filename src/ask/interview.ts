/** The questions in their order, put to a person. Knows no question and no option by name. */

import type { Origin } from "../data.ts";
import { NameRefused, UserError } from "../errors.ts";
import { defaultOf, isProfiled, openQuestions, ownDataIsChosen, wantsColumn } from "../open.ts";
import { keyOf } from "../options/asked.ts";
import { UNNAMED } from "../scene.ts";
import { steers } from "../text.ts";
import type { Answers, Asked, Group, Json } from "../types.ts";
import { askOrigin } from "./origin.ts";
import type { Prompter } from "./prompter.ts";

/** What the interview needs from outside. Each refuses, with an error a person can mend, what won't do. */
export interface Listener {
  readonly name: (name: string) => unknown;
  readonly interval: (text: string) => unknown;
  /** Where the data is that a path or an address names. */
  readonly origin: (group: Group, value: string, answers: Answers) => Promise<Origin>;
  /** The answers with what follows from that. */
  readonly withOrigin: (group: Group, origin: Origin, answers: Answers) => Answers;
  /** The columns of the data, to choose from. */
  readonly columns: (origin: Origin) => Promise<readonly string[]>;
  /** Shows what the data holds and returns the answers with all that follows from it. */
  readonly profile: (origin: Origin, answers: Answers, prompt: Prompter) => Promise<Answers>;
}

/** Answers so far, and where the data is when it is the user's own. */
export interface Given {
  readonly answers: Answers;
  readonly origin: Origin | undefined;
}

/** Asks everything that is open. */
export async function interview(
  asked: readonly Asked[],
  given: Given,
  prompt: Prompter,
  listen: Listener,
): Promise<Given> {
  let { answers, origin } = given;
  const profileWhenReady = async (): Promise<void> => {
    const ready =
      ownDataIsChosen(asked, answers) && !isProfiled(answers) && !openQuestions(asked, answers).some(wantsColumn);
    if (ready && origin !== undefined) answers = await listen.profile(origin, answers, prompt);
  };
  for (const one of asked) {
    await profileWhenReady();
    if (!openQuestions(asked, answers).includes(one)) continue;
    const answer =
      wantsColumn(one) && origin !== undefined
        ? await column(one, origin, prompt, listen)
        : await put(one, prompt, listen);
    answers = { ...answers, [keyOf(one)]: answer };
    if (one.as === "group" && origin === undefined && ownDataIsChosen([one], answers)) {
      ({ answers, origin } = await askOrigin(one.group, answers, prompt, listen));
    }
  }
  await profileWhenReady();
  return { answers, origin };
}

async function put(one: Asked, prompt: Prompter, listen: Listener): Promise<Json> {
  if (one.as === "group") {
    const { group } = one;
    const choices = group.options.map((option) => ({ value: option.id, label: option.label, hint: option.hint }));
    if (group.kind === "many") return [...(await prompt.several(group.message, choices, group.default))];
    return prompt.one(group.message, choices, String(defaultOf(one) ?? ""));
  }
  const { question } = one;
  if (question.type === "choice") {
    return prompt.one(question.message, question.choices ?? [], question.default ?? "");
  }
  const check = accepts((text) => {
    if (question.type === "name") listen.name(text);
    if (question.type === "interval") listen.interval(text);
  });
  const fallback = question.default ?? (question.type === "name" ? UNNAMED : "");
  return prompt.text(question.message, fallback, check);
}

async function column(one: Asked, origin: Origin, prompt: Prompter, listen: Listener): Promise<string> {
  const columns = await listen.columns(origin);
  const message = one.as === "question" ? one.question.message : one.group.message;
  return prompt.one(
    message,
    columns.map((name) => ({ value: name, label: name })),
    columns.at(-1) ?? "",
  );
}

/** Asks again, with the reason, until an answer will do. */
export function accepts(check: (text: string) => unknown): (text: string) => Promise<string | true> {
  return async (text) => {
    if (steers(text)) return "That holds a control or bidirectional character.";
    try {
      await check(text);
      return true;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (error instanceof NameRefused) return `Try ${error.suggestion}: ${error.why ?? error.what}.`;
      return `${error.what}${error.why === undefined ? "" : `: ${error.why}`}. ${error.fix}`;
    }
  };
}
