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
interface Hook {
  readonly id: string;
  readonly entry?: string;
  readonly [key: string]: unknown;
}
interface Hooks {
  readonly repos: readonly { readonly repo: string; readonly hooks: readonly Hook[] }[];
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

  it("has hooks that pre-commit takes, that pass on it, and whose finding stops a commit", async () => {
    const file = join(project.dir, ".pre-commit-config.yaml");
    await project.install();
    const valid = await project.tool("pre-commit", "validate-config", file);
    expect(valid.exit, valid.all).toBe(0);

    // Other people's come from the registry instead of their repositories, at the versions of the pins.
    const text = readFileSync(file, "utf8");
    const pins = [...text.matchAll(/repo: \S+\/(\S+)\n +rev: \w{40} # frozen: v(\S+)/g)];
    const packages = pins.map(([, repo = "", version]) => `${repo.replace(/-pre-commit$/, "")}==${version}`);
    const tools = join(await scratch(), "tools");
    await must("uv", ["venv", "-q", tools], { cwd: project.dir });
    await must("uv", ["pip", "install", "-q", "--python", tools, ...packages], { cwd: project.dir });
    const { repos } = parse(text) as Hooks;
    expect(packages).toHaveLength(repos.length - 1);
    const own = ({ id, ...more }: Hook): Hook => {
      const { entry = id, ...said } = saidByRepository[id] ?? {};
      return { id, name: id, language: "system", ...said, ...more, entry: join(tools, "bin", entry) };
    };
    const hooks = repos.flatMap((one) => (one.repo === "local" ? one.hooks : one.hooks.map(own)));
    const config = join(project.dir, ".git", "hooks.yaml");
    writeFileSync(config, stringify({ repos: [{ repo: "local", hooks }] }));
    const run = () => {
      const { cwd, env } = project.settings();
      const line = ["run", "--no-sync", "pre-commit", "run", "--all-files", "--config", config];
      return execute("uv", line, { cwd, env: { ...env, ZIZMOR_OFFLINE: "true" } });
    };
    const ended = ({ stdout }: Ended) =>
      [...stdout.matchAll(/^([\w-]+)\.+(?:\(.*\))?(\w+)$/gm)].map(([, id, how]) => `${id} ${how}`);
    const clean = await run();
    expect([clean.exit, ended(clean)], clean.all).toEqual([0, hooks.map(({ id }) => `${id} Passed`)]);
    writeFileSync(join(project.dir, "src/rain/clock.py"), "\nWRONG: int = 'x'  \n", { flag: "a" });
    const found = await run();
    const failed = ["trailing-whitespace", "ruff-format", "mypy"];
    expect([found.exit, ended(found)], found.all).toEqual([
      1,
      hooks.map(({ id }) => `${id} ${failed.includes(id) ? "Failed" : "Passed"}`),
    ]);
  });
});

/** What the repositories of the hooks say of them, as far as it differs from their command's name and all files. */
const saidByRepository: Readonly<Record<string, Partial<Hook>>> = {
  "check-toml": { types: ["toml"] },
  "check-yaml": { types: ["yaml"] },
  "detect-private-key": { types: ["text"] },
  "end-of-file-fixer": { types: ["text"] },
  "mixed-line-ending": { types: ["text"] },
  "trailing-whitespace": { entry: "trailing-whitespace-fixer", types: ["text"] },
  "ruff-check": { entry: "ruff check --force-exclude", types_or: ["python", "pyi", "jupyter"] },
  "ruff-format": { entry: "ruff format --force-exclude" },
  rumdl: { entry: "rumdl check", types: ["markdown"] },
  codespell: { types: ["text"] },
  zizmor: { types: ["yaml"], files: "^\\.github/workflows/" },
};
