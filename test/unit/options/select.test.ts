import { expect, test } from "vitest";
import { asked, keyOf } from "../../../src/options/asked.ts";
import { select } from "../../../src/options/select.ts";
import type { Answers } from "../../../src/types.ts";
import { smallPack } from "../small-pack.ts";

const option = (more: string): string => `label: L\nhint: h\n${more}`;
const pick = (given: Answers, more: Readonly<Record<string, string>> = {}) =>
  select([smallPack(more)], { name: "x", ...given });
const ids = (given: Answers, more = {}): string[] => pick(given, more).options.map(({ group, id }) => `${group}/${id}`);

test("questions and groups are asked in one order", () => {
  expect(asked([smallPack()]).map(keyOf)).toEqual(["name", "problem", "target", "interval", "colour", "helper"]);
});

test("defaults are taken for what is open, and given answers win over them", () => {
  expect(ids({})).toEqual(["colour/red", "helper/one", "helper/two"]);
  expect(ids({ colour: "blue", helper: [] })).toEqual(["colour/blue"]);
  expect(pick({}).answers).toMatchObject({ interval: "day", problem: "", target: null });
});

test("the order of a list is not the order of the options", () => {
  expect(pick({ helper: ["two", "one"] }).answers).toEqual(pick({ helper: ["one", "two", "one"] }).answers);
});

test.each<[string, Answers, string, RegExp]>([
  ["an unknown question", { nam: "x" }, "answer/unknown", /Did you mean name\?/],
  ["an unknown option", { colour: "bluu" }, "option/unknown", /Did you mean --colour blue\?/],
  ["an unknown option of many", { helper: ["one", "tow"] }, "option/unknown", /Did you mean --helper two\?/],
  ["a wrong type", { problem: 3 }, "answer/type", /a text/],
  ["a text where a list belongs", { helper: "one" }, "answer/type", /a list of ids/],
  ["an interval that is none", { interval: "fortnight" }, "answer/value", /hour, day, week, month/],
  ["a cron field out of range", { interval: "0 25 * * *" }, "answer/value", /cron expression/],
  ["a prototype's name", { constructor: "x" }, "answer/unknown", /Questions: name/],
])("%s is refused with what to do", (_name, given, code, fix) => {
  expect(() => pick(given)).toThrow(expect.objectContaining({ code, fix: expect.stringMatching(fix) }));
});

test("relations are refused with their reason", () => {
  const needs = {
    "options/colour/red/option.yaml": option("requires:\n  - { option: helper/one, because: red fades }\n"),
  };
  expect(ids({}, needs)).toContain("colour/red");
  expect(() => pick({ helper: ["two"] }, needs)).toThrow(
    expect.objectContaining({
      code: "option/contradiction",
      why: "red fades",
      fix: expect.stringContaining("--helper one"),
    }),
  );
  const hates = {
    "options/colour/red/option.yaml": option("conflicts:\n  - { option: helper/one, because: red bites }\n"),
  };
  expect(() => pick({}, hates)).toThrow(
    expect.objectContaining({ what: "colour/red can't go with helper/one", why: "red bites" }),
  );
});

test("what an option settles is an answer that is not stored, and nothing may say otherwise", () => {
  const sets = { "options/colour/red/option.yaml": option("sets:\n  target: rain\n  depth: { a: [1, null] }\n") };
  const selection = pick({}, sets);
  expect(selection.answers).toMatchObject({ target: "rain", depth: { a: [1, null] } });
  expect([...selection.settled]).toEqual(["target", "depth"]);
  expect(pick({ target: "rain" }, sets).answers["target"]).toBe("rain");
  expect(() => pick({ target: "snow" }, sets)).toThrow(/your answer and colour\/red do not agree on target/);
  const both = { ...sets, "options/helper/one/option.yaml": option("sets:\n  target: snow\n") };
  expect(() => pick({}, both)).toThrow(/colour\/red and helper\/one do not agree on target/);
});

test("a part's name may come from an answer", () => {
  const uses = {
    "options/colour/red/option.yaml": option('parts:\n  - { part: model, name: "{{ target }}" }\n'),
    "parts/model/files/a.txt": "x",
  };
  expect(pick({ target: "rain" }, uses).parts.map(({ part, name, owner }) => [part.id, name, owner])).toEqual([
    ["model", "rain", "colour/red"],
  ]);
});
