/** `add` and `undo` in a project of ours: only what was shown is new, and undone it is as before, byte for byte. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { growth } from "../../src/add/growth.ts";
import { builtinPack } from "../../src/packs/builtin.ts";
import { fileAt } from "../../src/project.ts";
import { rerender } from "../../src/rerender.ts";
import { snapshot } from "../support/snapshot.ts";
import { type Ran, run } from "./world.ts";

const KNOWN = ["-c", "user.name=T", "-c", "user.email=t@example.org"];

let made: string;
let cwd: string;
beforeAll(async () => {
  made = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "add-made-")));
  expect(await run(made, ["shop", "--yes", "--no-install", "--no-git"])).toMatchObject({ exit: 0, err: "" });
  // Whoever runs the tests need not be known to git.
  for (const words of [
    ["init", "-q"],
    ["add", "-A"],
    ["commit", "-qm", "As it is"],
  ])
    execFileSync("git", [...KNOWN, ...words], { cwd: join(made, "shop") });
});
beforeEach(() => {
  cwd = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "add-")));
  fs.cpSync(join(made, "shop"), cwd, { recursive: true });
  fs.writeFileSync(join(cwd, "..", `${cwd.split("/").at(-1)}.csv`), CHURN);
});
afterEach(() => {
  fs.rmSync(cwd, { recursive: true, force: true });
  fs.rmSync(`${cwd}.csv`, { force: true });
});
afterAll(() => fs.rmSync(made, { recursive: true, force: true }));

const CHURN = `customer,age,plan,left\n${Array.from({ length: 80 }, (_, at) => `secret-${at},${20 + (at % 40)},${at % 3 ? "basic" : "gold"},${at % 4 ? "no" : "yes"}\n`).join("")}`;
const git = (...args: string[]): string => execFileSync("git", args, { cwd, encoding: "utf8" });
const add = (...argv: string[]): Promise<Ran> => run(cwd, ["add", ...argv]);
const changed = (before: Record<string, string>, after: Record<string, string>): string[] =>
  Object.keys({ ...before, ...after }).filter((path) => before[path] !== after[path] && !path.startsWith(".git/"));
const read = (path: string): string => fs.readFileSync(join(cwd, path), "utf8");

const MODEL = [
  "README.md",
  "__init__.py",
  "expectations.yaml",
  "features.toml",
  "model.py",
  "params.toml",
  "test_model.py",
];

describe("add", () => {
  it("puts a model of the data that is there into one new folder", async () => {
    const before = snapshot(cwd);
    const { exit, err } = await add("model", "slow", "--interval", "week", "--yes");
    expect([exit, err]).toEqual([0, ""]);
    const folder = "src/shop/models/slow";
    const found = changed(before, snapshot(cwd)).filter((path) => !path.startsWith(".ml-project"));
    expect(found).toEqual([folder, ...MODEL.map((name) => `${folder}/${name}`)]);
    expect(read(`${folder}/params.toml`)).toMatch(
      /dataset = "weather"\ntarget = "rain_tomorrow"[\s\S]+interval = "week"/,
    );
    expect(read(`${folder}/expectations.yaml`)).toContain("reviewed: false");
    expect(git("status", "--short").split("\n").filter(Boolean)).toEqual([
      " M .ml-project/answers.yaml",
      " M .ml-project/base.tar",
      " M .ml-project/lock.json",
      "?? src/shop/models/slow/",
    ]);
  });

  it("brings data of its own along, which stays out of git and of the record", async () => {
    const { exit, out } = await add(
      "model",
      "churn",
      "--data",
      `${cwd}.csv`,
      "--target",
      "left",
      "--dataset",
      "customers",
      "--yes",
    );
    expect([exit, out]).toEqual([0, expect.stringContaining("80 rows, 4 columns; binary, target left")]);
    expect(read("src/shop/data/customers/schema.yaml")).toContain("dataset: customers");
    expect(read("src/shop/models/churn/params.toml")).toMatch(
      /dataset = "customers"\ntarget = "left"\ntask = "binary"/,
    );
    expect(fs.readdirSync(join(cwd, "data/01_raw/customers"))).toHaveLength(1);
    expect(git("status", "--short", "--untracked-files=all")).not.toContain("01_raw");
    for (const path of git("ls-files", "--others", "--modified", "--exclude-standard").split("\n").filter(Boolean))
      expect(read(path), path).not.toContain("secret-1");
  });

  it("is rendered again from the record with identical bytes, as often as something was added", async () => {
    for (const argv of [
      ["model", "churn", "--data", `${cwd}.csv`, "--target", "left", "--dataset", "customers"],
      ["model", "churn_fast", "--dataset", "customers"],
      ["feature", "calendar"],
      ["pipeline", "export"],
      ["dataset", "--yes", "more", "--data", `${cwd}.csv`, "--target", "plan"],
    ])
      expect(await add(...argv, "--yes")).toMatchObject({ exit: 0, err: "" });
    const files = new Map(
      ["answers.yaml", "lock.json"].map((name) => [
        `.ml-project/${name}`,
        { bytes: fs.readFileSync(join(cwd, ".ml-project", name)), mode: 0o644 },
      ]),
    );
    const again = rerender(files, [builtinPack()]);
    for (const [path, file] of again)
      expect(Buffer.compare(fs.readFileSync(join(cwd, path)), file.bytes), path).toBe(0);
    expect([...again.keys()]).toEqual(
      expect.arrayContaining([
        "src/shop/models/churn_fast/model.py",
        "src/shop/features/calendar/features.toml",
        "src/shop/pipelines/export/__init__.py",
        "src/shop/data/more/schema.yaml",
      ]),
    );
  });

  it("shows every line and writes nothing with --dry-run, and asks nobody without a terminal", async () => {
    const before = snapshot(cwd);
    const shown = await add("model", "slow", "--dry-run");
    expect(shown.exit).toBe(0);
    expect(shown.out).toContain("+++ b/src/shop/models/slow/params.toml");
    expect(shown.out).toContain("+  - part: model");
    const open = await add("model", "slow");
    expect([open.exit, open.err]).toEqual([
      3,
      expect.stringContaining("Add --yes to make it, or --dry-run to see it."),
    ]);
    expect(snapshot(cwd)).toEqual(before);
  });

  it("writes a patch that git applies to the same bytes, and nothing else", async () => {
    const before = snapshot(cwd);
    const patch = `${cwd}.patch`;
    try {
      const argv = ["model", "churn", "--data", `${cwd}.csv`, "--target", "left", "--dataset", "customers"];
      expect(await add(...argv, "--patch", patch)).toMatchObject({ exit: 0, err: "" });
      expect(snapshot(cwd)).toEqual(before);
      expect(fs.readFileSync(patch, "utf8")).not.toContain("secret-1");
      expect((await add(...argv, "--patch", patch)).err).toContain("There is a file of that name already");
      git("apply", patch);
      const applied = snapshot(cwd);
      git("checkout", "-q", ".");
      git("clean", "-fdq");
      await add(...argv, "--yes");
      const written = snapshot(cwd);
      const local = /^(?:\.git|data|\.ml-project\/undo)(?:\/|$)/;
      const rest = (seen: Record<string, string>): string[][] =>
        Object.entries(seen).filter(([path]) => !local.test(path));
      expect(rest(applied)).toEqual(rest(written));
    } finally {
      fs.rmSync(patch, { force: true });
    }
  });

  it("prints one document with --json", async () => {
    const { out } = await add("model", "slow", "--yes", "--json");
    const found = JSON.parse(out) as { ok: boolean; added: unknown; files: { path: string }[]; nextSteps: string[] };
    expect(found).toMatchObject({ ok: true, added: { part: "model", name: "slow" } });
    expect(found.files.map(({ path }) => path)).toContain("src/shop/models/slow/model.py");
    expect(found.nextSteps.join()).toContain("run training scoring --model slow");
  });

  it.each([
    ["a part nobody knows", ["modle", "x"], "Did you mean model?"],
    ["no part", [], "Write one of model, dataset, feature, pipeline and a name"],
    ["no name", ["model"], "The model has no name"],
    ["a name that is no folder of code", ["model", "My Churn"], "create-ml-project add model my_churn"],
    ["a word of Python", ["model", "class"], "class_model"],
    ["a device of Windows", ["model", "con"], "con_model"],
    ["a dataset that is not there", ["model", "x", "--dataset", "wether"], "Did you mean weather?"],
    ["data without a target", ["model", "x", "--data", "FILE"], "--target"],
    ["a file that is not there", ["model", "x", "--data", "none.csv", "--target", "y"], "none.csv"],
    ["a dataset without data", ["dataset", "x"], "A dataset needs data"],
    ["a flag nobody knows", ["model", "x", "--targte", "y"], "Did you mean --target?"],
  ])("refuses %s, and writes nothing", async (_what, argv, told) => {
    const before = snapshot(cwd);
    const { exit, err } = await add(...argv.map((one) => (one === "FILE" ? `${cwd}.csv` : one)), "--yes");
    expect(exit, err).toBe(3);
    expect(err.replace(/\s+/g, " ")).toContain(told);
    expect(snapshot(cwd)).toEqual(before);
  });

  it.each([
    ["a folder is there that git does not know", () => fs.mkdirSync(join(cwd, "src/shop/models/slow")), 0],
    ["a file would be written over", () => put("src/shop/models/slow/model.py", "mine"), 3],
    ["a link leads out of the project", () => fs.symlinkSync(tmpdir(), join(cwd, "src/shop/models/slow")), 3],
    [
      "the answers were edited",
      () => put(".ml-project/answers.yaml", `${read(".ml-project/answers.yaml")}author: Me\n`),
      3,
    ],
    ["the base was edited", () => put(".ml-project/base.tar", "x"), 3],
    [
      "the lock is of other templates",
      () =>
        put(
          ".ml-project/lock.json",
          read(".ml-project/lock.json").replace(/"hash": "sha256:..../, '"hash": "sha256:0000'),
        ),
      3,
    ],
    [
      "the lock was edited",
      () => put(".ml-project/lock.json", read(".ml-project/lock.json").replace(/"generator": "/, '"generator": "9')),
      3,
    ],
    [
      "the lock has no seal",
      () => put(".ml-project/lock.json", read(".ml-project/lock.json").replace(/"seal".*/, "")),
      3,
    ],
    [
      "a line of the answers was put elsewhere",
      () => put(".ml-project/answers.yaml", `${read(".ml-project/answers.yaml")}# Mine.\n`),
      3,
    ],
    ["a merge has begun", () => put(".git/MERGE_HEAD", `${git("rev-parse", "HEAD")}`), 3],
  ])("when %s", async (_what, prepare, wanted) => {
    prepare();
    const before = snapshot(cwd);
    const { exit, err } = await add("model", "slow", "--yes");
    expect(exit, err).toBe(wanted);
    if (wanted !== 0) expect(snapshot(cwd)).toEqual(before);
  });

  it("changes nothing when it is run twice", async () => {
    await add("model", "slow", "--yes");
    const before = snapshot(cwd);
    for (const name of ["slow", "rain"]) {
      const { exit, out } = await add("model", name, "--yes");
      expect([exit, out]).toEqual([
        0,
        expect.stringContaining(`There is a model ${name} already; nothing was written.`),
      ]);
    }
    expect(snapshot(cwd)).toEqual(before);
  });

  it("works from a folder below, and says where it can't", async () => {
    expect((await run(join(cwd, "src"), ["add", "model", "slow", "--yes"])).exit).toBe(0);
    const { exit, err } = await run(tmpdir(), ["add", "feature", "f", "--yes"]);
    expect([exit, err]).toEqual([3, expect.stringContaining("in no project that create-ml-project made")]);
  });
});

