import fc from "fast-check";
import { expect, test } from "vitest";
import { select } from "../../src/options/select.ts";
import { plan } from "../../src/plan.ts";
import { render } from "../../src/render.ts";
import { rerender } from "../../src/rerender.ts";
import type { Answers, Tree } from "../../src/types.ts";
import { smallPack, textIn } from "./small-pack.ts";

const SHARED = {
  "project/pyproject.toml":
    '[project]\nname = "{{ dist }}"\ndescription = "{{ description }}"\ndependencies = ["pandas>=3"]\n',
  "project/.gitignore": "/data/\n",
  "options/colour/red/shared/pyproject.toml": '[project]\ndependencies = ["red>=1"]\n',
  "options/colour/red/shared/.gitignore": "/red/\n",
  "options/colour/red/README.md": "## Red in Sample Project\n",
  "options/colour/any/files/colours.txt": "any\n",
  "options/helper/one/shared/pyproject.toml": '[project]\ndependencies = ["a-one>=1"]\n',
  "options/helper/one/with/colour.red/files/both.txt": "one and red\n",
  "options/helper/two/option.yaml":
    "label: Two\nhint: second\nenv:\n  - { name: TWO_KEY, example: abc, why: Lets two in. }\n",
  "options/helper/two/shared/.gitignore": "/two/\n/data/\n",
  "parts/model/files/src/sample_project/models/sample_model/params.toml":
    'name = "sample_model"\ntarget = "{{ target }}"\nid = "{{? nothing }}"\n',
  "options/colour/blue/option.yaml": 'label: Blue\nhint: cold\nparts:\n  - { part: model, name: "{{ target }}" }\n',
};

const pack = smallPack(SHARED);
const made = (answers: Answers): Tree => render(plan(select([pack], { name: "my rain", target: "wet", ...answers })));

test("sources of a path come together: requirements, lines, sections, pairs, variables", () => {
  const tree = made({});
  expect(textIn(tree, "pyproject.toml")).toBe(
    '[project]\nname = "my-rain"\ndescription = "My Rain: trains, predicts and reports by itself."\ndependencies = ["a-one>=1", "pandas>=3", "red>=1"]\n',
  );
  expect(textIn(tree, ".gitignore")).toBe("/data/\n\n/red/\n\n/two/\n");
  expect(textIn(tree, "README.md")).toContain("horizon.*\n\n## Red in My Rain\n");
  expect(textIn(tree, "both.txt")).toBe("one and red\n");
  expect(textIn(tree, ".env.example")).toBe("# Lets two in.\nTWO_KEY=abc\n");
  expect(textIn(tree, "src/my_rain/__init__.py")).toBe('"""My Rain."""\n');
  expect(tree.get("pyproject.toml")?.owner).toBe("small:project + colour/red + helper/one");
});

test("what is not chosen leaves nothing, and a part gets its name in path and text", () => {
  const tree = made({ colour: "blue", helper: [] });
  expect([...tree.keys()].filter((path) => /both|red/.test(path))).toEqual([]);
  expect(textIn(tree, "src/my_rain/models/wet/params.toml")).toBe('name = "wet"\ntarget = "wet"\n');
});

test("any order of answers gives identical bytes", () => {
  const all: [string, Answers[string]][] = [
    ["colour", "red"],
    ["helper", ["one", "two"]],
    ["problem", "p"],
    ["interval", "week"],
    ["target", "t"],
  ];
  const expected = bytesOf(made(Object.fromEntries(all)));
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), fc.boolean(), (entries, turned) => {
      const answers = Object.fromEntries(
        entries.map(([key, value]) => [key, turned && Array.isArray(value) ? [...value].reverse() : value]),
      );
      expect(bytesOf(made(answers))).toBe(expected);
    }),
    { numRuns: 8 },
  );
});

test("rendering again from answers and lock gives identical bytes, whatever the answers hold", () => {
  const text = fc.array(
    fc.constantFrom('"', "'", "&", "$&", "\\", "{{ name }}", "sample_project", "\n", "# ", ": ", "雨", " ", "x", "- "),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(text, fc.constantFrom("red", "blue"), (parts, colour) => {
      const problem = parts.join("");
      const tree = made({ problem, colour });
      expect(textIn(tree, "README.md")).toContain(problem.trim());
      expect(bytesOf(rerender(tree, [pack]))).toBe(bytesOf(tree));
    }),
    { numRuns: 12 },
  );
});

test("another pack than the locked one is refused before anything is rendered", () => {
  const changed = smallPack({ ...SHARED, "project/x.txt": "x" });
  expect(() => rerender(made({}), [changed])).toThrow(expect.objectContaining({ code: "pack/hash" }));
});

test("two owners of one file are refused by name, as are answers that lead out of the project", () => {
  const two = smallPack({ "options/helper/one/files/x.txt": "1", "options/helper/two/files/x.txt": "2" });
  expect(() => plan(select([two], { name: "x" }))).toThrow(/helper\/one and helper\/two both write x\.txt/);
  for (const target of ["../../x", "a/../../b", "C:x", "aux", ".git"]) {
    expect(() => made({ colour: "blue", target })).toThrow(expect.objectContaining({ code: "pack/path" }));
  }
});

test("a fragment of a file that can't be merged is refused with its owners", () => {
  const odd = smallPack({ "project/run.sh": "a\n", "options/colour/red/shared/run.sh": "b\n" });
  expect(() => render(plan(select([odd], { name: "x" })))).toThrow(/Several sources of run\.sh can't be merged/);
});

function bytesOf(tree: Tree): string {
  return JSON.stringify(
    [...tree].map(([path, { bytes, mode, owner }]) => [path, mode, owner, Buffer.from(bytes).toString("base64")]),
  );
}
