import { expect, it } from "vitest";
import { globbed } from "../../../src/packs/glob.ts";

it.each([
  ["a.txt", ["a.txt"], ["b.txt", "d/a.txt", "a.txt/x", "aXtxt"]],
  ["*.txt", ["a.txt", ".txt"], ["d/a.txt", "a.txt.md"]],
  ["**/*.txt", ["a.txt", "d/a.txt", "d/e/a.txt"], ["a.md", "d/a.txt/x"]],
  ["d/**", ["d/a", "d/e/a"], ["d", "e/d/a"]],
  ["**", ["a", "d/e/a"], []],
  ["d/**/a", ["d/a", "d/e/a", "d/e/f/a"], ["d/a/b", "a"]],
  ["**/d/*/a?.py", ["d/x/ab.py", "e/f/d/x/ab.py", "d/d/x/ab.py"], ["d/ab.py", "d/x/y/ab.py", "d/x/a.py"]],
  ["a+(b)[c]", ["a+(b)[c]"], ["aab"]],
])("%s is of the files that a person means", (glob, yes, no) => {
  const { test } = globbed(glob);
  expect([yes.filter((path) => !test(path)), no.filter((path) => test(path))]).toEqual([[], []]);
});

it("a glob that asks for years of trying is done at once", () => {
  expect(globbed(`${"**/a*a*a*".repeat(40)}/b`).test(`${"aaaaaaaa/".repeat(60)}c`)).toBe(false);
  expect(globbed(`${"*a".repeat(60)}b`).test("a".repeat(250))).toBe(false);
});
