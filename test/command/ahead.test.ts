/** What is composed when the pack is compiled is what would be composed at run time. */
import { expect, test } from "vitest";
import { aheadOf, keyOf } from "../../src/ahead.ts";
import { withAhead } from "../../src/build/ahead.ts";
import { select } from "../../src/options/select.ts";
import { builtinPack } from "../../src/packs/builtin.ts";
import { compilePack, revivePack } from "../../src/packs/compiled.ts";
import { plan } from "../../src/plan.ts";
import { render } from "../../src/render.ts";
import { formatOf } from "../../src/shared/structured.ts";
import type { Answers, Tree } from "../../src/types.ts";
import { combinations } from "../matrix/combinations.ts";

const sources = builtinPack();
const compiled = revivePack(Buffer.from(compilePack(withAhead(sources))));
const name = "rain";

/** Paths of which two trees have other bytes. */
function differences(answers: Answers): string[] {
  const made = (pack: typeof sources): Tree => render(plan(select([pack], { name, year: "2026", ...answers })));
  const [now, before] = [made(sources), made(compiled)];
  expect([...before.keys()]).toEqual([...now.keys()]);
  return [...now].flatMap(([path, { bytes }]) =>
    Buffer.compare(bytes, before.get(path)?.bytes ?? new Uint8Array()) === 0 ? [] : [path],
  );
}

test("every document of the default project is ready", () => {
  const selection = select([compiled], { name });
  const ahead = aheadOf(selection);
  const late = [...plan(selection).paths].filter(
    ([path, from]) => formatOf(path) && !ahead?.documents.has(keyOf(from)),
  );
  expect(late.map(([path]) => path)).toEqual([]);
});

test.each<[string, Answers]>([
  ["the shortest name", { name: "a" }],
  ["the longest name", { name: "a".repeat(60) }],
  ["a title that is not plain", { name: "QXQ ü \ue000 rain" }],
  ["a description that needs quotes", { description: 'a "b": {{ title }} \\ # $& sample_project' }],
  ["a description that YAML takes for something else", { description: "yes" }],
  ["several lines", { description: "one\ntwo\n", problem: "one\n\ntwo" }],
  [
    "a module that is mounted in another repository",
    {
      mount: {
        ...{ home: "ml", package: "src/shop/ml", module: "shop.ml", tests: "tests/ml", docs: "docs/ml", leaf: "ml" },
        ...{ name: "shop_ml", install: "uv sync --extra ml", joins: { "ci/github": ".github/workflows" } },
      },
      added: [{ part: "mounted", name: "ml" }],
    },
  ],
  ["another interval", { interval: "30 6 * * 1", author: "'" }],
])("%s gives the same bytes", (_title, answers) => {
  expect(differences(answers)).toEqual([]);
});

test("so do other selections", () => {
  const own = sources.groups.flatMap(({ options }) => options.filter((one) => one.takes).map(({ id }) => id));
  const choices = combinations(sources)
    .map((combination) => combination.choices)
    .filter((chosen) => !Object.values(chosen).some((id) => own.includes(String(id))));
  // Some, spread over all by a prime: the product of the groups grows with each new option.
  const some = Array.from({ length: 60 }, (_none, at) => choices[(at * 7919) % choices.length] ?? {});
  const valid = some.filter(isPossible);
  expect(valid.length).toBeGreaterThan(5);
  expect(valid.flatMap(differences)).toEqual([]);
});

/** Options may contradict each other, or need more than an answer. */
function isPossible(answers: Answers): boolean {
  try {
    render(plan(select([sources], { name, ...answers })));
    return true;
  } catch {
    return false;
  }
}
