/** What `characterize` runs in: a copy, which lacks what git ignores, what is large and what is secret, and says so. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { PYTHON } from "./with-pytest.ts";
import { type Ran, run } from "./world.ts";

let cwd: string;
beforeEach(() => {
  cwd = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "characterize-")));
  execFileSync("git", ["init", "-q"], { cwd });
});
afterEach(() => fs.rmSync(cwd, { recursive: true, force: true }));

const put = (path: string, content: string | Buffer): void => {
  fs.mkdirSync(dirname(join(cwd, path)), { recursive: true });
  fs.writeFileSync(join(cwd, path), content);
};
const characterize = (...argv: string[]): Promise<Ran> => run(cwd, ["characterize", ...argv, "--python", PYTHON]);
const plain = (text: string): string => text.replace(/\s+/g, " ");

it("lists what is not in the copy: ignored, large, secret; what a tool makes again is not told", async () => {
  put("old.py", "def f(): return 1\n");
  put(".gitignore", "raw/\n*.csv\n__pycache__/\n");
  for (const name of ["a", "b", "c", "d"]) put(`raw/${name}.dat`, "1");
  put("data/prices.csv", "1");
  put("data/big.bin", Buffer.alloc(20_000_001));
  put(".env", "KEY=1\n");
  put("deploy.pem", "x");
  put("__pycache__/old.pyc", "x");
  const { exit, err } = await characterize("old.py::f", "--case", "", "--yes");
  expect(exit).toBe(0);
  const told = plain(err);
  for (const one of ["raw/ (git ignores it)", "data/prices.csv (git ignores it)", "data/big.bin (20 MB: large data)"])
    expect(told).toContain(`Not in the copy: ${one}`);
  for (const one of [".env", "deploy.pem"]) expect(told).toContain(`Not in the copy: ${one} (settings of this machine`);
  expect(told).not.toContain("pycache");
  // Nor is what the first run left of itself.
  const again = await characterize("old.py::f", "--case", "", "--yes");
  expect(again.exit).toBe(0);
  expect(again.err).not.toContain(".ml-project");
});

it.each([
  ["a file that git ignores", "*.csv\n", "data/prices.csv"],
  ["a folder that git ignores", "data/\n", "data/prices.csv"],
])("pins nothing of a function that reads %s: the copy has no such file", async (_what, rule, path) => {
  put(".gitignore", rule);
  put(path, "1\n");
  put("old.py", `def f(): return open("${path}").read()\n`);
  const { exit, err } = await characterize("old.py::f", "--case", "", "--yes");
  expect([exit, plain(err)]).toEqual([
    3,
    expect.stringContaining(`it tried to read ${path}, which is not in the copy`),
  ]);
});
