/** `update` where git is set up oddly, where a project lies oddly, and where it is stopped half-way. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { builtinPack } from "../../src/packs/builtin.ts";
import { snapshot } from "../support/snapshot.ts";
import { smallPack } from "../unit/small-pack.ts";
import { type Ran, run } from "./world.ts";

const LINES = Array.from({ length: 12 }, (_, at) => `line ${at}`);
const text = (at?: number, line = ""): string =>
  `${LINES.map((one, index) => (index === at ? line : one)).join("\n")}\n`;
const BEFORE = { "project/a.txt": text(), "project/b.txt": text() };
const NEXT = { "project/a.txt": text(9, "theirs"), "project/b.txt": text(), "project/c.txt": "new\n" };

let home: string;
beforeEach(() => {
  home = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "around-")));
});
afterEach(() => fs.rmSync(home, { recursive: true, force: true }));

const git = (cwd: string, ...args: string[]): string =>
  execFileSync(
    "git",
    ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "protocol.file.allow=always", ...args],
    {
      cwd,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
const commit = (cwd: string): void => {
  git(cwd, "add", "-A");
  git(cwd, "commit", "-qm", "As it is");
};
const create = async (cwd: string): Promise<void> => {
  fs.mkdirSync(cwd, { recursive: true });
  const argv = [".", "--name", "rain", "--yes", "--no-install", "--no-git"];
  expect(await run(cwd, argv, 80, [smallPack(BEFORE)])).toMatchObject({ exit: 0, err: "" });
};
const update = (cwd: string, ...argv: string[]): Promise<Ran> =>
  run(cwd, ["update", "--yes", ...argv], 80, [smallPack(NEXT)]);
const edit = (cwd: string): void => fs.writeFileSync(join(cwd, "a.txt"), text(2, "mine"));
const MERGED = text(2, "mine").replace("line 9", "theirs");
const merged = (cwd: string): void => {
  expect(fs.readFileSync(join(cwd, "a.txt"), "utf8")).toBe(MERGED);
  expect(fs.readFileSync(join(cwd, "c.txt"), "utf8")).toBe("new\n");
};
/** A project with an edit, committed. */
async function made(cwd: string): Promise<void> {
  await create(cwd);
  edit(cwd);
  if (!fs.existsSync(join(cwd, ".git"))) git(cwd, "init", "-q");
  commit(cwd);
}

describe("where it lies", () => {
  it("31: in a folder of a bigger repository, whose other files are left alone", async () => {
    const cwd = join(home, "deep", "rain");
    git(home, "init", "-q");
    fs.writeFileSync(join(home, "a.txt"), "of the repository\n");
    await create(cwd);
    edit(cwd);
    commit(home);
    fs.writeFileSync(join(home, "a.txt"), "dirty\n");
    expect(await update(cwd)).toMatchObject({ exit: 0, err: "" });
    merged(cwd);
    expect(
      git(home, "status", "--porcelain")
        .split("\n")
        .map((line) => line.slice(3))
        .filter(Boolean)
        .sort(),
    ).toEqual([
      "a.txt",
      "deep/rain/.ml-project/base.tar",
      "deep/rain/.ml-project/lock.json",
      "deep/rain/a.txt",
      "deep/rain/c.txt",
    ]);
  });

  it("32: in a worktree, and in a submodule", async () => {
    const [main, tree, outer] = [join(home, "main"), join(home, "tree"), join(home, "outer")];
    await made(main);
    git(main, "worktree", "add", "-q", "-b", "other", tree);
    expect(await update(tree)).toMatchObject({ exit: 0, err: "" });
    merged(tree);
    fs.mkdirSync(outer);
    git(outer, "init", "-q");
    git(outer, "submodule", "add", "-q", main, "sub");
    expect(await update(join(outer, "sub"))).toMatchObject({ exit: 0, err: "" });
    merged(join(outer, "sub"));
  });

  it("no repository, nothing committed, no project: each is said with the way out", async () => {
    await create(join(home, "rain"));
    const ran = await update(join(home, "rain"));
    expect([ran.exit, ran.err]).toEqual([
      3,
      expect.stringMatching(/no git repository[\s\S]+git init && git add --all/),
    ]);
    expect(await update(home)).toMatchObject({ exit: 3, err: expect.stringContaining("in no project") });
  });

  it("in the middle of a merge it is refused", async () => {
    const cwd = join(home, "rain");
    await made(cwd);
    git(cwd, "checkout", "-q", "-b", "other");
    fs.writeFileSync(join(cwd, "a.txt"), text(2, "other"));
    commit(cwd);
    git(cwd, "checkout", "-q", "-");
    fs.writeFileSync(join(cwd, "a.txt"), text(2, "third"));
    commit(cwd);
    expect(() => git(cwd, "merge", "-q", "other")).toThrow();
    expect(await update(cwd)).toMatchObject({ exit: 3, err: expect.stringContaining("in the middle of a merge") });
  });
});

