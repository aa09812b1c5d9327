import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { type Ended, execute, must } from "../support/command.ts";
import { Emitted } from "../support/emitted.ts";
import { cacheDir } from "../support/places.ts";
import { scratch } from "../support/scratch.ts";

/** Tools that others wrote, at the versions whose judgement we know; a tool that can't be had is a failure. */
const tools = [
  "bandit==1.9.4",
  "codespell==2.4.3",
  "rumdl==0.3.0",
  "sp-repo-review[cli]==2026.8.14",
  "validate-pyproject[all]==0.27",
  "zizmor==1.32.0",
];

/** Checks of sp-repo-review that don't apply, each with its reason; every other one has to pass. */
const notForUs: Readonly<Record<string, string>> = {
  PY007: "tasks are the project's own command, which also works on Windows; nox and tox are for libraries",
  PC140: "mypy runs from the project's environment: a mirror would not see the types of what the project uses",
  PC170: "only for reStructuredText; there is none",
};

/** Findings of bandit that don't apply; ruff's S rules are the same checks, each exception explained where it stands. */
const notFaults: Readonly<Record<string, string>> = {
  B101: "a model's own test lies in its folder, and tests assert",
  B404: "importing subprocess is no fault; each call is judged by S603",
  B603: "the crontab program by its full path, without a shell: noqa with its reason in scheduler.py",
  B608: "names of our own tables, quoted: noqa with its reason in engine.py",
};

let bin: string;
let project: Emitted;

beforeAll(async () => {
  bin = join(await toolEnvironment(), "bin");
  project = await Emitted.create(await scratch(), "graded");
  await project.install();
});

/** One environment for all of them, made once; whoever is first wins, as test files run side by side. */
async function toolEnvironment(): Promise<string> {
  const folder = join(cacheDir, "graders", tools.join("+").replace(/[^\w.+=-]/g, "_"));
  if (!existsSync(folder)) {
    const making = `${folder}.${process.pid}`;
    await must("uv", ["venv", "--quiet", "--relocatable", making], { cwd: cacheDir });
    await must("uv", ["pip", "install", "--quiet", "--python", join(making, "bin/python"), ...tools], {
      cwd: cacheDir,
    });
    await rename(making, folder).catch(() => rm(making, { recursive: true, force: true }));
  }
  return folder;
}

function grade(tool: string, ...args: string[]): Promise<Ended> {
  return execute(join(bin, tool), args, { cwd: project.dir });
}

// Its format, lint and types are in default.test.ts.
it("the default project uses all it depends on, and nothing it does not", async () => {
  const { exit, all } = await project.tool("deptry", "src");
  expect(exit, all).toBe(0);
});

it.each([
  ["validate-pyproject", "a valid pyproject.toml", ["pyproject.toml"]],
  ["bandit", "nothing a security review asks about", ["-q", "-r", "src", "-s", Object.keys(notFaults).join(",")]],
  ["zizmor", "workflows that can't be turned against it", ["--offline", "--persona", "pedantic", "."]],
  ["codespell", "its words spelled", ["--toml", "pyproject.toml"]],
  ["rumdl", "Markdown that every reader reads alike", ["check", "."]],
])("%s finds %s", async (tool, _, args) => {
  const { exit, all } = await grade(tool, ...args);
  expect(exit, all).toBe(0);
});

it("passes every check of sp-repo-review that applies, and each exception is still one", async () => {
  const { stdout, all } = await grade("sp-repo-review", "--format", "json", ".");
  const { checks } = JSON.parse(stdout) as { checks: Record<string, { result: boolean | null; description: string }> };
  const failed = Object.keys(checks).filter((id) => checks[id]?.result === false);
  expect(Object.keys(checks).length, all).toBeGreaterThan(40);
  expect(failed.sort()).toEqual(Object.keys(notForUs).sort());
});

it("builds its docs without a broken link", async () => {
  const site = join(await scratch(), "site");
  const command = ["run", "--isolated", "--only-group", "docs", "mkdocs", "build", "--strict", "--site-dir", site];
  const { exit, all } = await execute("uv", command, { cwd: project.dir });
  expect(exit, all).toBe(0);
  expect(existsSync(join(site, "runbook", "index.html"))).toBe(true);
});
