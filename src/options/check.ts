import { AnswerMissing, AnswerRefused, OptionRefused } from "../errors.ts";
import { nearest } from "../nearest.ts";
import type { Answers, Asked, Group, Json, Question } from "../types.ts";
import { keyOf, takingOption } from "./asked.ts";
import { intervalProblem } from "./interval.ts";

/** Answers that no question asks for: the profile of own data, and the packs that everything is made of. */
const UNASKED = ["profile", "packs"];

/** Refuses keys that nothing asks for and nothing settles. */
export function checkKeys(given: Answers, all: readonly Asked[], settled: readonly string[]): void {
  const known = new Set([...all.map(keyOf), ...settled, ...UNASKED]);
  const unknown = Object.keys(given).find((key) => !known.has(key));
  if (unknown === undefined) return;
  const near = nearest(unknown, [...all.map(keyOf)]);
  throw new AnswerRefused("unknown", {
    what: `There is no question ${JSON.stringify(unknown)}`,
    where: unknown,
    fix: near ? `Did you mean ${near}?` : `Questions: ${all.map(keyOf).join(", ")}.`,
  });
}

/** The key of a question or group with its checked answer or default; `undefined` when it is open and may be. */
export function check(one: Asked, given: Answers): readonly [string, Json | undefined] {
  const key = keyOf(one);
  const value = given[key];
  return [key, one.as === "group" ? checkGroup(one.group, value) : checkQuestion(one.question, value)];
}

function checkQuestion(question: Question, value: Json | undefined): Json | undefined {
  if (value === undefined || value === null) return question.default ?? (question.type === "column" ? null : undefined);
  if (typeof value !== "string") throw wrongType(question.id, "a text");
  if (question.type === "choice") {
    const ids = (question.choices ?? []).map((choice) => choice.value);
    if (!ids.includes(value)) throw unknownChoice(question.id, value, ids, "");
  }
  const problem = question.type === "interval" ? intervalProblem(value) : undefined;
  if (problem) {
    throw new AnswerRefused("value", {
      what: `${JSON.stringify(value)} is no interval`,
      where: `--${question.id}`,
      why: problem,
      fix: 'Write hour, day, week, month, or a cron expression such as "30 6 * * 1".',
    });
  }
  return value;
}

function checkGroup(group: Group, value: Json | undefined): Json | undefined {
  const ids = group.options.map((option) => option.id);
  if (group.kind === "many") {
    const list = value ?? [...group.default];
    if (!Array.isArray(list) || !list.every((id) => typeof id === "string")) throw wrongType(group.id, "a list of ids");
    const unknown = list.find((id) => !ids.includes(String(id)));
    if (unknown !== undefined) throw unknownChoice(group.id, String(unknown), ids, "");
    return [...new Set(list)].sort();
  }
  const id = value ?? group.default[0];
  if (id === undefined) {
    throw new AnswerMissing([`--${group.id}`], {
      what: `${group.message} There is no answer and no default`,
      where: `--${group.id}`,
      fix: `Add --${group.id} with one of: ${ids.join(", ")}.`,
    });
  }
  if (typeof id !== "string") throw wrongType(group.id, "a text");
  if (!ids.includes(id))
    throw unknownChoice(group.id, id, ids, takingOption(group, "file") ? " or the path of a file that exists" : "");
  return id;
}

function unknownChoice(key: string, value: string, ids: readonly string[], more: string): OptionRefused {
  const near = nearest(value, ids);
  const all = `${ids.join(", ")}${more}`;
  return new OptionRefused("unknown", {
    what: `${JSON.stringify(value)} is not known for ${key}`,
    where: `--${key}`,
    fix: near ? `Did you mean --${key} ${near}? Known: ${all}.` : `Known: ${all}.`,
  });
}

function wrongType(key: string, expected: string): AnswerRefused {
  return new AnswerRefused("type", {
    what: `The answer ${key} must be ${expected}`,
    where: key,
    fix: `Write ${expected}.`,
  });
}