describe("how git is set up", () => {
  it("34, 35: neither settings nor hooks of the user's have a say, and git's own folder is as it was", async () => {
    const cwd = join(home, "rain");
    await made(cwd);
    const settings = {
      "diff.noprefix": "true",
      "diff.mnemonicPrefix": "true",
      "diff.external": "/bin/false",
      "diff.renames": "false",
      "merge.renames": "false",
      "merge.conflictStyle": "diff3",
      "merge.ff": "only",
      "apply.whitespace": "fix",
      "core.autocrlf": "true",
      "commit.gpgsign": "true",
      "core.hooksPath": "hooks",
      "core.fsmonitor": join(cwd, "hooks", "fsmonitor"),
    };
    fs.mkdirSync(join(cwd, "hooks"));
    for (const hook of ["pre-commit", "post-checkout", "pre-merge-commit", "post-index-change", "fsmonitor"])
      fs.writeFileSync(join(cwd, "hooks", hook), `#!/bin/sh\ntouch ${join(home, "ran")}\nexit 1\n`, { mode: 0o755 });
    commit(cwd);
    for (const [key, value] of Object.entries(settings)) git(cwd, "config", key, value);
    const before = snapshot(join(cwd, ".git"));
    expect(await update(cwd)).toMatchObject({ exit: 0, err: "" });
    merged(cwd);
    expect(snapshot(join(cwd, ".git"))).toEqual(before);
    expect(fs.existsSync(join(home, "ran"))).toBe(false);
  });

  it("a driver for merging that is a program is not run", async () => {
    const cwd = join(home, "rain");
    await create(cwd);
    fs.writeFileSync(join(cwd, ".gitattributes"), "*.txt merge=own\n");
    edit(cwd);
    git(cwd, "init", "-q");
    commit(cwd);
    git(cwd, "config", "merge.own.driver", `touch ${join(home, "ran")}`);
    expect(await update(cwd)).toMatchObject({ exit: 0, err: "" });
    merged(cwd);
    expect(fs.existsSync(join(home, "ran"))).toBe(false);
  });
});

