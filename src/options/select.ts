import { OptionRefused } from "../errors.ts";
import { answersFromProfile } from "../inspect/answers.ts";
import type { Profile } from "../inspect/types.ts";
import { same } from "../shared/doc.ts";
import { fillText } from "../shared/values.ts";
import type { Answers, Json, Option, Pack, Selection } from "../types.ts";
import { additions } from "./added.ts";
import { allGroups, asked } from "./asked.ts";
import { check, checkKeys } from "./check.ts";
import { withLocked } from "./locked.ts";
import { mountingOf } from "./mount.ts";
import { refuseContradictions } from "./relations.ts";

/**
 * Turns answers into a selection, with what was added later; `known` are the first of these, where they were selected
 * already.
 */
export function select(packs: readonly Pack[], given: Answers, known: readonly Selection[] = []): Selection {
  const { added, mount: spot, ...rest } = given;
  const found = selectOne(packs, rest);
  const whole =
    spot === undefined
      ? found
      : { ...found, answers: { ...found.answers, mount: spot }, mount: mountingOf(packs, spot) };
  if (added === undefined) return whole;
  const all = additions(packs, rest, [whole, ...known], added, selectOne);
  const { mount } = whole;
  return {
    ...whole,
    answers: { ...whole.answers, added },
    added: mount === undefined ? all : all.map((one) => ({ ...one, mount })),
  };
}

/**
 * Turns answers into a selection: checks them, takes defaults for what is open, adds what the chosen options and the
 * profile settle. The order of the answers has no influence on anything that follows.
 */
function selectOne(packs: readonly Pack[], said: Answers): Selection {
  const given = withLocked(packs, said);
  const all = asked(packs);
  const groups = allGroups(packs);
  const derived: Answers = given["profile"] ? answersFromProfile(given["profile"] as unknown as Profile) : {};
  checkKeys(given, all, [
    ...groups.flatMap((group) => group.options.flatMap((option) => Object.keys(option.sets))),
    ...Object.keys(derived),
  ]);
  const chosen = new Map<string, Json>();
  for (const one of all) {
    const [key, value] = check(one, given);
    if (value !== undefined) chosen.set(key, value);
  }
  const options = groups.flatMap((group) => {
    const answer = chosen.get(group.id);
    const ids: readonly Json[] = Array.isArray(answer) ? answer : [answer ?? null];
    return group.options.filter((option) => ids.includes(option.id)).sort((a, b) => (a.id < b.id ? -1 : 1));
  });
  refuseContradictions(options);
  const settled = settle(options, derived, given);
  const answers: Record<string, Json> = { ...Object.fromEntries(chosen), ...settled };
  for (const key of ["profile", "packs"]) if (given[key] !== undefined) answers[key] = given[key];
  return {
    packs,
    answers,
    settled: new Set(Object.keys(settled)),
    options,
    groups,
    parts: partsOf(packs, options, answers),
  };
}

/** What options and the profile settle. They must agree with each other and with what was given. */
function settle(options: readonly Option[], derived: Answers, given: Answers): Answers {
  const settled = new Map<string, { readonly value: Json; readonly by: string }>();
  const sources = options.map((option) => ({ by: `${option.group}/${option.id}`, sets: option.sets as Answers }));
  for (const { by, sets } of [{ by: "the profile of your data", sets: derived }, ...sources]) {
    for (const [key, value] of Object.entries(sets)) {
      const other = settled.get(key);
      if (other && !same(other.value, value)) throw contradiction(key, other.by, other.value, by, value);
      settled.set(key, { value, by });
    }
  }
  for (const [key, { value, by }] of settled) {
    const answer = given[key];
    if (answer !== undefined && !same(answer, value)) throw contradiction(key, "your answer", answer, by, value);
  }
  return Object.fromEntries([...settled].map(([key, { value }]) => [key, value]));
}

function contradiction(key: string, first: string, a: Json, second: string, b: Json): OptionRefused {
  return new OptionRefused("contradiction", {
    what: `${first} and ${second} do not agree on ${key}`,
    where: key,
    why: `${first} says ${JSON.stringify(a)}, ${second} says ${JSON.stringify(b)}.`,
    fix: `Leave ${key} out, or choose something else than ${second}.`,
  });
}

function partsOf(packs: readonly Pack[], options: readonly Option[], answers: Answers): Selection["parts"] {
  return options.flatMap((option) =>
    option.parts.flatMap((use) => {
      const part = packs.map((pack) => pack.parts.get(use.part)).find((found) => found !== undefined);
      const owner = `${option.group}/${option.id}`;
      const where = `${owner}, parts`;
      if (!part)
        throw new OptionRefused("value", {
          what: `No pack has a part ${use.part}`,
          where,
          fix: "Name a folder of parts/.",
        });
      const name = fillText(use.name, answers, where);
      // A name that comes out empty: what the part is for was not chosen.
      return name === "" ? [] : [{ part, name, owner }];
    }),
  );
}
