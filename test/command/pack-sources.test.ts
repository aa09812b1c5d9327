/** Packs out of git repositories: pinned to a commit, offline from the cache, and hostile addresses and repositories refused. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readAddress } from "../../src/packs/address.ts";
import { smallPack } from "../unit/small-pack.ts";
import { type Ran, run } from "./world.ts";

let home: string;
let repository: string;
const kept = {
  XDG_CACHE_HOME: process.env["XDG_CACHE_HOME"],
  CREATE_ML_PROJECT_ALLOW: process.env["CREATE_ML_PROJECT_ALLOW"],
};
beforeEach(() => {
  home = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "sources-")));
  repository = join(home, "packs");
  process.env["XDG_CACHE_HOME"] = join(home, "cache");
  process.env["CREATE_ML_PROJECT_ALLOW"] = "file";
  fs.mkdirSync(repository);
  git("init", "-q", "-b", "main");
  git("config", "uploadpack.allowAnySHA1InWant", "true");
});
afterEach(() => {
  for (const [key, value] of Object.entries(kept)) {
    if (value === undefined) delete process.env[key];
    else process.env[key] = value;
  }
  fs.rmSync(home, { recursive: true, force: true });
});

const git = (...words: string[]): string =>
  execFileSync(
    "git",
    ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "protocol.file.allow=always", ...words],
    { cwd: repository, encoding: "utf8" },
  ).trim();
const put = (path: string, body: string): void => {
  fs.mkdirSync(dirname(join(repository, path)), { recursive: true });
  fs.writeFileSync(join(repository, path), body);
};
const manifest = (version: string): string =>
  `name: acme\nversion: ${version}\ngenerator: ">=0.1 <1"\ndescription: Acme's.\n`;
const release = (version: string, body: string, tag?: string, folder = ""): string => {
  put(`${folder}pack.yaml`, manifest(version));
  put(`${folder}project/a.txt`, body);
  git("add", "-A");
  git("commit", "-qm", version);
  if (tag !== undefined) git("tag", "-f", tag);
  return git("rev-parse", "HEAD");
};
const OURS = smallPack();
const at = (ref: string, folder = ""): string => `git+file://${repository}@${ref}${folder === "" ? "" : `#${folder}`}`;
const create = (source: string): Promise<Ran> =>
  run(home, ["rain", "--pack", source, "--yes", "--no-install", "--no-git"], 80, [OURS]);
const inside = (...argv: string[]): Promise<Ran> => run(join(home, "rain"), argv, 80, [OURS]);
const read = (path: string): string => fs.readFileSync(join(home, "rain", path), "utf8");
const locked = (): Record<string, string> => JSON.parse(read(".ml-project/lock.json")).packs[1];
const commitProject = (): void => {
  const words = [
    ["init", "-q"],
    ["add", "-A"],
    ["commit", "-qm", "As it is"],
  ];
  for (const one of words)
    execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.org", ...one], { cwd: join(home, "rain") });
};

describe("a pack in a repository", () => {
  it("is pinned to its commit and its bytes, wherever the branch goes; update follows the branch", async () => {
    const first = release("1.0.0", "one\n");
    expect(await create(at("main"))).toMatchObject({ exit: 0, err: "" });
    expect([read("a.txt"), locked()]).toMatchObject(["one\n", { version: "1.0.0", commit: first, source: at("main") }]);
    expect(read(".ml-project/answers.yaml")).toContain(`- "${at("main")}"`);
    commitProject();
    const second = release("1.1.0", "two\n");
    expect(await inside("why", "a.txt")).toMatchObject({ exit: 0, out: expect.stringContaining("acme 1.0.0") });
    expect(await inside("update", "--yes")).toMatchObject({ exit: 0, err: "" });
    expect([read("a.txt"), locked()["commit"]]).toEqual(["two\n", second]);
  });

  it("comes from the cache when nobody is there to ask", async () => {
    const first = release("1.0.0", "one\n", "v1");
    expect(await create(at("v1"))).toMatchObject({ exit: 0, err: "" });
    commitProject();
    fs.renameSync(repository, join(home, "away"));
    expect(await inside("update", "--yes")).toMatchObject({ exit: 0, out: expect.stringContaining("Up to date") });
    expect(locked()["commit"]).toBe(first);
    fs.rmSync(join(home, "cache"), { recursive: true });
    expect(await inside("why", "a.txt")).toMatchObject({ exit: 3, err: expect.stringContaining("can't be fetched") });
  });

  it("whose tag has moved is refused, with both commits", async () => {
    const first = release("1.0.0", "one\n", "v1");
    expect(await create(at("v1"))).toMatchObject({ exit: 0, err: "" });
    commitProject();
    const second = release("1.0.0", "other\n", "v1");
    const { exit, err } = await inside("update", "--yes");
    expect(exit).toBe(3);
    for (const commit of [first, second]) expect(err.replace(/\s+/g, " ")).toContain(commit);
    expect(read("a.txt")).toBe("one\n");
    expect(await inside("update", "--yes", "--pack", at(second))).toMatchObject({ exit: 0, err: "" });
    expect(read("a.txt")).toBe("other\n");
  });

  it("may lie in a folder of it, and be named by a whole commit", async () => {
    const commit = release("1.0.0", "one\n", undefined, "teams/ml/");
    expect(await create(at(commit, "teams/ml"))).toMatchObject({ exit: 0, err: "" });
    expect(read("a.txt")).toBe("one\n");
  });

  it("leaves nothing of git's in the project, and runs nothing of the repository's", async () => {
    put(".gitattributes", "*.txt filter=evil\n");
    put("hooks/post-checkout", `#!/bin/sh\ntouch ${join(home, "ran")}\n`);
    release("1.0.0", "one\n");
    git("config", "filter.evil.smudge", `touch ${join(home, "ran")}`);
    git("config", "core.fsmonitor", `touch ${join(home, "ran")}`);
    expect((await create(at("main"))).exit).toBe(0);
    expect(fs.readdirSync(join(home, "rain")).sort()).toEqual([".ml-project", "README.md", "a.txt", "src"]);
    expect(fs.existsSync(join(home, "ran"))).toBe(false);
  });
});

describe("refused", () => {
  it.each([
    ["a link", () => fs.symlinkSync("/etc/passwd", join(repository, "project/link")), "a link"],
    [
      "another repository",
      () => git("update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},project/sub`),
      "another repository",
    ],
  ])("a pack with %s", async (_what, make, said) => {
    release("1.0.0", "one\n");
    make();
    if (_what === "a link") git("add", "-A");
    git("commit", "-qm", "more");
    const { exit, err } = await create(at("main"));
    expect([exit, err]).toEqual([3, expect.stringContaining(said)]);
    expect(fs.existsSync(join(home, "rain"))).toBe(false);
  });

  it("a lock with something else than a commit in it, before git is asked", async () => {
    release("1.0.0", "one\n");
    expect(await create(at("main"))).toMatchObject({ exit: 0, err: "" });
    const lock = read(".ml-project/lock.json");
    for (const evil of ["--upload-pack=touch", "HEAD", "+refs/heads/main:refs/heads/evil"]) {
      const path = join(home, "rain/.ml-project/lock.json");
      fs.writeFileSync(path, lock.replace(/"commit": "[^"]+"/, `"commit": "${evil}"`));
      expect(await inside("why", "a.txt")).toMatchObject({ exit: 3, err: expect.stringContaining("pack/lock") });
    }
  });

  it("a pack that is larger than 200 MB, though it is small where it is stored", async () => {
    put("zeros", "");
    fs.truncateSync(join(repository, "zeros"), 19_000_000);
    const id = git("hash-object", "-w", "zeros");
    fs.rmSync(join(repository, "zeros"));
    release("1.0.0", "one\n");
    for (let at = 0; at < 11; at++) git("update-index", "--add", "--cacheinfo", `100644,${id},project/${at}`);
    git("commit", "-qm", "a bomb");
    expect(await create(at("main"))).toMatchObject({ exit: 3, err: expect.stringContaining("at most 200 MB") });
  });

  it("a version that is not there, and a folder that is not", async () => {
    release("1.0.0", "one\n");
    expect(await create(at("v9"))).toMatchObject({ exit: 3, err: expect.stringContaining("v9 can't be fetched") });
    expect(await create(at("main", "nowhere"))).toMatchObject({
      exit: 3,
      err: expect.stringContaining("nothing in nowhere"),
    });
    expect(fs.existsSync(join(home, "rain"))).toBe(false);
  });

  it.each([
    "git+ext::sh -c touch% ran",
    "git+ext://sh@v1",
    "ext::sh",
    "fd::17",
    "git+fd://17/x@v1",
    "git+http://example.org/x@v1",
    "http://example.org/x.tar.gz",
    "git://example.org/x@v1",
    "git+git://example.org/x@v1",
    "file:///srv/pack",
    "git+https://example.org/x",
    "git+https://example.org/x@",
    "git+https://example.org/x@--upload-pack=touch",
    "git+https://example.org/x@-v1",
    "git+https://example.org/x@a..b",
    "git+https://example.org/x@a b",
    "git+https://example.org/x@v1#../up",
    "git+https://example.org/x@v1#/etc",
    "git+https://example.org/x@v1#a/./b",
    "git+https://user:secret@example.org/x@v1",
    "git+https://token@example.org/x@v1",
    "git+https://trusted.org@evil.org/x@v1",
    "git+ssh://-oProxyCommand=touch/x@v1",
    "git+ssh://-ouser@example.org/x@v1",
    "git+ssh://git:secret@example.org/x@v1",
    "git+https:///x@v1",
    "git+https://exam\\ple.org/x@v1",
    "git+https://example.org/x\u202e@v1",
    "git+https://example.org/x\n@v1",
  ])("the address %j", (source) => {
    expect(() => readAddress(source, false)).toThrow(expect.objectContaining({ code: "pack/source", exit: 3 }));
  });

  it("credentials are not shown", async () => {
    const { err } = await create("git+https://user:hunter2@example.org/x@v1");
    expect(err).not.toContain("hunter2");
  });

  it("addresses of this machine, unless they are allowed", async () => {
    release("1.0.0", "one\n");
    delete process.env["CREATE_ML_PROJECT_ALLOW"];
    expect(await create(at("main"))).toMatchObject({
      exit: 3,
      err: expect.stringContaining("CREATE_ML_PROJECT_ALLOW=file"),
    });
  });

  it.each([
    [
      "git+https://example.org/team/pack.git@v1.2.0",
      { url: "https://example.org/team/pack.git", ref: "v1.2.0", folder: "" },
    ],
    [
      "git+ssh://git@example.org:2222/pack@main#a/b",
      { url: "ssh://git@example.org:2222/pack", ref: "main", folder: "a/b" },
    ],
    ["git+https://example.org/a@b/c@release/1", { url: "https://example.org/a@b/c", ref: "release/1", folder: "" }],
  ])("but not %s", (source, address) => {
    expect(readAddress(source, false)).toMatchObject(address);
  });
});
