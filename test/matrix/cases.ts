import { spawnSync } from "node:child_process";
import { expect } from "vitest";
import { select } from "../../src/options/select.ts";
import { readPack } from "../../src/packs/load.ts";
import { plan } from "../../src/plan.ts";
import { render } from "../../src/render.ts";
import type { Answers, Plan, Tree } from "../../src/types.ts";
import { templates } from "../support/places.ts";
import { answersOf, type Combination } from "./combinations.ts";
import { judge, refused } from "./oracle.ts";
import { asTable, ownAnswers } from "./own-files.ts";
import { text } from "./per-file.ts";
import { quickTree } from "./quick.ts";

export const pack = await readPack(templates);
const own = await ownAnswers();
export const common: Answers = {
  name: "matrix-case",
  problem: "Who calls whom, and what an error costs",
  year: "2026",
};

/** Databases that a table can be in. */
const engines = pack.groups.flatMap((group) =>
  group.options.filter((option) => option.source).map((option) => `${group.id}/${option.id}`),
);

/** A file is one option and three tasks, a table as many as there are databases; each is a case of its own. */
export function casesOf(combination: Combination): [title: string, answers: Answers][] {
  const { data } = combination.choices;
  const binary = own.get("binary") ?? {};
  const variants: [string, Answers][] =
    data === "weather"
      ? [["sample", {}]]
      : data === "table"
        ? engines.map((engine) => [engine, asTable(engine, binary)])
        : [...own];
  return variants.map(([kind, more]) => [
    `${combination.title} (${kind})`,
    answersOf(combination, { ...common, ...more }),
  ]);
}

const planOf = (answers: Answers): Plan => plan(select([pack], answers));
export const make = (answers: Answers): Tree => render(planOf(answers));
export const makeQuickly = (answers: Answers): Tree => quickTree(planOf(answers));

/** Renders and judges; what the oracle says is refused must be refused. Gathers the Python on its way. */
export function check(answers: Answers, python: Set<string>, rendered = make): void {
  if (refused(answers)) {
    expect(() => rendered(answers)).toThrow(/can't go with/);
    return;
  }
  const tree = rendered(answers);
  const wrong = judge(answers, tree);
  if (wrong.length > 0) expect(wrong, JSON.stringify(answers)).toEqual([]);
  for (const path of tree.keys()) if (path.endsWith(".py")) python.add(text(tree, path));
}

/** All Python that was gathered parses. */
export function expectPython(python: ReadonlySet<string>): void {
  expect(python.size).toBeGreaterThan(20);
  const script = "import ast, json, sys\nfor text in json.load(sys.stdin): ast.parse(text)";
  const { status, stderr } = spawnSync("python3", ["-c", script], { input: JSON.stringify([...python]) });
  expect(status, String(stderr)).toBe(0);
}
