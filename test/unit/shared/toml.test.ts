import { parse } from "smol-toml";
import { expect, test } from "vitest";
import { printToml } from "../../../src/shared/toml.ts";
import { readToml } from "../../../src/shared/toml-read.ts";

const TEXT = `# What this is.

[project]
name = "a"  # the name
# Both ends.
dependencies = [
  "pandas>=3",  # frames
  # heavy
  "numpy",
]
lint.select = ["E", "F"]
when = 2026-01-02
long = """
two
lines"""
inline = { a = 1, "b c" = [1, 2] }

# A table.
[tool.uv]
x = 'literal \\d'

[[people]]
name = "first"

[[people]]
# The other.
name = "second"
`;

test("what is read is printed again as it was, comments and spelling too", () => {
  expect(printToml(readToml(TEXT))).toBe(TEXT);
});

test("printing changes spelling at most, never meaning, and is stable", () => {
  const odd = `b.c.d=1\n"x y".z=[ [1,2], ["a"], ]\n[a.b]\n[a]\nv=1_000\nw=0x1F\nu=1e3\n[q."r.s"]\nt="\\u00e9\\n"\nempty={}\nnone=[]\n[void]\n`;
  const printed = printToml(readToml(odd));
  expect(parse(printed)).toEqual(parse(odd));
  expect(printToml(readToml(printed))).toBe(printed);
});

test("a hash or bracket inside a string is no comment and no list", () => {
  const text = `a = "# [no] = {comment}" # yes\nb = ['#', "]", """x"] # y"""] \n`;
  expect(parse(printToml(readToml(text)))).toEqual(parse(text));
  expect(printToml(readToml(text))).toContain("# yes");
});

test("a list too long for a line has one item a line", () => {
  const items = Array.from({ length: 12 }, (_, index) => `"item-${index}-long"`);
  expect(printToml(readToml(`a = [${items.join(", ")}]\n`)).split("\n").length).toBe(15);
});
