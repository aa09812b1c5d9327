/** Migrations of a pack: what it moved, renamed and rewrote between two versions is no conflict, and nothing of a person's is lost. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Pack } from "../../src/types.ts";
import { snapshot } from "../support/snapshot.ts";
import { smallPack, smallPackTexts } from "../unit/small-pack.ts";
import { type Ran, run } from "./world.ts";

const LINES = Array.from({ length: 12 }, (_, at) => `line ${at}`);
const text = (at?: number, line = ""): string =>
  `${LINES.map((one, index) => (index === at ? line : one)).join("\n")}\n`;
const manifest = (version: string, migrations: string): string =>
  `${(smallPackTexts()["pack.yaml"] ?? "").replace("version: 1.0.0", `version: ${version}`)}migrations:\n${migrations}`;

const BEFORE = {
  "project/src/sample_project/a.py": text(),
  "project/src/sample_project/sub/b.py": text(),
  "project/src/sample_project/sub/c.py": "c\n",
  "project/conf.toml": "level = 'INFO'\nother = 1\n",
};
const AFTER = {
  "project/src/sample_project/core/a.py": text(9, "theirs"),
  "project/src/sample_project/parts/b.py": text(),
  "project/conf.toml": "level = 'info'\nother = 1\n",
};
const MIGRATIONS = `
  - to: 1.1.0
    because: the core has a folder of its own
    move:
      - { from: src/sample_project/a.py, to: src/sample_project/core/a.py }
      - { from: src/sample_project/sub, to: src/sample_project/parts }
    replace: [{ in: conf.toml, from: "'INFO'", to: "'info'" }]
  - to: 1.2.0
    because: a colour is a hue
    change: [{ key: colour, from: red, to: blue }]
  - to: 9.0.0
    because: it is not there yet
    move: [{ from: conf.toml, to: elsewhere.toml }]
`;

let cwd: string;
beforeEach(async () => {
  cwd = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "migrations-")));
  await run(cwd, [".", "--name", "rain", "--yes", "--no-install", "--no-git"], 80, [smallPack(BEFORE)]);
  git("init", "-q");
  commit();
});
afterEach(() => fs.rmSync(cwd, { recursive: true, force: true }));

const git = (...args: string[]): string =>
  execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.org", ...args], { cwd, encoding: "utf8" });
const commit = (): void => {
  git("add", "-A");
  git("commit", "-qm", "As it is", "--allow-empty");
};
const put = (path: string, body: string): void => {
  fs.mkdirSync(dirname(join(cwd, path)), { recursive: true });
  fs.writeFileSync(join(cwd, path), body);
};
const read = (path: string): string => fs.readFileSync(join(cwd, path), "utf8");
const there = (path: string): boolean => fs.existsSync(join(cwd, path));
const next = (): Pack => smallPack({ ...AFTER, "pack.yaml": manifest("1.2.0", MIGRATIONS) });
const update = (...argv: string[]): Promise<Ran> => run(cwd, ["update", "--yes", ...argv], 80, [next()]);

it("carries what was edited to where it lies now, whatever it looks like", async () => {
  put("src/rain/a.py", "# all of it is written anew\nmine = 1\n");
  put("src/rain/sub/b.py", text(3, "mine"));
  put("src/rain/sub/own.py", "own\n");
  put("conf.toml", "level = 'INFO'\nother = 2\n");
  commit();
  const before = snapshot(cwd);
  const { exit, out } = await update("--json");
  expect([exit, JSON.parse(out).conflicts]).toMatchObject([2, [{ path: "src/rain/core/a.py", kind: "lines" }]]);
  expect(read("src/rain/core/a.py")).toContain("mine = 1");
  expect([read("src/rain/parts/b.py"), read("conf.toml")]).toEqual([text(3, "mine"), "level = 'info'\nother = 2\n"]);
  expect([
    there("src/rain/a.py"),
    there("src/rain/sub/b.py"),
    there("src/rain/sub/c.py"),
    there("src/rain/parts/c.py"),
  ]).toEqual([false, false, false, false]);
  expect(read("src/rain/sub/own.py")).toBe("own\n");
  expect(read(".ml-project/answers.yaml")).toContain("colour: blue");
  expect(await update()).toMatchObject({ exit: 0, out: expect.stringContaining("Up to date") });
  expect(await run(cwd, ["undo", "--yes"], 80, [next()])).toMatchObject({ exit: 0, err: "" });
  expect(snapshot(cwd)).toEqual(before);
});

it("moves what nobody edited, and leaves deleted what was deleted", async () => {
  fs.rmSync(join(cwd, "src/rain/a.py"));
  commit();
  const { exit, out } = await update();
  expect([exit, out]).toEqual([0, expect.stringContaining("src/rain/core/a.py stays deleted")]);
  expect([there("src/rain/core"), there("src/rain/sub"), read("src/rain/parts/b.py")]).toEqual([false, false, text()]);
});

it("touches no file with changes that are not committed", async () => {
  put("src/rain/sub/b.py", text(3, "mine"));
  const before = snapshot(cwd);
  expect(await update()).toMatchObject({ exit: 3, err: expect.stringContaining("src/rain/sub/b.py") });
  expect(snapshot(cwd)).toEqual(before);
});

it("renames questions and settles new ones", async () => {
  const renamed = smallPackTexts();
  const pack = smallPack({
    "pack.yaml": `${(renamed["pack.yaml"] ?? "").replace("version: 1.0.0", "version: 2.0.0").replace("id: problem,", "id: question,")}migrations:
  - to: 2.0.0
    because: it asks otherwise
    rename: [{ from: problem, to: question }]
    set: [{ key: target, value: price }]
`,
    "project/README.md.hbs": "# {{ title }}\n\n{{ question }}\n",
  });
  put(".ml-project/answers.yaml", read(".ml-project/answers.yaml").replace('problem: ""', "problem: Will it rain?"));
  expect(await run(cwd, ["update", "--yes"], 80, [smallPack(BEFORE)])).toMatchObject({ exit: 0 });
  commit();
  expect(await run(cwd, ["update", "--yes"], 80, [pack])).toMatchObject({ exit: 0, err: "" });
  expect(read("README.md")).toBe("# Rain\n\nWill it rain?\n");
  expect(read(".ml-project/answers.yaml")).toMatch(/question: "Will it rain\?"\ntarget: price\n/);
});
