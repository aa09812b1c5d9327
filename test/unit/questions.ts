/** A few questions and options that no pack of ours has: what is tested here must not know ours. */
import type { Asked, Group, Option, Question } from "../../src/types.ts";

const option = (group: string, id: string, more: Partial<Option> = {}): Option => ({
  group,
  id,
  label: id.toUpperCase(),
  hint: `what ${id} is good for, said at a length that has to be wrapped in a narrow terminal`,
  env: [],
  requires: [],
  conflicts: [],
  nextSteps: [],
  sets: {},
  parts: [],
  files: new Map(),
  shared: new Map(),
  with: new Map(),
  pack: "test",
  ...more,
});

const group = (id: string, order: number, options: readonly Option[], more: Partial<Group> = {}): Asked => ({
  as: "group",
  group: {
    id,
    kind: "one",
    message: `Which ${id}?`,
    help: `The ${id} of the thing.`,
    default: [options[0]?.id ?? ""],
    order,
    ask: true,
    any: { files: new Map(), shared: new Map() },
    options,
    pack: "test",
    ...more,
  },
});

const question = (id: string, order: number, more: Partial<Question> = {}): Asked => ({
  as: "question",
  question: {
    id,
    type: "text",
    message: `${id}?`,
    help: `Says ${id}.`,
    placeholder: "TEXT",
    order,
    ask: true,
    pack: "test",
    ...more,
  },
});

export const questions: readonly Asked[] = [
  question("name", 0, { type: "name", placeholder: "NAME" }),
  question("purpose", 10, { default: "" }),
  group("stuff", 20, [
    option("stuff", "sample", { sets: { goal: "rain" } }),
    option("stuff", "own", { takes: "file" }),
    option("stuff", "shelf", { takes: "table" }),
  ]),
  question("goal", 21, { type: "column", placeholder: "COLUMN" }),
  question("pace", 30, { type: "interval", default: "day" }),
  group("engine", 40, [option("engine", "steam"), option("engine", "none")], { ask: false }),
  group("bells", 50, [option("bells", "ding"), option("bells", "dong")], { kind: "many", default: ["ding"] }),
];
