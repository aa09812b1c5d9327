/** What is typed behind `add PART NAME`, made into an entry of `added`: the data is found, and read when it is new. */
import type { Around } from "../commands.ts";
import type { Origin } from "../data.ts";
import { AnswerMissing, OptionRefused } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { type Entry, entriesOf } from "../options/added.ts";
import { asked as askedOf } from "../options/asked.ts";
import { refuseSteering } from "../refuse/steering.ts";
import { safe } from "../text.ts";
import type { Answers, Asked, Group, Json, Selection } from "../types.ts";
import type { Typed, Word } from "../words.ts";
import { profiled } from "./profiled.ts";

/** The group whose options bring data. */
export function dataGroup(asked: readonly Asked[]): Group | undefined {
  return asked
    .flatMap((one) => (one.as === "group" ? [one.group] : []))
    .find(({ options }) => options.some(({ takes }) => takes));
}

/** Questions about the data, which are flags of `add`, too. */
export function dataFlags(asked: readonly Asked[]): Word["flags"] {
  const about = new Set(["target", "id", "time", "task", "table", "query", "interval"]);
  return Object.fromEntries(
    asked.flatMap((one): [string, Word["flags"][string]][] => {
      if (one.as === "group")
        return one.group === dataGroup(asked)
          ? [[one.group.id, { type: "string", help: one.group.help, placeholder: "FILE|URL" }]]
          : [];
      const { id, help, placeholder } = one.question;
      return about.has(id) ? [[id, { type: "string", help, placeholder }]] : [];
    }),
  );
}

/** Choices for the whole of a new project: a scheduler, a database. One that is there has made them. */
export function choiceFlags(asked: readonly Asked[]): Word["flags"] {
  const data = dataGroup(asked);
  const groups = asked.flatMap((one) => (one.as === "group" && one.group !== data ? [one.group] : []));
  return Object.fromEntries(
    groups.map(({ id, help, kind }) => [id, { type: "string", help, placeholder: kind === "one" ? "ID" : "ID,ID" }]),
  );
}

/** Groups that each part of that name answers anew. */
export function ownGroups(asked: readonly Asked[], part: string): Set<string> {
  return new Set(asked.flatMap((one) => (one.as === "group" && one.group.of === part ? [one.group.id] : [])));
}

/** What was typed of these for a part itself. */
function ownChoices(asked: readonly Asked[], part: string, values: Typed["values"]): Answers {
  const own = ownGroups(asked, part);
  return Object.fromEntries(Object.entries(choicesOf(asked, values)).filter(([id]) => own.has(id)));
}

/** What was typed of these, checked when it is selected. */
export function choicesOf(asked: readonly Asked[], values: Typed["values"]): Record<string, Json> {
  return Object.fromEntries(
    asked.flatMap((one): [string, Json][] => {
      const value = one.as === "group" && one.group.id in choiceFlags(asked) ? values[one.group.id] : undefined;
      if (one.as !== "group" || typeof value !== "string") return [];
      return [[one.group.id, one.group.kind === "one" ? value : value.split(",").filter((id) => id !== "")]];
    }),
  );
}

export interface NewEntry {
  readonly entry: Entry;
  readonly origin: Origin | undefined;
}

/** Reads the data when it is new, and says what the part is made of. */
export async function entryOf(
  part: string,
  name: string,
  argv: readonly string[],
  values: Typed["values"],
  stored: Answers,
  selection: Selection,
  around: Around,
): Promise<NewEntry> {
  const asked = askedOf(around.packs);
  const data = dataGroup(asked);
  const own = ownChoices(asked, part, values);
  const said = { ...saidOf(asked, values), ...own };
  const onto = values["dataset"];
  if (data === undefined || said[data.id] === undefined)
    return {
      entry: onExisting(part, name, typeof onto === "string" ? onto : undefined, said, selection, data?.id),
      origin: undefined,
    };

  const { added: _, profile: __, [data.id]: ___, ...rest } = stored;
  const { answers, profile, origin } = await profiled({ ...rest, ...said }, argv, values, around);
  const { interval } = said;
  const entry: Entry = {
    part,
    name,
    [data.id]: answers[data.id] ?? null,
    ...own,
    ...(interval === undefined ? {} : { interval }),
    profile,
  };
  return { entry, origin };
}

/** What was typed about the data. */
export function saidOf(asked: readonly Asked[], values: Typed["values"]): Record<string, Json> {
  const said: Record<string, Json> = {};
  for (const key of Object.keys(dataFlags(asked))) {
    const value = values[key];
    if (typeof value !== "string") continue;
    refuseSteering(value, `--${key}`);
    said[key] = value;
  }
  return said;
}

/** A part that needs no data, or is made of what is there: the one dataset, or the one that is named. */
function onExisting(
  part: string,
  name: string,
  onto: string | undefined,
  said: Answers,
  selection: Selection,
  data: string | undefined,
): Entry {
  const made = selection.options.find(({ group }) => group === data)?.parts.map((use) => use.part) ?? [];
  if (!made.includes(part)) return { part, name };
  if (made[0] === part) throw noData(part, name);
  const there = [selection, ...(selection.added ?? [])].flatMap(({ parts }) =>
    parts.filter((one) => one.part.id === "dataset"),
  );
  const names = there.map((one) => one.name);
  const [only, ...others] = names;
  if (onto !== undefined && !names.includes(onto)) {
    const close = nearest(onto, names);
    throw new OptionRefused("value", {
      what: `There is no dataset ${safe(onto)}`,
      where: "--dataset",
      fix: `${close === undefined ? "" : `Did you mean ${close}? `}There are: ${names.join(", ")}. --data FILE brings a new one.`,
    });
  }
  if (onto === undefined && (only === undefined || others.length > 0)) {
    throw new AnswerMissing(["--dataset"], {
      what: `From which data is ${name} to learn?`,
      where: "--dataset",
      why: `there are ${names.length} datasets`,
      fix: `Run: create-ml-project add ${part} ${name} --dataset ${names.join("|")}, or bring new data with --data FILE --target COLUMN.`,
    });
  }
  return { part, name, dataset: onto ?? only ?? "", ...said };
}

function noData(part: string, name: string): AnswerMissing {
  return new AnswerMissing(["--data"], {
    what: `A ${part} needs data`,
    where: "--data",
    fix: `Run: create-ml-project add ${part} ${name} --data FILE --target COLUMN`,
  });
}

/** The entries so far and the new one. */
export function withEntry(stored: Answers, entry: Entry): Answers {
  return { ...stored, added: [...entriesOf(stored["added"]), entry] };
}
