/** `update`: what a person wrote and what the template changed, merged; the hard cases, one each. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { dirname, join } from "node:path";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { snapshot } from "../support/snapshot.ts";
import { smallPack } from "../unit/small-pack.ts";
import { type Ran, run } from "./world.ts";

const LINES = Array.from({ length: 30 }, (_, at) => `line ${at}`);
const text = (...changes: readonly [number, string][]): string =>
  `${LINES.map((line, at) => changes.find(([number]) => number === at)?.[1] ?? line).join("\n")}\n`;
const code = (name: string): string =>
  `${Array.from({ length: 20 }, (_, at) => `def ${name}_${at}():\n    return ${at}`).join("\n\n\n")}\n`;

let cwd: string;
beforeEach(() => {
  cwd = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "update-")));
});
afterEach(() => fs.rmSync(cwd, { recursive: true, force: true }));

type Texts = Readonly<Record<string, string>>;
const project = (files: Texts): ReturnType<typeof smallPack> =>
  smallPack(Object.fromEntries(Object.entries(files).map(([path, body]) => [path.includes("/") && /^(?:options|pack)/.test(path) ? path : `project/${path}`, body])));
const git = (...args: string[]): string =>
  execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.org", ...args], { cwd, encoding: "utf8" });
const commit = (): void => {
  git("add", "-A");
  git("commit", "-qm", "As it is", "--allow-empty");
};
const put = (path: string, body: string | Uint8Array): void => {
  fs.mkdirSync(dirname(join(cwd, path)), { recursive: true });
  fs.writeFileSync(join(cwd, path), body);
};
const read = (path: string): string => fs.readFileSync(join(cwd, path), "utf8");
const there = (path: string): boolean => fs.existsSync(join(cwd, path));

/** A project of the first files, committed. */
async function made(files: Texts): Promise<void> {
  fs.mkdirSync(cwd, { recursive: true });
  const { exit, err } = await run(cwd, [".", "--name", "rain", "--yes", "--no-install", "--no-git"], 80, [project(files)]);
  expect([exit, err]).toEqual([0, ""]);
  git("init", "-q");
  commit();
}
const update = (files: Texts, ...argv: string[]): Promise<Ran> => run(cwd, ["update", "--yes", ...argv], 80, [project(files)]);

describe("what only one side changed", () => {
  it("is taken from it", async () => {
    await made({ "a.txt": text(), "b.txt": text(), "old.txt": "old\n" });
    put("b.txt", text([3, "mine"]));
    commit();
    const { exit, out } = await update({ "a.txt": text([5, "theirs"]), "b.txt": text(), "new.txt": "new\n" });
    expect([exit, out]).toEqual([0, expect.stringContaining("written")]);
    expect([read("a.txt"), read("b.txt"), read("new.txt"), there("old.txt")]).toEqual([
      text([5, "theirs"]),
      text([3, "mine"]),
      "new\n",
      false,
    ]);
    const before = snapshot(cwd);
    expect(await update({ "a.txt": text([5, "theirs"]), "b.txt": text(), "new.txt": "new\n" })).toMatchObject({ exit: 0 });
    expect(snapshot(cwd)).toEqual(before);
  });
});

describe("what both changed", () => {
  it("is merged where the lines are apart", async () => {
    await made({ "a.txt": text() });
    put("a.txt", text([3, "mine"]));
    commit();
    expect(await update({ "a.txt": text([20, "theirs"]) })).toMatchObject({ exit: 0, err: "" });
    expect(read("a.txt")).toBe(text([3, "mine"], [20, "theirs"]));
  });

  it("stands between markers where it is the same lines, with both owners named", async () => {
    await made({ "a.txt": text() });
    put("a.txt", text([3, "mine"]));
    commit();
    const { exit, out } = await update({ "a.txt": text([3, "theirs"]) });
    expect(exit).toBe(2);
    expect(out).toMatch(/a\.txt: you and the template changed the same lines; .* that of small:project/);
    expect(read("a.txt")).toBe(text([3, "<<<<<<< yours\nmine\n=======\ntheirs\n>>>>>>> template-0.1.0"]));
  });
});
