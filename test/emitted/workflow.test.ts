import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { type Ended, execute, must } from "../support/command.ts";
import { Emitted } from "../support/emitted.ts";
import { scratch } from "../support/scratch.ts";

interface Job {
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly name: string; readonly run?: string }[];
}
interface Hooks {
  readonly repos: readonly { readonly repo: string; readonly rev: string; readonly hooks: readonly { id: string }[] }[];
}

/** What runs on other machines, done here: the commands of the workflow in order, and the hooks of our own. */
describe("the workflow and the hooks of a project", () => {
  let project: Emitted;

  beforeAll(async () => {
    const folder = await scratch();
    const { dir } = await Emitted.create(folder, "rain", ["--no-git"]);
    project = await Emitted.at(dir, "own");
    await must("git", ["init", "--quiet"], { cwd: dir });
    await must("git", ["add", "--all"], { cwd: dir });
  });

  /** A command as GitHub starts it. The Python is this machine's: those of the matrix may have to be fetched. */
  function shell(job: Job, run: string): Promise<Ended> {
    const env = Object.entries(job.env ?? {}).filter(([, value]) => !value.includes("${{"));
    const script = join(project.dir, ".git", "step.sh");
    writeFileSync(script, run);
    const line = ["--noprofile", "--norc", "-eo", "pipefail", script];
    return execute("bash", line, { cwd: project.dir, env: Object.fromEntries(env), minutes: 14 });
  }

  it("does each step of each job, in order", async () => {
    const file = readFileSync(join(project.dir, ".github/workflows/ci.yml"), "utf8");
    const { jobs } = parse(file) as { jobs: Readonly<Record<string, Job>> };
    const done: string[] = [];
    for (const job of Object.values(jobs)) {
      for (const { name, run } of job.steps) {
        if (run === undefined) continue;
        const { exit, all } = await shell(job, run);
        expect(exit, `${name}: ${run}\n${all}`).toBe(0);
        done.push(run);
      }
    }
    expect(done[0]).toBe("uv sync");
    expect(done).toEqual(expect.arrayContaining([expect.stringMatching(/pytest/), expect.stringMatching(/ demo /)]));
    expect(done.length).toBeGreaterThanOrEqual(8);
  });

  it("has a hook of its own that pre-commit runs, and whose finding stops a commit", async () => {
    const hooks = parse(readFileSync(join(project.dir, ".pre-commit-config.yaml"), "utf8")) as Hooks;
    // The others are other people's, at pins of their repositories; graders.test.ts runs those tools.
    const own = join(project.dir, ".git", "own-hooks.yaml");
    writeFileSync(own, stringify({ repos: hooks.repos.filter(({ repo }) => repo === "local") }));
    const run = () => project.tool("pre-commit", "run", "--all-files", "--config", own);
    await project.install();
    const clean = await run();
    expect([clean.exit, clean.stdout], clean.all).toEqual([0, expect.stringMatching(/mypy\.+Passed/)]);
    writeFileSync(join(project.dir, "src/rain/clock.py"), "\nWRONG: int = 'x'\n", { flag: "a" });
    const found = await run();
    expect([found.exit, found.stdout], found.all).toEqual([
      1,
      expect.stringMatching(/mypy\.+Failed[\s\S]+WRONG|clock\.py/),
    ]);
  });
});
