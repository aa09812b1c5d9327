import { expect, test } from "vitest";
import { parse } from "yaml";
import { nodeOf } from "../../../src/shared/doc.ts";
import { printYaml } from "../../../src/shared/yaml.ts";
import { readYaml } from "../../../src/shared/yaml-read.ts";

const TEXT = `# What this is.

name: CI  # shown
on: [push, pull_request]

# Jobs.
jobs:
  # One.
  test:
    runs-on: 'ubuntu-latest'
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      # Install.
      - run: |
          uv sync
            --frozen
      - name: Key \${{ secrets.X }}
    empty: {}
    none: []
`;

test("what is read is printed again as it was, comments and blocks too", () => {
  expect(printYaml(readYaml(TEXT))).toBe(TEXT);
});

test("printing keeps the meaning of folded blocks, quotes and several lines", () => {
  const odd =
    "a: >\n  folded\n  text\n\n  more\nb: 'it''s'\nc: one\n  two\nd: |+\n  kept\n\ne: [1, {x: y}]\n? f\n: g\n";
  const printed = printYaml(readYaml(odd));
  expect(parse(printed)).toEqual(parse(odd));
  expect(printYaml(readYaml(printed))).toBe(printed);
});

test.each([
  ["an anchor", "a: &x 1\nb: 2\n"],
  ["an alias bomb", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"],
  ["a tag", "a: !!python/object:os.system ls\n"],
  ["a second document", "a: 1\n---\nb: 2\n"],
  ["a key twice", "a: 1\na: 2\n"],
])("%s is refused with its place", (_name, text) => {
  expect(() => readYaml(text)).toThrow(
    expect.objectContaining({ line: expect.any(Number), column: expect.any(Number) }),
  );
});

test("strings that YAML 1.1 or 1.2 takes for something else are quoted", () => {
  const values = [
    "yes",
    "No",
    "null",
    "~",
    "1.5",
    "0x1F",
    "1:30",
    "2026-01-02",
    "",
    " x",
    "x ",
    "a: b",
    "a #b",
    "- a",
    "1e3",
    ".inf",
    "=",
    "<<",
  ];
  const text = printYaml(nodeOf({ values }));
  for (const version of ["1.1", "1.2"] as const) expect(parse(text, { version })).toEqual({ values });
});

test("numbers come back as numbers, in YAML 1.1 too", () => {
  const values = [0, -1.5, 1e21, 1e-7, 123456789012345, -2.5e-10];
  const text = printYaml(nodeOf({ values }));
  for (const version of ["1.1", "1.2"] as const) expect(parse(text, { version })).toEqual({ values });
  expect(text).toContain("1.0e+21");
});

test("characters that a person or PyYAML would not see as they are come out as escapes", () => {
  const hidden = "a\u2028b\u2029c\u0085d\ufeffe\u0000f\u007fg";
  const text = printYaml(nodeOf({ hidden, lines: `one\n${hidden}` }));
  expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u2028\u2029\ufeff]/u);
  expect(parse(text)).toEqual({ hidden, lines: `one\n${hidden}` });
});