const put = (path: string, text: string): void => {
  fs.mkdirSync(join(cwd, path, ".."), { recursive: true });
  fs.writeFileSync(join(cwd, path), text);
};

describe("add in a repository that is not ours", () => {
  let theirs: string;
  const at = (path: string): string => join(theirs, path);
  const theirGit = (...args: string[]): string =>
    execFileSync("git", [...KNOWN, ...args], {
      cwd: theirs,
      encoding: "utf8",
    });
  const there = (path: string, text: string): void => {
    fs.mkdirSync(join(theirs, path, ".."), { recursive: true });
    fs.writeFileSync(at(path), text);
  };
  const addThere = (...more: string[]): Promise<Ran> =>
    run(theirs, ["add", "model", "churn", "--data", `${cwd}.csv`, "--target", "left", ...more]);

  beforeEach(() => {
    theirs = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "legacy-")));
    theirGit("init", "-q");
    there("old.py", "import os\r\n\r\ndef f(x):\r\n\treturn x\r\n");
    theirGit("add", "-A");
    theirGit("commit", "-qm", "As it is");
  });
  afterEach(() => {
    fs.chmodSync(theirs, 0o755);
    fs.rmSync(theirs, { recursive: true, force: true });
  });

  it("puts a project of its own beside what is there, and undone every byte is as before", async () => {
    const before = snapshot(theirs, [".git"]);
    const { exit, err, out } = await addThere("--yes");
    expect([exit, err]).toEqual([0, ""]);
    expect(out).toMatch(/Beside what is there, because nothing says which\s+Python it runs on/);
    expect(out).toMatch(/Left to the repository around it: MIT, GitHub\s+Actions, pre-commit/);
    const after = snapshot(theirs, [".git"]);
    for (const [path, content] of Object.entries(before)) if (path !== ".") expect(after[path], path).toBe(content);
    expect(theirGit("status", "--short")).toBe("?? ml/\n");
    expect(fs.readFileSync(at(`ml/src/${fs.readdirSync(at("ml/src"))[0]}/models/churn/params.toml`), "utf8")).toContain(
      'target = "left"',
    );
    expect(fs.existsSync(at("ml/LICENSE"))).toBe(true);
    expect(fs.existsSync(at("ml/.github"))).toBe(false);
    const again = await addThere("--yes");
    expect([again.exit, again.out]).toEqual([0, expect.stringContaining("There is a model churn already")]);
    expect(snapshot(theirs, [".git"])).toEqual(after);
    fs.mkdirSync(at("ml/.venv"));
    expect(await run(theirs, ["undo", "--yes"])).toMatchObject({ exit: 0, err: "" });
    expect(snapshot(theirs, [".git"])).toEqual(before);
  });

  it("lets in again what their ignore rules would swallow, and takes another name where one is ignored or taken", async () => {
    there(".gitignore", "ml/\nmodels/\ndata/\n*.toml\n");
    there("ml_models.py", "");
    const { exit, out } = await addThere("--yes");
    expect([exit, out]).toEqual([0, expect.stringMatching(/Your ignore rules would swallow \d+ of its files/)]);
    const found = theirGit("ls-files", "--others", "--exclude-standard", "ml_module").split("\n");
    expect(found).toEqual(
      expect.arrayContaining([
        "ml_module/pyproject.toml",
        expect.stringMatching(/models\/churn\/model\.py$/),
        expect.stringMatching(/models\/churn\/params\.toml$/),
        expect.stringMatching(/schema\.yaml$/),
      ]),
    );
    expect(found.filter((path) => path.includes("01_raw"))).toEqual([]);
  });

  it("adds the next model to the project that it made", async () => {
    await addThere("--yes");
    expect(await run(theirs, ["add", "model", "slow", "--yes"])).toMatchObject({ exit: 0, err: "" });
    expect(theirGit("status", "--short", "--untracked-files=all")).toMatch(/ml\/src\/\w+\/models\/slow\/model\.py/);
  });

  it.each([
    ["it is no repository", () => fs.rmSync(at(".git"), { recursive: true }), "git init"],
    ["a merge has begun", () => there(".git/MERGE_HEAD", theirGit("rev-parse", "HEAD")), "in the middle of a merge"],
    ["it is a virtual environment", () => there("pyvenv.cfg", ""), "virtual environment"],
    ["there is no Python", () => fs.rmSync(at("old.py")), "no Python in this repository"],
  ])("refuses when %s, and writes nothing", async (_what, prepare, told) => {
    prepare();
    const before = snapshot(theirs);
    const { exit, err } = await addThere("--yes");
    expect([exit, err.replace(/\s+/g, " ")]).toEqual([3, expect.stringContaining(told)]);
    expect(snapshot(theirs)).toEqual(before);
  });

  it.runIf(process.getuid?.() === 0)("refuses when another user owns it, which git does not trust", async () => {
    fs.chownSync(theirs, 12_345, 12_345);
    const { exit, err } = await addThere("--yes");
    expect([exit, err]).toEqual([3, expect.stringContaining("git config --global --add safe.directory")]);
  });

  it("takes a scheduler, a database and extras for the new project", async () => {
    const { exit, err } = await addThere("--scheduler", "luigi", "--database", "duckdb", "--extras", "", "--yes");
    expect([exit, err]).toEqual([0, ""]);
    expect(fs.readFileSync(at("ml/pyproject.toml"), "utf8")).toMatch(/duckdb[\s\S]+luigi/);
    expect(fs.existsSync(at("ml/AGENTS.md"))).toBe(false);
    const wrong = await run(theirs, ["add", "model", "slow", "--database", "mysql", "--yes"]);
    expect([wrong.exit, wrong.err]).toEqual([3, expect.stringContaining("is chosen for the whole project")]);
  });

  it("needs data", async () => {
    const { exit, err } = await run(theirs, ["add", "model", "churn", "--yes"]);
    expect([exit, err]).toEqual([3, expect.stringContaining("add model churn --yes --data FILE --target")]);
  });
});

