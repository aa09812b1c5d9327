import type { Asked, Group, Option, Pack } from "../types.ts";

/** Everything that can be asked, in the order it is asked: the one list behind prompts, flags, help and JSON Schema. */
export function asked(packs: readonly Pack[]): readonly Asked[] {
  const questions = packs.flatMap((pack) => pack.questions.map((question): Asked => ({ as: "question", question })));
  const groups = allGroups(packs).map((group): Asked => ({ as: "group", group }));
  return [...questions, ...groups].sort((a, b) => orderOf(a) - orderOf(b) || (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** The key of the answers file, which is also the flag. */
export function keyOf(one: Asked): string {
  return one.as === "question" ? one.question.id : one.group.id;
}

/** The flag of a question or group, as messages name it. */
export function flagOf(one: Asked): string {
  return `--${keyOf(one)}`;
}

/** All groups in the order they are asked; that is the order in which their options contribute. */
export function allGroups(packs: readonly Pack[]): readonly Group[] {
  return packs.flatMap((pack) => pack.groups).sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
}

/** The option that is chosen by giving a file, or a database's address, instead of its id, if the group has one. */
export function takingOption(group: Group, takes: Option["takes"] & string): Option | undefined {
  return group.options.find((option) => option.takes === takes);
}

function orderOf(one: Asked): number {
  return one.as === "question" ? one.question.order : one.group.order;
}
