import type { Answers, Group, Json, Pack } from "../../src/types.ts";

/** One combination of options, with a title for the test's name. */
export interface Combination {
  readonly title: string;
  readonly choices: Readonly<Record<string, Json>>;
}

/**
 * Every combination of all options of a pack: the product of its groups, all subsets of a many-of group.
 *
 * Derived from the pack alone, so a new option folder is in the matrix without an edit here.
 */
export function combinations(pack: Pack): Combination[] {
  let all: Readonly<Record<string, Json>>[] = [{}];
  for (const group of pack.groups) {
    all = all.flatMap((choices) => alternatives(group).map((choice) => ({ ...choices, [group.id]: choice })));
  }
  return all.map((choices) => ({ choices, title: titleOf(choices) }));
}

export function titleOf(choices: Readonly<Record<string, Json>>): string {
  return Object.entries(choices)
    .map(([group, choice]) => `${group}=${Array.isArray(choice) ? `[${choice}]` : choice}`)
    .join(" ");
}

function alternatives(group: Group): Json[] {
  const ids = group.options.map(({ id }) => id);
  if (group.kind === "one") return ids;
  return ids.reduce<string[][]>((sets, id) => sets.concat(sets.map((set) => [...set, id])), [[]]);
}

/** A combination's answers: its choices over what every project is asked. */
export function answersOf(combination: Combination, rest: Answers): Answers {
  return { ...rest, ...combination.choices };
}