describe("40: again and again", () => {
  it("before conflicts are solved: nothing of them is touched", async () => {
    const cwd = join(home, "rain");
    await create(cwd);
    fs.writeFileSync(join(cwd, "a.txt"), text(9, "mine"));
    git(cwd, "init", "-q");
    commit(cwd);
    expect(await update(cwd)).toMatchObject({ exit: 2 });
    const after = snapshot(cwd);
    expect(await update(cwd)).toMatchObject({ exit: 0, out: expect.stringContaining("Up to date") });
    expect(snapshot(cwd)).toEqual(after);
    const third = { ...NEXT, "project/a.txt": text(9, "third") };
    const ran = await run(cwd, ["update", "--yes"], 80, [smallPack(third)]);
    expect([ran.exit, ran.err]).toEqual([3, expect.stringContaining("not committed")]);
    commit(cwd);
    await run(cwd, ["update", "--yes"], 80, [smallPack(third)]);
    for (const line of ["mine", "third"])
      expect(fs.readFileSync(join(cwd, "a.txt"), "utf8").split("\n")).toContain(line);
  });

  it("an older version than the one that rendered it is refused", async () => {
    const cwd = join(home, "rain");
    await made(cwd);
    const lock = join(cwd, ".ml-project/lock.json");
    fs.writeFileSync(lock, fs.readFileSync(lock, "utf8").replace(/"generator": ".*?"/, '"generator": "99.0.0"'));
    expect(await update(cwd)).toMatchObject({
      exit: 3,
      err: expect.stringContaining("create-ml-project@99.0.0 update"),
    });
  });

  it("36: a base that is another than the locked one is refused", async () => {
    const cwd = join(home, "rain");
    await made(cwd);
    fs.appendFileSync(join(cwd, ".ml-project/base.tar"), "x");
    expect(await update(cwd)).toMatchObject({ exit: 3, err: expect.stringContaining("is not what the lock names") });
  });

  it("--dry-run shows the change and the conflicts, and writes nothing", async () => {
    const cwd = join(home, "rain");
    await made(cwd);
    const before = snapshot(cwd);
    const { exit, out } = await run(cwd, ["update", "--dry-run"], 80, [smallPack(NEXT)]);
    expect([exit, out]).toEqual([0, expect.stringMatching(/-line 9\n\+theirs[\s\S]+Nothing was written/)]);
    const { out: json } = await run(cwd, ["update", "--dry-run", "--json"], 80, [smallPack(NEXT)]);
    expect(JSON.parse(json)).toMatchObject({
      dryRun: true,
      conflicts: [],
      files: [{}, {}, { path: "a.txt" }, { path: "c.txt" }],
    });
    expect(snapshot(cwd)).toEqual(before);
    expect(await run(cwd, ["update"], 80, [smallPack(NEXT)])).toMatchObject({
      exit: 3,
      err: expect.stringContaining("--yes"),
    });
    expect(snapshot(cwd)).toEqual(before);
  });

  it("undo puts every byte back, of files that went, too", async () => {
    const cwd = join(home, "rain");
    await made(cwd);
    fs.mkdirSync(join(cwd, "__pycache__"));
    const before = snapshot(cwd);
    const gone = { "project/c/d.txt": "new\n", "project/a.txt": text(9, "theirs") };
    expect(await run(cwd, ["update", "--yes"], 80, [smallPack(gone)])).toMatchObject({ exit: 0, err: "" });
    expect(fs.existsSync(join(cwd, "b.txt"))).toBe(false);
    expect(await run(cwd, ["undo", "--yes"], 80, [smallPack(gone)])).toMatchObject({ exit: 0, err: "" });
    expect(snapshot(cwd)).toEqual(before);
  });
});

describe("37: other answers", () => {
  const coloured = (more: Record<string, string> = {}) =>
    smallPack({
      "options/colour/red/files/red.txt": text(),
      "options/colour/red/files/warm/one.txt": "one\n",
      "options/colour/blue/files/blue.txt": text(),
      ...more,
    });
  const make = async (cwd: string): Promise<void> => {
    fs.mkdirSync(cwd);
    await run(cwd, [".", "--name", "rain", "--yes", "--no-install", "--no-git"], 80, [coloured()]);
    git(cwd, "init", "-q");
    commit(cwd);
  };
  const names = (cwd: string): string[] => fs.readdirSync(cwd).filter((name) => !name.startsWith("."));
  const answers = (cwd: string): string => fs.readFileSync(join(cwd, ".ml-project/answers.yaml"), "utf8");

  it("with --set: files of what was chosen before go where nobody edited them, and are named where somebody did", async () => {
    const cwd = join(home, "rain");
    await make(cwd);
    expect(await run(cwd, ["update", "--yes", "--set", "colour=blue"], 80, [coloured()])).toMatchObject({
      exit: 0,
      err: "",
    });
    expect(names(cwd)).toEqual(["README.md", "blue.txt", "src"]);
    expect(answers(cwd)).toContain("colour: blue");
    commit(cwd);
    fs.writeFileSync(join(cwd, "blue.txt"), text(3, "mine"));
    commit(cwd);
    const back = await run(cwd, ["update", "--yes", "--set", "colour=red"], 80, [coloured()]);
    expect([back.exit, back.out]).toEqual([2, expect.stringContaining("blue.txt: the template has it no more")]);
    expect(names(cwd)).toEqual(["README.md", "blue.txt", "red.txt", "src", "warm"]);
  });

  it("by hand: what is beside the answers stays, too", async () => {
    const cwd = join(home, "rain");
    await make(cwd);
    const path = join(cwd, ".ml-project/answers.yaml");
    const edited = answers(cwd).replace("colour: red", "colour: blue # as the sea is");
    fs.writeFileSync(path, edited);
    expect(await run(cwd, ["update", "--yes"], 80, [coloured()])).toMatchObject({ exit: 0, err: "" });
    expect([names(cwd), answers(cwd)]).toEqual([["README.md", "blue.txt", "src"], edited]);
    commit(cwd);
    expect(await run(cwd, ["update", "--yes", "--set", "interval=week"], 80, [coloured()])).toMatchObject({
      exit: 0,
      err: "",
    });
    expect(answers(cwd)).toBe(edited.replace("interval: day", "interval: week"));
  });

  it("what is asked no more is left out and named; a slip of the hand is refused", async () => {
    const cwd = join(home, "rain");
    await make(cwd);
    fs.appendFileSync(join(cwd, ".ml-project/answers.yaml"), "colours: blue\n");
    expect(await run(cwd, ["update", "--yes"], 80, [coloured()])).toMatchObject({
      exit: 3,
      err: expect.stringContaining("colours"),
    });
    commit(cwd);
    const { exit, out } = await run(cwd, ["update", "--yes"], 80, [coloured({ "project/n.txt": "n" })]);
    expect([exit, out]).toEqual([0, expect.stringContaining("No longer asked, and left out: colours")]);
    expect(answers(cwd)).not.toContain("colours");
  });

  it.each([
    ["colour", "sets nothing"],
    ["color=blue", "Did you mean colour?"],
    ["colour=green", '"green" is not known for colour'],
    ["name=other", "stays what it is"],
    ["interval=sometimes", "interval"],
  ])("--set %s is refused", async (set, said) => {
    const cwd = join(home, "rain");
    await make(cwd);
    const before = snapshot(cwd);
    expect(await run(cwd, ["update", "--yes", "--set", set], 80, [coloured()])).toMatchObject({
      exit: 3,
      err: expect.stringContaining(said),
    });
    expect(snapshot(cwd)).toEqual(before);
  });
});

