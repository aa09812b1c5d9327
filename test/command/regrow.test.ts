/** A project with one part more: made from what was rendered before, it is what rendering all of it gives. */
import { expect, it } from "vitest";
import { regrown } from "../../src/add/regrow.ts";
import type { Entry } from "../../src/options/added.ts";
import { takingOption } from "../../src/options/asked.ts";
import { select } from "../../src/options/select.ts";
import { builtinPack } from "../../src/packs/builtin.ts";
import { plan } from "../../src/plan.ts";
import { render } from "../../src/render.ts";
import { sealedProject } from "../../src/sealed.ts";
import type { Answers, Json, Tree } from "../../src/types.ts";

const pack = builtinPack();
const column = { missing: 0, distinct: 2, exact: true, bad: 0 };
const PROFILE = {
  file: "sales.csv",
  size: 1,
  rows: 200,
  ragged: 0,
  partly: false,
  reading: { format: "csv", delimiter: ";", encoding: "utf-8", decimal: ",", thousands: ".", missing: ["NA"] },
  columns: [
    { ...column, name: 'a "b": {{ c }}', type: "number", role: "feature", min: -1e-7, max: 1e21 },
    { ...column, name: "ja/nein", type: "category", role: "target", categories: ["yes", "1:30", "two\nlines"] },
  ],
  target: "ja/nein",
  task: "binary",
  id: null,
  time: null,
  timeUnique: false,
  positive: "yes",
  warnings: [],
  ambiguousDates: [],
};
const group = pack.groups.find((one) => takingOption(one, "file"));
const brought = (name: string, dataset: string, takes: "file" | "table", more: Answers = {}): Entry => ({
  part: "model",
  name,
  [group?.id ?? ""]: (group && takingOption(group, takes)?.id) ?? null,
  profile: { ...PROFILE, file: dataset, model: name, ...more },
});
const TABLE = {
  engine: "postgresql",
  url: null,
  table: "t",
  query: null,
  watermark: null,
  example: "postgresql://h/d",
};

const ENTRIES: readonly Entry[] = [
  { part: "model", name: "slow", dataset: "weather", interval: "week" },
  brought("churn", "customers", "file"),
  { part: "model", name: "churn_fast", dataset: "customers" },
  { part: "feature", name: "calendar" },
  brought("claims", "cases", "table", { source: TABLE }),
  { part: "pipeline", name: "export" },
  brought("fraud", "payments", "table", { source: TABLE }),
];
const base: Answers = { name: "rain", year: "2026" };
const withAdded = (count: number): Answers =>
  count === 0 ? base : { ...base, added: ENTRIES.slice(0, count) as unknown as Json };

it.each(ENTRIES.map(({ part, name }, at) => [`${part} ${name}`, at] as const))("%s", (_what, at) => {
  const whole = render(plan(select([pack], withAdded(at))));
  const project = sealedProject(whole, [pack]);
  if (project === undefined) throw new Error("the seal does not hold");
  expect(project.answers["added"]).toEqual(at === 0 ? undefined : ENTRIES.slice(0, at));
  expect(bytesOf(project.tree)).toEqual(bytesOf(whole));
  const before = select([pack], project.answers);
  const after = select([pack], withAdded(at + 1), before.added);
  const found = regrown({ ...project, root: "/", record: new Map() }, before, after);
  expect([...found.keys()]).toEqual([...whole.keys(), ...found.keys()].filter(unique).sort());
  expect(bytesOf(found)).toEqual(bytesOf(render(plan(select([pack], withAdded(at + 1))))));
  const same = [...found].filter(([path, file]) => project.tree.get(path) === file);
  expect(same.length, "most of it is taken over").toBeGreaterThan(whole.size - 12);
});

it("says who else brings a file, as planning all of it does", () => {
  const clash: Entry = { part: "feature", name: "twice" };
  const before = select([pack], { ...base, added: [clash] as unknown as Json });
  const project = sealedProject(render(plan(before)), [pack]);
  const after = select([pack], { ...base, added: [clash, clash] as unknown as Json });
  if (project === undefined) throw new Error("the seal does not hold");
  expect(() => regrown({ ...project, root: "/", record: new Map() }, before, after)).toThrow(
    expect.objectContaining({ code: "pack/owners", what: expect.stringContaining("part/feature:twice") }),
  );
});

const bytesOf = (tree: Tree): [string, string, number][] =>
  [...tree]
    .map(([path, { bytes, mode }]) => [path, Buffer.from(bytes).toString("latin1"), mode] as [string, string, number])
    .sort();
const unique = (path: string, at: number, all: readonly string[]): boolean => all.indexOf(path) === at;
