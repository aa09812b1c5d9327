/** Answers for an update: the stored ones, as a person may have edited them, and over them what was typed. Pure. */
import { parseDocument } from "yaml";
import { parseAnswers } from "../answers.ts";
import { AnswerRefused, FlagRefused } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { asked, keyOf } from "../options/asked.ts";
import { refuseSteering } from "../refuse/steering.ts";
import { RECORDED } from "../rerender.ts";
import { same } from "../shared/doc.ts";
import { safe } from "../text.ts";
import type { Answers, Asked, Json, Migration, Pack } from "../types.ts";
import { migrateAnswers } from "./migrate.ts";

/**
 * Reads `KEY=VALUE` for each question or group, and `KEY+=VALUE` to add to a group of which several can be chosen; there
 * values are apart by commas.
 *
 * @throws FlagRefused when it is no such pair, AnswerRefused when nothing is called so, or what it is has to stay
 */
export function settings(typed: readonly string[], packs: readonly Pack[], stored: Answers): Answers {
  const all = asked(packs);
  const set: Record<string, Json> = {};
  for (const text of typed) {
    const [, key = "", plus, value = ""] = /^([^=+]+)(\+?)=([\s\S]*)$/.exec(text) ?? [];
    if (key === "") {
      throw new FlagRefused("value", {
        what: `"${safe(text)}" sets nothing`,
        where: "--set",
        fix: "Write KEY=VALUE, as in --set interval=week",
      });
    }
    refuseSteering(value, `--set ${key}`);
    const one = all.find((other) => keyOf(other) === key);
    if (one === undefined) throw unknown(key, all);
    if (one.as === "question" ? one.question.type === "name" : one.group.options.some(({ takes }) => takes))
      throw fixed(key);
    const before = set[key] ?? stored[key] ?? (one.as === "group" ? [...one.group.default] : []);
    const items = value.split(",").filter((id) => id !== "");
    set[key] = !several(one)
      ? value
      : plus === "+" && Array.isArray(before)
        ? [...new Set([...before, ...items])]
        : items;
  }
  return set;
}

const several = (one: Asked): boolean => one.as === "group" && one.group.kind === "many";

function unknown(key: string, all: readonly Asked[]): AnswerRefused {
  const known = all.map(keyOf);
  const close = nearest(key, known);
  return new AnswerRefused("unknown", {
    what: `There is no question "${safe(key)}"`,
    where: "--set",
    fix: close === undefined ? `Known: ${known.join(", ")}.` : `Did you mean ${close}?`,
  });
}

/** Its name and its data are in every file of it, in the database and in the schedule. */
function fixed(key: string): AnswerRefused {
  return new AnswerRefused("value", {
    what: `The ${key} of a project stays what it is`,
    where: `--set ${key}`,
    why: "its files, its tables and its installed schedule are made for it",
    fix: "Other data: create-ml-project add model NAME --data FILE --target COLUMN. Another name: create a project beside it.",
  });
}

/**
 * Reads stored answers, by the names of now. What is asked no more since the packs moved on is left out and named; while
 * they are the same, an unknown key is a slip of somebody's hand.
 */
export function storedAnswers(
  text: string,
  path: string,
  packs: readonly Pack[],
  moved: boolean,
  migrations: readonly Migration[],
): { readonly answers: Answers; readonly dropped: readonly string[] } {
  const all = asked(packs);
  if (!moved) return { answers: parseAnswers(text, path, all, RECORDED), dropped: [] };
  const settled = packs.flatMap(({ groups }) =>
    groups.flatMap(({ options }) => options.flatMap(({ sets }) => Object.keys(sets))),
  );
  const known = new Set([...all.map(keyOf), ...RECORDED, ...settled]);
  const keys = Object.keys((parseDocument(text, { merge: false }).toJS({ maxAliasCount: 0 }) ?? {}) as object);
  const read = migrateAnswers(parseAnswers(text, path, all, [...known, ...keys]), migrations);
  const entries = Object.entries(read);
  return {
    answers: Object.fromEntries(entries.filter(([key]) => known.has(key))),
    dropped: entries.flatMap(([key]) => (known.has(key) ? [] : [key])),
  };
}

/**
 * The file of the answers with other ones: what a person wrote beside them stays.
 *
 * @param printed - the new answers as they would be printed anew
 */
export function answersText(before: string, printed: string): string {
  const head = printed.split("\n")[0];
  const written = before.split("\n").some((line) => line !== head && /(?:^|\s)#/.test(line));
  const [now, wanted] = [parseDocument(before), parseDocument(printed)];
  const [old, next] = [now.toJS() as Record<string, Json> | null, wanted.toJS() as Record<string, Json>];
  if (old === null) return printed;
  if (same(old, next)) return before;
  if (!written) return printed;
  for (const key of new Set([...Object.keys(old), ...Object.keys(next)])) {
    if (next[key] === undefined) now.delete(key);
    else if (old[key] === undefined || !same(old[key], next[key])) now.set(key, wanted.get(key, true));
  }
  return now.toString({ lineWidth: 0 });
}
