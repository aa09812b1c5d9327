import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readPackSync } from "../../src/packs/load.ts";
import { smallPackTexts } from "../unit/small-pack.ts";

let dir = "";

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "pack-"));
  for (const [path, text] of Object.entries(smallPackTexts())) {
    mkdirSync(join(dir, path, ".."), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

test("a folder is read; what tools leave there, and tests of options, are no part of it", () => {
  const { hash } = readPackSync(dir);
  mkdirSync(join(dir, "project/src/__pycache__"));
  writeFileSync(join(dir, "project/src/__pycache__/a.pyc"), "x");
  writeFileSync(join(dir, "options/colour/red/option.test.ts"), "x");
  expect(readPackSync(dir).hash).toBe(hash);
});

test.each([
  ["a file outside", "/etc/hostname", "project/link.txt"],
  ["a folder outside", "/etc", "project/link"],
  ["nothing", "/no/such/thing", "project/link.txt"],
  ["a file inside", "pack.yaml", "link.yaml"],
])("a link to %s is refused, not followed", (_name, to, at) => {
  symlinkSync(to, join(dir, at));
  expect(() => readPackSync(dir)).toThrow(
    expect.objectContaining({ code: "pack/link", where: expect.stringContaining(at) }),
  );
});

test("a folder that is not there is refused with its name", () => {
  expect(() => readPackSync(join(dir, "none"))).toThrow(expect.objectContaining({ code: "pack/folder" }));
});
