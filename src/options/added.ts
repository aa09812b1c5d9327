/** Parts that were added to a project later: the entries of `added` in `.ml-project/answers.yaml`. Pure. */
import { AnswerRefused } from "../errors.ts";
import type { Answers, Json, Option, Pack, Selection } from "../types.ts";
import { check } from "./check.ts";
import { withLocked } from "./locked.ts";
import { refuseContradictions } from "./relations.ts";

/** `part: model`, `name: churn`, and either the part it builds on (`dataset: weather`) or the answers that bring data of its own. */
export interface Entry {
  readonly part: string;
  readonly name: string;
  readonly [key: string]: Json;
}

type SelectOne = (packs: readonly Pack[], given: Answers) => Selection;

/** What nobody has read yet, whatever was said of the part that it builds on. */
const UNREAD: Answers = { reviewed: false };

/** Each entry as a selection of its own, of which only the parts are emitted; `known` are the whole and the first of them. */
export function additions(
  packs: readonly Pack[],
  given: Answers,
  known: readonly Selection[],
  added: Json,
  selectOne: SelectOne,
): Selection[] {
  const all = [...known];
  for (const entry of entriesOf(added).slice(known.length - 1)) all.push(addition(packs, given, all, entry, selectOne));
  return all.slice(1);
}

/** The stored list, checked: a person may have edited it. */
export function entriesOf(added: Json | undefined): Entry[] {
  const list = added ?? [];
  const fits = (entry: Json): entry is Entry =>
    isTable(entry) && typeof entry["part"] === "string" && typeof entry["name"] === "string";
  if (Array.isArray(list) && list.every(fits)) return list;
  throw new AnswerRefused("type", {
    what: "The list `added` can't be read",
    where: "added",
    fix: "Each item has a part and a name; take the version from git: git checkout -- .ml-project/answers.yaml",
  });
}

function addition(
  packs: readonly Pack[],
  given: Answers,
  before: readonly Selection[],
  entry: Entry,
  selectOne: SelectOne,
): Selection {
  const { part: id, name, ...said } = entry;
  const part = packs.map((pack) => pack.parts.get(id)).find((found) => found !== undefined);
  if (part === undefined) throw unfit(entry, `There is no part ${id}`);
  const [whole] = before as [Selection, ...Selection[]];
  const data = whole.groups.find((group) => group.id in said && group.options.some(({ takes }) => takes !== undefined));
  if (data === undefined) {
    const base = before.find(({ parts }) => parts.some((one) => said[one.part.id] === one.name)) ?? whole;
    const others = Object.keys(said).filter((key) => packs.some((pack) => pack.parts.has(key)));
    if (
      base === whole &&
      others.some((key) => !whole.parts.some((one) => one.part.id === key && one.name === said[key]))
    )
      throw unfit(entry, `${others.map((key) => `${key} ${String(said[key])}`).join(", ")} is not in this project`);
    const one = { part, name, owner: `added/${id}` };
    const own = ownOptions(packs, whole, id, said);
    if (own.length === 0)
      return { ...base, answers: { ...base.answers, ...UNREAD, ...said, [id]: name }, parts: [one] };
    const options = [...base.options.filter(({ group }) => !own.some((other) => other.group === group)), ...own];
    refuseContradictions(options);
    const chosen = own.map(({ group, id: value, sets }): Answers => ({ ...sets, [group]: value }));
    const answers = Object.assign({ ...base.answers, ...UNREAD, ...said }, ...chosen, { [id]: name }) as Answers;
    return { ...base, answers, options, parts: [one, ...ownParts(packs, own, name)] };
  }
  const { profile: _, [data.id]: __, ...rest } = given;
  const theirs = new Set(whole.groups.filter(({ of }) => of !== undefined).map((group) => group.id));
  const shared = Object.fromEntries(Object.entries(rest).filter(([key]) => !theirs.has(key)));
  const found = selectOne(packs, { ...shared, ...said });
  const option = found.options.find((one) => one.group === data.id);
  const needed = option === undefined ? [] : upTo(option, id);
  if (option === undefined || !needed.includes(id)) throw unfit(entry, `${data.id} brings no ${id}`);
  const answers = { ...found.answers, ...UNREAD, [id]: name };
  const parts = found.parts
    .filter((one) => one.owner === `${option.group}/${option.id}` && needed.includes(one.part.id))
    .map((one) => (one.part.id === id ? { ...one, name } : one));
  const own = found.options.filter(({ group }) => isOf(found, group, id));
  return { ...found, answers, parts: [...parts, ...ownParts(packs, own, name)] };
}

const isOf = ({ groups }: Selection, group: string, part: string): boolean =>
  groups.some(({ id, of }) => id === group && of === part);

/** What a part answers for itself, whatever the project or the part that it builds on has answered. */
function ownOptions(packs: readonly Pack[], whole: Selection, part: string, said: Answers): Option[] {
  const groups = whole.groups.filter(({ of }) => of === part);
  if (groups.length === 0) return [];
  const own = new Set(groups.map(({ id }) => id));
  const typed = Object.fromEntries(Object.entries(said).filter(([key]) => own.has(key)));
  const answers = withLocked(packs, typed);
  return groups.flatMap((group) => {
    const [, value] = check({ as: "group", group }, answers);
    return group.options.filter(({ id }) => (Array.isArray(value) ? value.includes(id) : value === id));
  });
}

/** The parts of these options, all of one name: that of the part that they make up. */
function ownParts(packs: readonly Pack[], own: readonly Option[], name: string): Selection["parts"] {
  return own.flatMap((option) =>
    option.parts.flatMap((use) => {
      const part = packs.map((pack) => pack.parts.get(use.part)).find((found) => found !== undefined);
      return part === undefined ? [] : [{ part, name, owner: `${option.group}/${option.id}` }];
    }),
  );
}

/** An option names its parts so that each builds on those before it. */
function upTo(option: Option, id: string): string[] {
  const ids = option.parts.map(({ part }) => part);
  return ids.slice(0, ids.indexOf(id) + 1);
}

function isTable(value: Json): value is { [key: string]: Json } {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function unfit({ part, name }: Entry, why: string): AnswerRefused {
  return new AnswerRefused("value", {
    what: `The ${part} ${name} can't be added`,
    where: "added",
    why,
    fix: "Name something that this project has, or bring data of its own with --data.",
  });
}
