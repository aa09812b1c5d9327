/** Flags of `survey --verify` that are refused before anything is started. */
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { run } from "./world.ts";

let cwd: string;
beforeEach(() => {
  cwd = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "verify-")));
});
afterEach(() => fs.rmSync(cwd, { recursive: true, force: true }));

it.each([
  [["--yes"], "Add --verify"],
  [["--python", "python3"], "Add --verify"],
  [["--limit", "3"], "Add --verify"],
  [["--verify", "--limit", "0"], "--limit takes whole seconds"],
  [["--verify", "--limit", "1e3"], "--limit takes whole seconds"],
  [["--verify", "--python", "nowhere/python"], "--python is no Python 3.8 or newer"],
  [["--verify", "--python", "."], "--python is no Python 3.8 or newer"],
])("%j is refused", async (argv, told) => {
  const { exit, err, out } = await run(cwd, ["survey", ...argv]);
  expect([exit, out]).toEqual([3, ""]);
  expect(err).toContain(told);
});
