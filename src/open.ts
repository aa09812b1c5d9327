/** Which questions are still open, what their defaults are, and the command that would leave none. Pure. */
import { AnswerMissing } from "./errors.ts";
import { placeholderOf } from "./flags.ts";
import { flagOf, keyOf } from "./options/asked.ts";
import { UNNAMED } from "./scene.ts";
import { hide } from "./secrets.ts";
import { shellWord } from "./text.ts";
import type { Answers, Asked, Json, Option } from "./types.ts";

/** Options the answers choose; where a group is open, its default. */
export function chosenOptions(asked: readonly Asked[], answers: Answers): Option[] {
  return asked.flatMap((one) => {
    if (one.as !== "group") return [];
    const answer = answers[one.group.id] ?? [...one.group.default];
    const ids = Array.isArray(answer) ? answer : [answer];
    return one.group.options.filter((option) => ids.includes(option.id));
  });
}

/** Whether the data is the user's: a file, or a table of a database. */
export function ownDataIsChosen(asked: readonly Asked[], answers: Answers): boolean {
  return chosenOptions(asked, answers).some((option) => option.takes !== undefined);
}

/** Whether the user's data has been read into these answers, now or when they were stored. */
export function isProfiled(answers: Answers): boolean {
  return answers.profile !== undefined;
}

/** A question that is answered by choosing a column of the data. */
export function wantsColumn(one: Asked): boolean {
  return one.as === "question" && one.question.type === "column";
}

/**
 * Questions to put to a person, in order. A chosen option may settle some; a column is asked for only when there is data
 * of which to choose it.
 */
export function openQuestions(asked: readonly Asked[], answers: Answers): Asked[] {
  const settled = new Set(chosenOptions(asked, answers).flatMap((option) => Object.keys(option.sets)));
  const own = ownDataIsChosen(asked, answers) && !isProfiled(answers);
  return asked.filter((one) => {
    const id = keyOf(one);
    if (Object.hasOwn(answers, id) || settled.has(id)) return false;
    if (one.as === "group") return one.group.ask;
    return one.question.ask && (own || !wantsColumn(one));
  });
}

/** What a question's answer is when nobody says otherwise. */
export function defaultOf(one: Asked): Json | undefined {
  if (one.as === "question") return one.question.default;
  if (one.group.kind === "many") return [...one.group.default];
  return one.group.default[0];
}

/** The refusal for questions that nobody is there to answer, with the complete command. */
export function nobodyToAsk(
  open: readonly Asked[],
  argv: readonly string[],
  directory: string | undefined,
  columns: readonly string[] = [],
): AnswerMissing {
  const needed = open.filter(wantsColumn);
  const words = [...argv];
  const flags: string[] = [];
  for (const one of open) {
    if (keyOf(one) === "name" && directory === undefined) {
      words.unshift(UNNAMED);
      flags.push("DIR");
      continue;
    }
    flags.push(flagOf(one));
    const fallback = defaultOf(one);
    const value =
      fallback === undefined ? placeholderOf(one) : Array.isArray(fallback) ? fallback.join(",") : String(fallback);
    words.push(
      Array.isArray(fallback) && fallback.length === 0
        ? `--no-${keyOf(one)}`
        : value === ""
          ? `${flagOf(one)}=`
          : `${flagOf(one)}=${value}`,
    );
  }
  const command = ["create-ml-project", ...words.map((word) => shellWord(hide(word)))].join(" ");
  const choice =
    columns.length === 0
      ? ""
      : `Columns to choose from: ${columns.slice(0, 30).join(", ")}${columns.length > 30 ? ", …" : ""}\n`;
  const orYes = needed.length > 0 ? "" : "\nOr add --yes to take these defaults.";
  return new AnswerMissing(flags, {
    what: `${flags.length === 1 ? "One question is" : `${flags.length} questions are`} open, and there is no terminal to ask at: ${flags.join(" ")}`,
    why: "without a terminal, and with --json, nothing is asked and nothing waits",
    fix: `${choice}Run:\n${command}${orYes}`,
  });
}