describe("our own pack", () => {
  const answersOf = (cwd: string): string => fs.readFileSync(join(cwd, ".ml-project/answers.yaml"), "utf8");
  const options = builtinPack().groups.filter(({ options: [first] }) => first?.takes === undefined);
  const other = options.flatMap(({ id, kind, options: all, default: usual }) =>
    all.filter((one) => kind === "many" && !one.atRoot && !usual.includes(one.id)).map((one) => [id, one.id] as const),
  );
  const [many, added] = other[0] ?? ["", ""];
  const one = options.find(({ id, kind, default: usual }) => kind === "one" && usual.length > 0 && id !== many);
  const chosen = one?.options.map(({ id }) => id).find((id) => !one.default.includes(id)) ?? "";

  it("gives, when an option is added, what creating with it gives", async () => {
    const [cwd, fresh] = [join(home, "rain"), join(home, "fresh")];
    await run(home, ["rain", "--yes", "--no-install", "--no-git"]);
    git(cwd, "init", "-q");
    commit(cwd);
    expect(await run(cwd, ["add", one?.id ?? "", chosen, "--yes"])).toMatchObject({ exit: 0, err: "" });
    expect(await run(cwd, ["add", many, added, "--yes", "--json"])).toMatchObject({ exit: 0, err: "" });
    expect(answersOf(cwd)).toContain(`${one?.id}: ${chosen}\n`);
    const usual = options.find(({ id }) => id === many)?.default ?? [];
    const path = join(cwd, ".ml-project/answers.yaml");
    const argv = ["fresh", "--name", "rain", "--yes", "--no-install", "--no-git", `--${one?.id}`, chosen, `--${many}`];
    expect(await run(home, [...argv, [...usual, added].join(",")])).toMatchObject({ exit: 0, err: "" });
    expect(snapshot(cwd, [".git", ".ml-project/undo"])).toEqual(snapshot(fresh));
    expect(await run(cwd, ["add", one?.id ?? "", "--yes"])).toMatchObject({
      exit: 3,
      err: expect.stringContaining(chosen),
    });
    expect(await run(cwd, ["undo", "--yes"])).toMatchObject({ exit: 0, err: "" });
    expect(await run(cwd, ["undo", "--yes"])).toMatchObject({ exit: 0, err: "" });
    expect(git(cwd, "status", "--porcelain")).toBe("");
    const commented = answersOf(cwd).replace("interval: day", "interval: week # as accounting closes");
    fs.writeFileSync(path, commented);
    expect(await run(cwd, ["update", "--yes"])).toMatchObject({ exit: 0, err: "" });
    expect(await run(cwd, ["add", "feature", "calendar", "--yes"])).toMatchObject({ exit: 0, err: "" });
    expect(answersOf(cwd)).toBe(`${commented}added:\n  - part: feature\n    name: calendar\n`);
  });
});