describe("undo", () => {
  it("takes one addition after the other back, until every byte is as before", async () => {
    const steps = [snapshot(cwd)];
    put(".env", "TOKEN=abc\r\n");
    steps[0] = snapshot(cwd);
    for (const argv of [
      ["model", "churn", "--data", `${cwd}.csv`, "--target", "left"],
      ["model", "slow", "--dataset", "weather"],
      ["feature", "f"],
    ]) {
      expect(await add(...argv, "--yes")).toMatchObject({ exit: 0, err: "" });
      steps.push(snapshot(cwd));
    }
    for (const before of steps.slice(0, -1).reverse()) {
      expect(await run(cwd, ["undo", "--yes"])).toMatchObject({ exit: 0, err: "" });
      expect(changed(before, snapshot(cwd)).filter((path) => !path.startsWith(".ml-project/undo"))).toEqual([]);
    }
    expect(snapshot(cwd)).toEqual(steps[0]);
    const { exit, err } = await run(cwd, ["undo", "--yes"]);
    expect([exit, err]).toEqual([3, expect.stringContaining("There is nothing to undo here")]);
  });

  it.each([
    ["was edited", () => put("src/shop/models/slow/params.toml", "mine"), "src/shop/models/slow/params.toml"],
    [
      "has a file of mine beside it",
      () => put("src/shop/models/slow/notes.md", "mine"),
      "src/shop/models/slow/notes.md",
    ],
    ["was renamed", () => fs.renameSync(join(cwd, "src/shop/models/slow/model.py"), join(cwd, "model.py")), "model.py"],
  ])("refuses when what was added %s, and names it", async (_what, act, named) => {
    await add("model", "slow", "--yes");
    act();
    const before = snapshot(cwd);
    const { exit, err } = await run(cwd, ["undo", "--yes"]);
    expect([exit, err]).toEqual([3, expect.stringContaining(named)]);
    expect(snapshot(cwd)).toEqual(before);
  });

  it("keeps a file of secrets as closed as it was, and its own record, too", async () => {
    put(".env", "TOKEN=abc\n");
    fs.chmodSync(join(cwd, ".env"), 0o600);
    const more = { bytes: Buffer.from("SHOP_URL=x\n"), mode: 0o600, owner: "your data" };
    const local = [{ op: "add", path: ".env", file: more }] as const;
    const { operations } = growth(new Map(), new Map(), local, (path) => fileAt(cwd, path));
    expect(operations).toMatchObject([{ op: "replace", file: { mode: 0o600 }, before: { mode: 0o600 } }]);
    await add("model", "slow", "--yes");
    expect(fs.statSync(join(cwd, ".ml-project/undo/0001.json")).mode & 0o777).toBe(0o600);
  });

  it("leaves what runs have written beside the data, and takes what Python compiled", async () => {
    await add("model", "churn", "--data", `${cwd}.csv`, "--target", "left", "--dataset", "customers", "--yes");
    put("data/01_raw/customers/.ingest.json", "{}");
    put("src/shop/models/churn/__pycache__/model.pyc", "x");
    expect((await run(cwd, ["undo", "--yes"])).exit).toBe(0);
    expect(fs.readdirSync(join(cwd, "data/01_raw/customers"))).toEqual([".ingest.json"]);
    expect(fs.existsSync(join(cwd, "src/shop/models/churn"))).toBe(false);
  });
});
