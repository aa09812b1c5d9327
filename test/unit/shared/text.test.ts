import { expect, test } from "vitest";
import { nodeOf, plain } from "../../../src/shared/doc.ts";
import { uniteLines } from "../../../src/shared/lines.ts";
import { fillProse } from "../../../src/shared/prose.ts";
import { readProse } from "../../../src/shared/prose-read.ts";
import { joinSections } from "../../../src/shared/sections.ts";
import { namesOf, partTokens, projectTokens, replacer } from "../../../src/shared/tokens.ts";
import { fill, hasHole } from "../../../src/shared/values.ts";

test("lines keep their order and come once, comments go with what they explain", () => {
  expect(uniteLines(["# data\n/data/\n.venv/\n", "# data again\n/data/\n\n# logs\n/logs/\n"])).toBe(
    "# data\n/data/\n.venv/\n\n# logs\n/logs/\n",
  );
});

test("sections go to the end, or to their mark", () => {
  expect(joinSections(["# A\n", "\n## B\n\n", "## C"])).toBe("# A\n\n## B\n\n## C\n");
  expect(joinSections(["# A\n\n<!-- sections -->\n\n## End\n", "## B\n"])).toBe("# A\n\n## B\n\n## End\n");
  expect(joinSections(["# A\n\n<!-- sections -->\n\n## End\n"])).toBe("# A\n\n## End\n");
});

test.each([
  "{{#if x}}a{{/if}}",
  "{{> part}}",
  "{{helper x}}",
  "{{../x}}",
  "{{@index}}",
  "{{x y=1}}",
  "{{{{raw}}}}{{{{/raw}}}}",
  "{{'text'}}",
  "{{this}}",
])("%s is refused in prose with its place", (text) => {
  expect(() => readProse(`line\n${text}`, "a.md.hbs")).toThrow(
    expect.objectContaining({ where: expect.stringMatching(/^a\.md\.hbs:2/) }),
  );
});

test("a missing value is an error, and prototypes hold no values", () => {
  for (const key of ["nothing", "constructor", "__proto__", "toString.name"]) {
    expect(() => fillProse(readProse(`{{ ${key} }}`, "t"), { a: "b" }, "t")).toThrow(/There is no value for/);
    expect(() => fill(nodeOf({ x: `{{ ${key} }}` }), { a: "b" }, "t")).toThrow(/There is no value for/);
  }
});

test("a string that is only a hole becomes the value with its type; an optional one without value goes away", () => {
  const values = { n: 3, list: [1, { a: true }], none: null };
  const node = nodeOf({
    a: "{{ n }}",
    b: "{{ list }}",
    c: "{{? none }}",
    d: ["{{? gone }}", "{{? n }}"],
    e: "{{ none }}",
    f: "x{{? gone }}",
  });
  expect(plain(fill(node, values, "t"))).toEqual({ a: 3, b: [1, { a: true }], d: [3], e: null, f: "x" });
});

test("GitHub's expressions are not ours", () => {
  expect(hasHole("${{ secrets.KEY }}")).toBe(false);
  expect(hasHole("{{ key }}")).toBe(true);
});

test.each([
  ["rain", "Rain", "rain", "rain"],
  ["rain-forecast", "Rain Forecast", "rain-forecast", "rain_forecast"],
  ["Rain in Zürich", "Rain in Zürich", "rain-in-zurich", "rain_in_zurich"],
  ['we "quote" & <b>\\', "We Quote B", "we-quote-b", "we_quote_b"],
])("%s has safe forms", (name, title, dist, pkg) => {
  expect(namesOf(name)).toEqual({ name, title, dist, package: pkg });
});

test("tokens are replaced in one pass, so a name may contain a token", () => {
  const tokens = partTokens(projectTokens(namesOf("my sample project")), "model", "sample_project");
  expect(replacer(tokens)("sample_project sample-project Sample Project sample_model")).toBe(
    "my_sample_project my-sample-project My Sample Project sample_project",
  );
});
