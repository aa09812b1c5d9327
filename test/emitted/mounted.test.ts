/** A model mounted in what real tools make: their tests end as before, ours are green, it trains and predicts, and undone every byte is as before. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { execute, must } from "../support/command.ts";
import { dataFile } from "../support/datasets.ts";
import { makersEnvironment as env, makers } from "../support/makers.ts";
import { bundle } from "../support/places.ts";
import { scratch } from "../support/scratch.ts";
import { snapshot } from "../support/snapshot.ts";

let parent: string;
let data: string;
beforeAll(async () => {
  parent = await scratch();
  data = await dataFile("penguins");
});

/** A repository as a tool makes it, with a strict test of its own, committed. */
async function make(name: "uv" | "Poetry" | "PDM", label: string = name, ...more: string[]): Promise<string> {
  const folder = join(parent, label);
  await must("mkdir", ["-p", name === "PDM" ? join(folder, "made") : folder], { cwd: parent });
  const [command, args] = makers[name];
  await must(command, args, { cwd: folder, env });
  const made = join(folder, "made");
  // What is strict about tests is where a stranger's would break it first: a conftest that is imported by its name.
  await must("sh", ["-c", STRICT], { cwd: made });
  if (more.length > 0) await must("uvx", ["-q", ...more], { cwd: made });
  if (!existsSync(join(made, ".git"))) await must("git", ["init", "-q"], { cwd: made, env });
  await must("git", ["add", "-A"], { cwd: made, env });
  await execute("git", ["commit", "-qm", "As it is"], { cwd: made, env });
  return made;
}

const STRICT = `
mkdir -p tests && rm -f tests/__init__.py
printf 'HELP = 1\\n' > tests/conftest.py
printf 'import made\\nfrom conftest import HELP\\n\\n\\ndef test_help() -> None:\\n    assert (made.__name__, HELP) == ("made", 1)\\n' > tests/test_theirs.py
printf '\\n[tool.pytest.ini_options]\\naddopts = "--strict-markers --strict-config --doctest-modules"\\nfilterwarnings = ["error"]\\nxfail_strict = true\\n' >> pyproject.toml
`;

/** Their tests as they are run there, without anything of ours installed; counts, without times. */
async function theirTests(made: string): Promise<string> {
  const { exit, stdout } = await execute("uvx", ["-q", "pytest", "-q", "-p", "no:cacheprovider"], {
    cwd: made,
    env: { PYTHONPATH: join(made, "src"), PYTHONDONTWRITEBYTECODE: "1" },
  });
  return `${exit}: ${stdout
    .replace(/in [\d.]+s.*$/m, "")
    .split("\n")
    .at(-1)}`;
}

const add = (made: string, ...more: string[]) =>
  must(process.execPath, [bundle, "add", "model", "churn", "--data", data, "--target", "species", "--yes", ...more], {
    cwd: made,
    env,
  });

describe("a model mounted in what is made by", () => {
  it.each(["uv", "Poetry", "PDM"] as const)("%s", async (name) => {
    const made = await make(name);
    const git = async (...words: string[]) => (await must("git", words, { cwd: made, env })).stdout;
    const before = snapshot(made, [".git"]);
    const ended = await theirTests(made);
    expect(ended).toMatch(/^0: \d+ passed/);

    const { stdout } = await add(made, "--json");
    expect(JSON.parse(stdout)).toMatchObject({ form: "mounted", path: "src/made/ml" });
    const status = (await git("status", "--short")).trimEnd().split("\n");
    expect(status).toEqual([" M pyproject.toml", "?? .ml-project/", "?? ml/", "?? src/made/ml/", "?? tests/ml/"]);
    const lines = (await git("diff", "-U0", "pyproject.toml")).split("\n");
    expect(lines.filter((line) => /^-(?!--)/.test(line))).toEqual([]);
    expect(lines.filter((line) => /^\+.*scikit-learn/.test(line))).toHaveLength(1);
    expect(await theirTests(made)).toBe(ended);
    const after = snapshot(made, [".git"]);
    await add(made);
    expect(snapshot(made, [".git"]), "run twice").toEqual(after);
    await must(process.execPath, [bundle, "undo", "--yes"], { cwd: made, env });
    expect(snapshot(made, [".git"]), "undone").toEqual(before);
  });

  it("is green where its extra is installed, as a clone has it: its tests, a run, a second model", async () => {
    const made = await make("Poetry", "with Alembic", "alembic", "init", "migrations");
    await add(made);
    await must("git", ["add", "-A"], { cwd: made, env });
    await must("git", ["commit", "-qm", "With a model"], { cwd: made, env });
    await must("git", ["clone", "-q", made, "clone"], { cwd: parent });
    const clone = join(parent, "clone");
    await must("uv", ["venv", "-q", ".venv"], { cwd: clone });
    await must("uv", ["pip", "install", "-q", "-e", ".[ml]"], { cwd: clone, minutes: 15 });
    const own = (folder: string, ...words: string[]) =>
      execute(join(clone, ".venv/bin/python"), ["-m", ...words], { cwd: folder, minutes: 10 });
    const tests = await own(clone, "pytest", "-q", "tests/ml");
    expect([tests.exit, tests.stdout], tests.all).toEqual([0, expect.stringMatching(/\d+ passed/)]);
    const theirs = await own(clone, "pytest", "-q", "tests", "src");
    expect([theirs.exit, theirs.stdout.split("\n").at(-1)], theirs.all).toEqual([
      0,
      expect.stringMatching(/^1 passed/),
    ]);

    // Their Alembic runs both chains on one database, and neither takes the other's tables for its own.
    const url = `sqlite:///${clone}/both.db`;
    await must("sed", ["-i", `s#^sqlalchemy.url.*#sqlalchemy.url = ${url}#`, "alembic.ini"], { cwd: clone });
    const alembic = async (...words: string[]) => {
      const { exit, all } = await execute(join(clone, ".venv/bin/alembic"), words, {
        cwd: clone,
        env: { DATABASE_URL: url },
      });
      expect(exit, all).toBe(0);
      return all;
    };
    await alembic("revision", "-m", "theirs");
    await alembic("upgrade", "head");
    await alembic("-n", "ml", "upgrade", "head");
    expect(await alembic("-n", "ml", "current")).toContain("0001 (head)");
    const check = await execute(join(clone, ".venv/bin/python"), ["-m", "made.ml", "db", "check"], {
      cwd: clone,
      env: { DATABASE_URL: url },
    });
    expect([check.exit, check.all]).toEqual([0, expect.stringContaining("as the code needs it")]);

    // The data stays on the machine that it was given on.
    const here = { PYTHONPATH: join(made, "src") };
    const run = await execute(join(clone, ".venv/bin/python"), ["-P", "-m", "made.ml", "run", "training", "scoring"], {
      cwd: made,
      env: here,
      minutes: 10,
    });
    expect(run.exit, run.all).toBe(0);
    expect(run.stdout).toMatch(/training of churn: succeeded[\s\S]*scoring of churn: succeeded/);
    expect(existsSync(join(made, "ml/data/made-ml.db"))).toBe(true);
    await must(process.execPath, [bundle, "add", "model", "slow", "--yes"], { cwd: made, env });
    const listed = await execute(join(clone, ".venv/bin/python"), ["-P", "-m", "made.ml", "models", "list"], {
      cwd: made,
      env: here,
    });
    expect(listed.all).toMatch(/churn[\s\S]*slow/);
    expect(readFileSync(join(made, "ml/README.md"), "utf8")).toContain("pytest tests/ml");
  });
});
