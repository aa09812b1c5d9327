/** Packs of conventions over ours: what they add, replace, leave out, settle and lock; recorded, added to and updated with. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { root } from "../support/places.ts";
import { snapshot } from "../support/snapshot.ts";
import { smallPack } from "../unit/small-pack.ts";
import { type Ran, run } from "./world.ts";

type Texts = Readonly<Record<string, string>>;

let home: string;
beforeEach(() => {
  home = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "packs-")));
});
afterEach(() => fs.rmSync(home, { recursive: true, force: true }));

const put = (path: string, body: string): void => {
  fs.mkdirSync(dirname(join(home, path)), { recursive: true });
  fs.writeFileSync(join(home, path), body);
};
const read = (path: string): string => fs.readFileSync(join(home, path), "utf8");
const manifest = (name: string, more = "", version = "1.0.0"): string =>
  `name: ${name}\nversion: ${version}\ngenerator: ">=0.1 <1"\ndescription: Conventions of ${name}.\n${more}`;
const pack = (name: string, files: Texts = {}, more = "", version?: string): void => {
  put(`${name}/pack.yaml`, manifest(name, more, version));
  for (const [path, body] of Object.entries(files)) put(`${name}/${path}`, body);
};
const OURS = smallPack({ "project/conf.toml": "[a]\nx = 1\n", "project/docs/extra.md": "extra\n" });
const create = (...argv: string[]): Promise<Ran> =>
  run(home, ["rain", "--yes", "--no-install", "--no-git", ...argv], 80, [OURS]);
const inside = (...argv: string[]): Promise<Ran> => run(join(home, "rain"), argv, 80, [OURS]);
const commit = (): void => {
  for (const words of [
    ["init", "-q"],
    ["add", "-A"],
    ["commit", "-qm", "As it is"],
  ])
    execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.org", ...words], { cwd: join(home, "rain") });
};

describe("a pack over ours", () => {
  it("adds files, options and groups, puts fragments into shared files, stands in the place of ours, and leaves out", async () => {
    pack(
      "acme",
      {
        "project/COMPLIANCE.md.hbs": "# {{ title }} complies\n",
        "project/README.md": "# Acme's\n",
        "shared/conf.toml": "[b]\ny = 2\n",
        "options/colour/green/option.yaml": "label: Green\nhint: fresh\n",
        "options/colour/green/files/green.txt": "green of sample_project\n",
        "options/region/group.yaml": "kind: one\nmessage: Where?\nhelp: Where it runs.\norder: 50\ndefault: eu\n",
        "options/region/eu/option.yaml": "label: Europe\nhint: near\n",
        "options/region/eu/files/region.txt": "eu\n",
      },
      "drops:\n  - { path: docs/extra.md, because: our wiki has it }\ndefaults: { interval: week }\n",
    );
    const { exit, err, out } = await create("--pack", "acme", "--colour", "green", "--json");
    expect([exit, err]).toEqual([0, ""]);
    expect(read("rain/COMPLIANCE.md")).toBe("# Rain complies\n");
    expect(read("rain/README.md")).toBe("# Acme's\n");
    expect(read("rain/conf.toml")).toBe("[a]\nx = 1\n\n[b]\ny = 2\n");
    expect([read("rain/green.txt"), read("rain/region.txt"), fs.existsSync(join(home, "rain/docs"))]).toEqual([
      "green of rain\n",
      "eu\n",
      false,
    ]);
    const owners = Object.fromEntries(
      JSON.parse(out).files.map(({ path, owner }: { path: string; owner: string }) => [path, owner]),
    );
    expect(owners).toMatchObject({
      "README.md": "acme:project over small:project",
      "conf.toml": "small:project + acme:project",
      "green.txt": "colour/green",
    });
    expect(read("rain/.ml-project/answers.yaml")).toMatch(
      /^packs:\n {2}- "\.\.\/acme"\n[\s\S]*interval: week\ncolour: green\n[\s\S]*region: eu\n/m,
    );
    expect(JSON.parse(read("rain/.ml-project/lock.json")).packs).toMatchObject([
      { name: "small" },
      { name: "acme", version: "1.0.0", source: "../acme" },
    ]);
    expect(JSON.stringify(snapshot(join(home, "rain"))).includes(home)).toBe(false);
  });

  it("locks an answer: it is not asked, and another one is refused with the reason and who says so", async () => {
    pack("acme", {}, "locked: { colour: { value: blue, because: the sea is } }\n");
    expect(await create("--pack", "acme")).toMatchObject({ exit: 0, err: "" });
    expect(read("rain/.ml-project/answers.yaml")).toContain("colour: blue\n");
    fs.rmSync(join(home, "rain"), { recursive: true });
    const { exit, err } = await create("--pack", "acme", "--colour", "red");
    expect([exit, err]).toEqual([
      3,
      expect.stringMatching(/colour is locked to "blue"[\s\S]+the pack acme says: the sea is/),
    ]);
    expect(fs.existsSync(join(home, "rain"))).toBe(false);
  });

  it("layers in order, what it extends first", async () => {
    pack(
      "org",
      { "project/README.md": "org\n", "project/org.txt": "org\n" },
      "defaults: { interval: week, colour: blue }\n",
    );
    pack("team", { "project/README.md": "team\n" }, "extends: ../org\ndefaults: { interval: month }\n");
    expect(await create("--pack=team")).toMatchObject({ exit: 0, err: "" });
    expect([read("rain/README.md"), read("rain/org.txt")]).toEqual(["team\n", "org\n"]);
    expect(read("rain/.ml-project/answers.yaml")).toMatch(
      /^packs:\n {2}- "\.\.\/team"\n[\s\S]*interval: month\ncolour: blue\n/m,
    );
    expect(JSON.parse(read("rain/.ml-project/lock.json")).packs.map(({ name }: { name: string }) => name)).toEqual([
      "small",
      "org",
      "team",
    ]);
  });

  it("is named in an answers file, too", async () => {
    pack("acme", { "project/a.txt": "a\n" });
    put("answers.yaml", "packs: [./acme]\nname: rain\n");
    expect(await create("--answers", "answers.yaml")).toMatchObject({ exit: 0, err: "" });
    expect(read("rain/a.txt")).toBe("a\n");
  });

  it.each([
    ["is not there", (): unknown => undefined, "There is no pack acme"],
    ["is no pack", () => fs.mkdirSync(join(home, "acme")), "no pack.yaml"],
    ["extends itself", () => pack("acme", {}, "extends: ../acme\n"), "extends itself"],
    [
      "has our name",
      () => {
        put("acme/pack.yaml", manifest("small"));
      },
      "Two packs are called small",
    ],
    [
      "leaves out what nobody has",
      () => pack("acme", {}, "drops: [{ path: nothing.md, because: x }]\n"),
      "leaves out nothing.md",
    ],
    [
      "adds to a group that nobody has",
      () => pack("acme", { "options/shape/round/option.yaml": "label: Round\nhint: x\n" }),
      "the group shape",
    ],
    [
      "needs another version of us",
      () => put("acme/pack.yaml", manifest("acme").replace(">=0.1 <1", ">=7")),
      "needs create-ml-project >=7",
    ],
    [
      "locks to what nobody knows",
      () => pack("acme", {}, "locked: { colour: { value: pink, because: x } }\n"),
      '"pink" is not known',
    ],
  ])("is refused when it %s, and nothing is written", async (_what, make, said) => {
    make();
    const { exit, err } = await create("--pack", "acme");
    expect([exit, err]).toEqual([3, expect.stringContaining(said)]);
    expect(fs.existsSync(join(home, "rain"))).toBe(false);
  });
});

describe("packs are data", () => {
  it("code of other tools in one is named, and nothing of it is run", async () => {
    const touch = `require("node:fs").writeFileSync(${JSON.stringify(join(home, "ran"))}, "")`;
    pack("acme", {
      "plopfile.js": touch,
      "hooks/post_gen_project.py": touch,
      "copier.yml": "_tasks: [touch ran]\n",
      "project/a.txt": "a",
    });
    const { exit, err } = await create("--pack", "acme");
    expect(exit).toBe(0);
    for (const path of ["copier.yml", "hooks/post_gen_project.py", "plopfile.js"])
      expect(err).toContain(`${path} of the pack acme is not used`);
    expect(fs.existsSync(join(home, "ran"))).toBe(false);
  });

  const RUNS: Texts = {
    ".vscode/tasks.json": '{ "tasks": [{ "runOptions": { "runOn": "folderOpen" } }] }\n',
    ".envrc": "touch ran\n",
    ".devcontainer/devcontainer.json": '{ "postCreateCommand": "touch ran" }\n',
    ".githooks/pre-commit": "#!/bin/sh\n",
    "package.json": '{ "scripts": { "postinstall": "x" } }\n',
    ".github/workflows/x.yml": "on: pull_request_target\n",
    "conftest.py": "x = 1\n",
  };

  it.each(Object.entries(RUNS))("%s has to be allowed by its name, and --yes does not do that", async (path, body) => {
    pack("acme", { [`project/${path}`]: body });
    const { exit, err } = await create("--pack", "acme");
    expect([exit, err.replace(/\s+/g, " ")]).toEqual([3, expect.stringContaining(`--allow ${path}`)]);
    expect(fs.existsSync(join(home, "rain"))).toBe(false);
    expect(await create("--pack", "acme", "--allow", path)).toMatchObject({ exit: 0, err: "" });
    expect(read(`rain/${path}`)).toBe(body);
    commit();
    expect(await inside("update", "--yes")).toMatchObject({ exit: 0 });
    pack("acme", { [`project/${path}`]: `${body}\n` });
    expect(await inside("update", "--yes")).toMatchObject({ exit: 3, err: expect.stringContaining("pack/runs") });
    expect(await inside("update", "--yes", "--allow", path)).toMatchObject({ exit: 0 });
  });

  it("a task that nobody starts but a person is none of these", async () => {
    pack("acme", { "project/.vscode/tasks.json": '{ "tasks": [] }\n' });
    expect(await create("--pack", "acme")).toMatchObject({ exit: 0, err: "" });
  });
});

describe("why", () => {
  it("tells who set an answer and for what reason, and whose a file is", async () => {
    pack(
      "acme",
      { "project/README.md": "acme\n", "shared/conf.toml": "[b]\ny = 2\n", "project/a.txt": "a\n" },
      "locked: { colour: { value: blue, because: the sea is } }\ndefaults: { interval: week }\ndrops: [{ path: docs/extra.md, because: our wiki has it }]\n",
    );
    expect(await create("--pack", "acme", "--problem", "Rain?")).toMatchObject({ exit: 0 });
    const why = async (what: string): Promise<string> => {
      const { exit, out, err } = await inside("why", what);
      expect([exit, err]).toEqual([0, ""]);
      return out.replace(/\s+/g, " ").trim();
    };
    expect(await why("colour")).toBe('colour is "blue": locked by acme 1.0.0, because the sea is.');
    expect(await why("interval")).toBe('interval is "week": the default of acme 1.0.0.');
    expect(await why("problem")).toBe('problem is "Rain?": your answer.');
    expect(await why("helper")).toBe('helper is ["one","two"]: the default of small 1.0.0.');
    expect(await why("README.md")).toBe("README.md: acme:project over small:project (acme 1.0.0).");
    expect(await why("conf.toml")).toBe("conf.toml: small:project (small 1.0.0); acme:project (acme 1.0.0).");
    expect(await why("docs/extra.md")).toBe("docs/extra.md is left out by acme 1.0.0, because our wiki has it.");
    put("rain/a.txt", "mine\n");
    put("rain/own.txt", "mine\n");
    expect(await why("a.txt")).toBe("a.txt: acme:project (acme 1.0.0). You have edited it since.");
    expect(await why("own.txt")).toBe("own.txt is yours: no pack has it.");
    expect(JSON.parse((await inside("why", "colour", "--json")).out)).toMatchObject({
      key: "colour",
      value: "blue",
      by: "locked",
      pack: "acme",
    });
    expect(await inside("why", "nothing")).toMatchObject({
      exit: 3,
      err: expect.stringContaining("neither a question nor a file"),
    });
  });
});

describe("a project with packs", () => {
  beforeEach(async () => {
    pack("acme", { "project/a.txt": "one\n", "options/colour/green/option.yaml": "label: Green\nhint: fresh\n" });
    expect(await create("--pack", "acme", "--colour", "green")).toMatchObject({ exit: 0, err: "" });
    commit();
  });

  it("is up to date while they are the same, and follows them when they move on", async () => {
    expect(await inside("update", "--yes")).toMatchObject({ exit: 0, out: expect.stringContaining("Up to date") });
    pack(
      "acme",
      { "project/a.txt": "two\n" },
      "locked: { interval: { value: week, because: books close } }\n",
      "2.0.0",
    );
    expect(await inside("update", "--yes")).toMatchObject({ exit: 3, err: expect.stringContaining("books close") });
    expect(await inside("update", "--yes", "--set", "interval=week")).toMatchObject({ exit: 0, err: "" });
    expect([read("rain/a.txt"), read("rain/.ml-project/answers.yaml")]).toEqual([
      "two\n",
      expect.stringContaining("interval: week"),
    ]);
    expect(JSON.parse(read("rain/.ml-project/lock.json")).packs[1].version).toBe("2.0.0");
  });

  it("can be given others, and can go on without", async () => {
    pack("other", { "project/b.txt": "b\n" });
    expect(await inside("update", "--yes", "--set", "colour=blue", "--pack", "../other")).toMatchObject({
      exit: 0,
      err: "",
    });
    expect(fs.readdirSync(join(home, "rain")).filter((name) => name.endsWith(".txt"))).toEqual(["b.txt"]);
    expect(read("rain/.ml-project/answers.yaml")).toMatch(/^packs:\n {2}- "\.\.\/other"\n/m);
    commit();
    put("rain/.ml-project/answers.yaml", read("rain/.ml-project/answers.yaml").replace(/packs:\n {2}- .*\n\n?/, ""));
    expect(await inside("update", "--yes")).toMatchObject({ exit: 0, err: "" });
    expect(fs.existsSync(join(home, "rain/b.txt"))).toBe(false);
    expect(JSON.parse(read("rain/.ml-project/lock.json")).packs).toHaveLength(1);
  });

  it("says where a pack is gone", async () => {
    fs.renameSync(join(home, "acme"), join(home, "away"));
    expect(await inside("update", "--yes")).toMatchObject({
      exit: 3,
      err: expect.stringContaining("There is no pack ../acme"),
    });
  });
});

it("the worked example: created, edited, and updated to its version 2", async () => {
  const example = (version: number): string => join(root, "examples/acme-pack", String(version));
  const real = (cwd: string, ...argv: string[]): Promise<Ran> => run(cwd, argv);
  const argv = ["rain", "--pack", example(1), "--region", "us", "--yes", "--no-install", "--no-git"];
  expect(await real(home, ...argv)).toMatchObject({ exit: 0, err: "" });
  expect(read("rain/.ml-project/answers.yaml")).toMatch(
    /scheduler: airflow\n[\s\S]*region: us\n[\s\S]*author: Acme Ltd\n/,
  );
  put("rain/docs/compliance.md", read("rain/docs/compliance.md").replace("Reviewed by: *open*", "Reviewed by: Ada"));
  commit();
  const cwd = join(home, "rain");
  expect((await real(cwd, "why", "database")).out).toContain("locked by acme 1.0.0, because operations backs up");
  expect(await real(cwd, "update", "--yes", "--pack", example(2))).toMatchObject({ exit: 0, err: "" });
  expect(fs.existsSync(join(cwd, "docs/compliance.md"))).toBe(false);
  expect(read("rain/docs/legal/compliance.md")).toMatch(/Who answers a complaint\?[\s\S]*Reviewed by: Ada/);
  expect(read("rain/conf/region.toml")).toContain('region = "us-east"');
  const { exit, out } = await real(cwd, "check", "--json");
  expect([
    exit,
    JSON.parse(out).findings.map(({ policy, severity }: Record<string, string>) => `${policy} ${severity}`),
  ]).toEqual([2, ["compliance error", "owners warning", "owners warning"]]);
  expect(await real(cwd, "update", "--yes", "--set", "database=sqlite")).toMatchObject({
    exit: 3,
    err: expect.stringContaining("operations backs up"),
  });
});
