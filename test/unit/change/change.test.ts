import { expect, test } from "vitest";
import { changeInto } from "../../../src/change/change.ts";
import type { Tree } from "../../../src/types.ts";
import { filesOf } from "../small-pack.ts";

const tree: Tree = new Map(
  [
    ...filesOf({ "README.md": "# Ours\n", LICENSE: "MIT\n", ".gitignore": "/data/\n.venv/\n", "src/a.py": "x = 1\n" }),
  ].map(([path, file]) => [path, { ...file, owner: "o" }]),
);

const into = async (existing: Readonly<Record<string, string>>) =>
  (await changeInto(tree, filesOf(existing))).operations;
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test("into an empty folder everything is added", async () => {
  expect((await into({})).map(({ op, path }) => `${op} ${path}`)).toEqual([
    "add README.md",
    "add LICENSE",
    "add .gitignore",
    "add src/a.py",
  ]);
});

test("a person's README and licence are kept, under whatever name, and the difference is shown", async () => {
  const operations = await into({ "readme.rst": "Mine\n", "LICENCE.txt": "Own\n" });
  expect(operations.slice(0, 2).map(({ op, path }) => `${op} ${path}`)).toEqual([
    "keep readme.rst",
    "keep LICENCE.txt",
  ]);
  expect(operations[0]).toMatchObject({ diff: expect.stringContaining("-Mine\n+# Ours\n") });
});

test(".gitignore keeps every line of the person and gets the ones it lacks, with their line endings", async () => {
  for (const end of ["\n", "\r\n"]) {
    const before = ["# mine", "secret", "", ".venv/", ""].join(end);
    const change = (await into({ ".gitignore": before })).find(({ path }) => path === ".gitignore");
    if (change?.op !== "replace") throw new Error("no replace");
    expect(text(change.file.bytes)).toBe(`${before}${end}/data/${end}`);
    expect(change.diff).toContain("+/data/");
  }
});

test("a .gitignore without an end of line, and one that has all lines", async () => {
  const [only] = (await into({ ".gitignore": "secret" })).filter(({ path }) => path === ".gitignore");
  expect(only?.op === "replace" && text(only.file.bytes)).toBe("secret\n\n/data/\n.venv/\n");
  expect((await into({ ".gitignore": ".venv/\n/data/\n# x\n" })).some(({ path }) => path === ".gitignore")).toBe(false);
});

test("a file that is as wanted needs nothing", async () => {
  expect((await into({ "src/a.py": "x = 1\n" })).some(({ path }) => path === "src/a.py")).toBe(false);
});
