/** `fleet`: many projects to one table; a broken one is a row of it. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { snapshot } from "../support/snapshot.ts";
import { smallPack } from "../unit/small-pack.ts";
import { type Ran, run } from "./world.ts";

const BEFORE = smallPack({ "project/a.txt": "a\n" });
const NEXT = smallPack({ "project/a.txt": "b\n" });
let home: string;
const git = (name: string): void => {
  for (const words of [
    ["init", "-q"],
    ["add", "-A"],
    ["commit", "-qm", "As it is"],
  ])
    execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.org", ...words], {
      cwd: join(home, "all", name),
    });
};
const make = async (name: string, packs: readonly ReturnType<typeof smallPack>[], ...more: string[]): Promise<void> => {
  const argv = [name, "--name", "rain", "--yes", "--no-install", "--no-git", ...more];
  expect(await run(join(home, "all"), argv, 80, packs)).toMatchObject({ exit: 0, err: "" });
};
const fleet = (...argv: string[]): Promise<Ran> => run(home, ["fleet", ...argv], 100, [NEXT]);

beforeAll(async () => {
  home = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "fleet-")));
  fs.mkdirSync(join(home, "all", "no-project"), { recursive: true });
  fs.mkdirSync(join(home, "acme"));
  fs.writeFileSync(
    join(home, "acme/pack.yaml"),
    'name: acme\nversion: 1.0.0\ngenerator: ">=0.1 <1"\ndescription: x\npolicies:\n  - { id: legal, because: x, files: [legal.md] }\n',
  );
  await make("new", [NEXT]);
  await make("old", [BEFORE]);
  await make("odd", [BEFORE]);
  await make("strict", [NEXT], "--pack", "../acme");
  await make("torn", [NEXT]);
  fs.writeFileSync(join(home, "all/odd/a.txt"), "mine\n");
  for (const name of ["new", "old", "odd", "strict", "torn"]) git(name);
  fs.writeFileSync(join(home, "all/torn/.ml-project/lock.json"), "{");
});
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

it("tells who is behind, who conflicts, which policy fails, and what is broken; and writes nothing", async () => {
  const before = snapshot(join(home, "all"));
  const { exit, out } = await fleet("all", "--json");
  expect([exit, JSON.parse(out)]).toMatchObject([
    2,
    {
      projects: [
        { name: "new", state: "clean", changes: 0 },
        { name: "odd", state: "conflict", behind: true, edited: 1, conflicts: ["a.txt"] },
        { name: "old", state: "update", behind: true, changes: 1, conflicts: [] },
        { name: "strict", state: "findings", policies: ["legal"] },
        { name: "torn", state: "broken", why: "This lock can't be read" },
      ],
      policies: { legal: 1 },
    },
  ]);
  const { out: table } = await fleet("all");
  expect(table).toMatch(/✗ odd +behind; an update changes \d files?; conflicts in a\.txt/);
  expect(table).toMatch(/✗ torn +This lock can't be read/);
  expect(table).toContain("5 projects: 1 clean, 2 to update (1 with conflicts), 1 with findings, 1 broken.");
  expect(table).toContain("Policies that fail most: legal (1)");
  expect(snapshot(join(home, "all"))).toEqual(before);
});

it("takes a list, whose paths are relative to it", async () => {
  fs.writeFileSync(join(home, "list.txt"), "# ours\nall/new\n\nall/nowhere\n");
  const { exit, out } = await fleet("list.txt", "--json");
  expect([exit, JSON.parse(out).projects]).toMatchObject([
    2,
    [{ state: "clean" }, { name: "all/nowhere", state: "broken" }],
  ]);
  fs.writeFileSync(join(home, "list.txt"), "all/new\n");
  expect((await fleet("list.txt")).exit).toBe(0);
});

it("needs a project", async () => {
  expect(await fleet("acme")).toMatchObject({ exit: 3, err: expect.stringContaining("No project of ours") });
  expect(await fleet("nothing")).toMatchObject({ exit: 3, err: expect.stringContaining("No project of ours") });
});
