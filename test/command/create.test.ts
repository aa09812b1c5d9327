/** Whole runs of the command in this process: what stands afterwards, and what is said. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { VERSION } from "../../src/version.ts";
import { run } from "./world.ts";

let cwd: string;
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), "create-")));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cwd, { recursive: true, force: true });
});

const QUIET = ["--yes", "--no-install", "--no-git"];

interface Document {
  readonly ok: boolean;
  readonly exit: number;
  readonly dryRun: boolean;
  readonly project: Record<string, string>;
  readonly plan: { readonly options: string[]; readonly answers: Record<string, unknown> };
  readonly files: {
    readonly path: string;
    readonly operation: string;
    readonly bytes: number;
    readonly owner: string;
  }[];
  readonly nextSteps: string[];
}

describe("create", () => {
  it("prints its version", async () => {
    expect(await run(cwd, ["--version"])).toEqual({ exit: 0, out: `${VERSION}\n`, err: "" });
  });

  it("shows a tree with sizes and writes nothing with --dry-run, at 60 columns", async () => {
    const { exit, out } = await run(cwd, ["rain", "--yes", "--dry-run"], 60);
    expect(exit).toBe(0);
    expect(out).toMatch(/pyproject\.toml +\d/);
    expect(out).toMatch(/\d+ files, \d+ kB\. Nothing was written\./);
    for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(60);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it("prints one JSON document, the same for a dry run and a real one but for what was done", async () => {
    const dry = JSON.parse((await run(cwd, ["rain", ...QUIET, "--dry-run", "--json"])).out) as Document;
    const real = JSON.parse((await run(cwd, ["rain", ...QUIET, "--json"])).out) as Document;
    expect(dry).toMatchObject({ ok: true, exit: 0, dryRun: true, nextSteps: [] });
    expect(real).toMatchObject({
      ok: true,
      exit: 0,
      dryRun: false,
      project: { name: "rain", package: "rain", command: "rain", directory: "rain" },
    });
    expect(real.files).toEqual(dry.files);
    expect(real.plan).toEqual(dry.plan);
    expect(real.plan.options.length).toBeGreaterThan(5);
    expect(real.nextSteps[0]).toBe("cd rain");
    for (const { path, bytes, owner } of real.files) {
      expect(readFileSync(join(cwd, "rain", path)).length).toBe(bytes);
      expect(owner).not.toBe("");
    }
    const written = readdirSync(join(cwd, "rain"), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(written.length).toBe(real.files.length);
  });

  it("keeps what is there, adds lines to .gitignore, and shows both as a diff", async () => {
    mkdirSync(join(cwd, "rain"));
    writeFileSync(join(cwd, "rain", "README.md"), "# Mine\r\n");
    writeFileSync(join(cwd, "rain", ".gitignore"), "secret\n");
    const { exit, out } = await run(join(cwd, "rain"), [".", ...QUIET]);
    expect(exit).toBe(0);
    expect(readFileSync(join(cwd, "rain", "README.md"), "utf8")).toBe("# Mine\r\n");
    expect(readFileSync(join(cwd, "rain", ".gitignore"), "utf8")).toMatch(/^secret\n[\s\S]*\.venv/);
    expect(out).toContain("README.md is yours and stays");
    expect(out).toContain(".gitignore gets these lines");
    expect(readdirSync(join(cwd, "rain")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("makes a repository, and without an identity says what is missing", async () => {
    const noIdentity = { HOME: cwd, XDG_CONFIG_HOME: cwd, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
    for (const [name, value] of Object.entries(noIdentity)) vi.stubEnv(name, value);
    for (const name of ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"])
      vi.stubEnv(name, undefined);
    const first = await run(cwd, ["rain", "--yes", "--no-install"]);
    expect(first.exit).toBe(0);
    expect(first.out).toContain("git does not know your user.name");
    expect(existsSync(join(cwd, "rain", ".git", "HEAD"))).toBe(true);
    for (const name of ["AUTHOR", "COMMITTER"]) {
      vi.stubEnv(`GIT_${name}_NAME`, "Ada");
      vi.stubEnv(`GIT_${name}_EMAIL`, "ada@example.org");
    }
    const second = await run(cwd, ["snow", "--yes", "--no-install"]);
    expect(second.out).toContain("Git repository with a first commit");
    const third = await run(join(cwd, "snow"), ["hail", "--yes", "--no-install"]);
    expect(third.out).toContain("in a git repository already");
    expect(existsSync(join(cwd, "snow", "hail", ".git"))).toBe(false);
  });

  it("copies a small data file to where git does not look, and tells the path of a large one", async () => {
    const rows = Array.from({ length: 90 }, (_, at) => `c${at},${20 + (at % 50)},${at % 3 ? "yes" : "no"}`);
    writeFileSync(join(cwd, "people.csv"), ["id,age,left", ...rows].join("\n"));
    const flags = ["--data", "people.csv", "--target", "left", "--no-install", "--yes"];
    expect((await run(cwd, ["small", ...flags])).exit).toBe(0);
    expect(readFileSync(join(cwd, "small/data/01_raw/people/people.csv"))).toEqual(
      readFileSync(join(cwd, "people.csv")),
    );
    const padding = "x".repeat(1_000_000);
    writeFileSync(
      join(cwd, "people.csv"),
      ["id,age,left,note", ...rows.map((row, at) => `${row},${at < 21 ? padding : "y"}`)].join("\n"),
    );
    expect((await run(cwd, ["large", ...flags])).exit).toBe(0);
    expect(existsSync(join(cwd, "large/data/01_raw"))).toBe(false);
    expect(readFileSync(join(cwd, "large/.env"), "utf8")).toContain(`DATA_PEOPLE_PATH=${join(cwd, "people.csv")}`);
    for (const name of ["small", "large"]) {
      expect(readFileSync(join(cwd, name, ".gitignore"), "utf8")).toMatch(/^\.env$/m);
      expect(readFileSync(join(cwd, name, ".ml-project/answers.yaml"), "utf8")).not.toContain(cwd);
    }
  });

  it("takes answers from a file, flags over them, and a stored one makes the same project", async () => {
    writeFileSync(
      join(cwd, "a.yaml"),
      'problem: |\n  Who\'s dry? "A" & {{ b }} $&\nlicense: apache-2.0\ninterval: week\n',
    );
    await run(cwd, ["rain", "--answers", "a.yaml", "--interval", "day", ...QUIET]);
    expect((await run(cwd, ["again", "--answers", "rain/.ml-project/answers.yaml", ...QUIET])).exit).toBe(0);
    const read = (path: string): string => readFileSync(join(cwd, path), "utf8");
    expect(read("rain/.ml-project/answers.yaml")).toMatch(/interval: "?day/);
    for (const path of [".ml-project/lock.json", ".ml-project/answers.yaml", "README.md", "LICENSE"])
      expect(read(`again/${path}`)).toBe(read(`rain/${path}`));
    expect(read("rain/README.md")).toContain(`Who's dry? "A" & {{ b }} $&`);
  });

  it("tells the last lines of a failed installation and where the rest is, and leaves the project", async () => {
    mkdirSync(join(cwd, "bin"));
    writeFileSync(
      join(cwd, "bin/uv"),
      '#!/bin/sh\n[ "$1" = --version ] && echo "uv 9.9.9" && exit\necho "no such package: pandsa" >&2; exit 2\n',
    );
    chmodSync(join(cwd, "bin/uv"), 0o755);
    vi.stubEnv("PATH", `${join(cwd, "bin")}:${process.env.PATH}`);
    const { exit, err } = await run(cwd, ["rain", "--yes", "--no-git"]);
    expect(exit).toBe(1);
    expect(err).toContain("no such package: pandsa");
    expect(err).toContain("cd rain && uv sync");
    const log = /log +(\S+)/.exec(err)?.[1] ?? "";
    expect(readFileSync(log, "utf8")).toContain("no such package: pandsa");
    expect(existsSync(join(cwd, "rain/pyproject.toml"))).toBe(true);
    rmSync(join(log, ".."), { recursive: true });
  });

  it("has no colour where none is wanted", async () => {
    const { out } = await run(cwd, ["rain", "--yes", "--dry-run"]);
    expect(out).not.toContain("\u001b");
  });
});
