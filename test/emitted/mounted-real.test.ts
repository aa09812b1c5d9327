/** A model mounted in real packages: strict about tests and types, a Flask application with migrations, beside schedulers that are installed. */
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { execute, must } from "../support/command.ts";
import { dataFile } from "../support/datasets.ts";
import { makersEnvironment } from "../support/makers.ts";
import { bundle, root } from "../support/places.ts";
import { scratch } from "../support/scratch.ts";
import { snapshot } from "../support/snapshot.ts";

/** A source distribution has no history to take its version from. */
const env = { ...makersEnvironment, SETUPTOOLS_SCM_PRETEND_VERSION: "3.1.6", PYTHONDONTWRITEBYTECODE: "1" };

let parent: string;
let data: string;
beforeAll(async () => {
  parent = await scratch();
  data = await dataFile("penguins");
});

const sh = (cwd: string, script: string) => must("sh", ["-ec", script], { cwd, env, minutes: 10 });
const ours = (cwd: string, ...words: string[]) => must(process.execPath, [bundle, ...words], { cwd, env });
const add = (cwd: string) => ours(cwd, "add", "model", "churn", "--data", data, "--target", "species", "--yes");
const commit = (cwd: string) => sh(cwd, "git init -q; git add -A; git commit -qm 'As it is'");
const status = async (cwd: string) => (await sh(cwd, "git status --short")).stdout.trimEnd().split("\n");
/** Python's caches come and go with what is run. */
const seen = async (cwd: string) => {
  await sh(cwd, "find . -name __pycache__ -prune -exec rm -r {} +");
  return snapshot(cwd, [".git"]);
};

/** An environment beside the repository; what it installs from there follows every change. */
async function environment(
  cwd: string,
  ...packages: string[]
): Promise<(...words: string[]) => ReturnType<typeof execute>> {
  const folder = `${cwd} environment`;
  await must("uv", ["venv", "-q", "--clear", folder], { cwd, env });
  await must("uv", ["pip", "install", "-q", "--python", folder, ...packages], { cwd, env, minutes: 15 });
  return (...words) => execute(join(folder, "bin/python"), ["-m", ...words], { cwd, env, minutes: 10 });
}

/** How a run of pytest ended, without times. */
async function counts(run: ReturnType<typeof execute>): Promise<string> {
  const { exit, stdout, all } = await run;
  const last = /^\d+ (?:passed|failed).*(?= in [\d.]+s)/m.exec(stdout)?.[0];
  return last === undefined ? all : `${exit}: ${last}`;
}

/** What mypy has against it, file by file. */
const types = async (run: ReturnType<typeof execute>) =>
  (await run).stdout.split("\n").filter((line) => line.includes(": error: "));

it("zarr, strict about tests and types", async () => {
  await must("uvx", ["-q", "pip", "download", "-q", "--no-deps", "--no-binary", "zarr", "zarr==3.1.6"], {
    cwd: parent,
    env,
  });
  const made = join(parent, "zarr");
  await sh(parent, "mkdir zarr; tar xzf zarr-*.tar.gz --no-same-owner --strip-components 1 -C zarr");
  await commit(made);
  const theirs = ["-e", ".", "pytest", "pytest-asyncio", "pytest-benchmark", "hypothesis", "tomlkit", "mypy"];
  const python = await environment(made, ...theirs);
  const sample = ["tests/test_attributes.py", "tests/test_common.py", "tests/test_config.py", "tests/test_zarr.py"];
  const tests = () => counts(python("pytest", "-q", "-p", "no:cacheprovider", ...sample));
  const mypy = (...more: string[]) => types(python("mypy", "src", "--cache-dir", "/dev/null", ...more));
  const collected = async () =>
    (await python("pytest", "-q", "-p", "no:cacheprovider", "--co")).stdout.split("\n").slice(-2)[0]?.split(" in ")[0];
  const [ended, found, typed] = [await tests(), await collected(), await mypy()];
  expect(ended).toMatch(/^0: \d+ passed/);
  const before = await seen(made);

  const page = (await ours(made, "survey")).stdout;
  expect(page).toMatch(
    /\| layout \| src \|[\s\S]*\| Python \| >=3\.11 [\s\S]*mypy, strict[\s\S]*Mount a package at `src\/zarr\/ml`/,
  );
  const told = (await add(made)).stdout.replace(/\s+/g, " ");
  expect(await status(made)).toEqual([
    " M pyproject.toml",
    "?? .ml-project/",
    "?? ml/",
    "?? src/zarr/ml/",
    "?? tests/ml/",
  ]);
  expect((await sh(made, "git diff -U0")).stdout).not.toMatch(/^-(?!-- )/m);
  expect(await tests()).toBe(ended);
  expect(await collected()).toBe(found);

  // Their checker reads the module, too, as it is told; it gets through, and says of theirs what it said before.
  expect((await mypy()).filter((line) => !line.startsWith("src/zarr/ml/"))).toEqual(typed);
  const out = /mypy \(pyproject\.toml\).*? exclude: (\S+)/.exec(told)?.[1];
  expect(await mypy("--exclude", `${out}`)).toEqual(typed);

  const after = await seen(made);
  await add(made);
  expect(await seen(made), "run twice").toEqual(after);
  const installed = await environment(made, "-e", ".[ml]");
  expect(await counts(installed("pytest", "-q", "-p", "no:cacheprovider", "tests/ml"))).toMatch(/^0: \d+ passed/);
  await ours(made, "undo", "--yes");
  expect(await seen(made), "undone").toEqual(before);
});

describe("a Flask application with Flask-Migrate, Airflow and Luigi", () => {
  let made: string;
  let python: Awaited<ReturnType<typeof environment>>;
  let ended: string;
  let before: ReturnType<typeof snapshot>;
  let database: Record<string, string>;
  const tests = () => counts(python("pytest", "-q", "-p", "no:cacheprovider"));

  beforeAll(async () => {
    made = join(parent, "shop");
    await sh(parent, `mkdir shop; cd shop; sh "${root}/test/support/flask-application.sh"`);
    python = await environment(made, "-e", ".", "pytest");
    database = { SHOP_DATABASE_URL: `sqlite:///${parent}/both.db`, DATABASE_URL: `sqlite:///${parent}/both.db` };
    // Their own first revision, as their tool writes it from their tables.
    for (const words of [["init"], ["migrate", "-m", "orders"]])
      await must(join(`${made} environment`, "bin/flask"), ["--app", "shop", "db", ...words], {
        cwd: made,
        env: { ...env, ...database },
      });
    await commit(made);
    ended = await tests();
    before = await seen(made);
    await add(made);
  });

  it("ends its tests as before, ours are green, and undone every byte is as before", async () => {
    expect(ended).toBe("0: 1 passed");
    expect(await status(made)).toEqual([
      " M migrations/alembic.ini",
      " M pyproject.toml",
      "?? .ml-project/",
      "?? dags/shop_ml_dag.py",
      "?? ml/",
      "?? shop_ml_tasks.py",
      "?? src/shop/ml/",
      "?? tests/ml/",
    ]);
    expect(await tests()).toBe(ended);
    python = await environment(made, "-e", ".[ml]");
    // Their package imports SQLAlchemy before ours is asked for anything.
    expect(await counts(python("pytest", "-q", "-p", "no:cacheprovider", "tests/ml"))).toMatch(/^0: \d+ passed/);
    expect(await tests()).toBe(ended);
    const after = await seen(made);
    await add(made);
    expect(await seen(made), "run twice").toEqual(after);
    await ours(made, "undo", "--yes");
    expect(await seen(made), "undone").toEqual(before);
    await add(made);
  });

  it("runs both chains of migrations on one database", async () => {
    const at = (command: string, ...words: string[]) =>
      must(join(`${made} environment`, "bin", command), words, { cwd: made, env: { ...env, ...database } });
    const section = ["-c", "migrations/alembic.ini", "-n", "ml"];
    await at("flask", "--app", "shop", "db", "upgrade");
    await at("alembic", ...section, "upgrade", "head");
    expect((await at("alembic", ...section, "current")).all).toContain("0001 (head)");
    expect((await at("flask", "--app", "shop", "db", "current")).all).toMatch(/[0-9a-f]{12} \(head\)/);
    expect((await at("python", "-m", "shop.ml", "db", "check")).all).toContain("as the code needs it");
  });

  it("has a DAG that Airflow takes in, and says what it starts", async () => {
    const airflow = `${made} airflow`;
    await must("uv", ["venv", "-q", airflow], { cwd: made, env });
    const packages = ["apache-airflow>=3,<4", "apache-airflow-providers-standard"];
    await must("uv", ["pip", "install", "-q", "--python", airflow, ...packages], { cwd: made, env, minutes: 15 });
    const script = `
from runpy import run_path
dag = run_path("dags/shop_ml_dag.py")["dag"]
task = dag.get_task("run")
print(dag.dag_id, dag.schedule, task.env["PROJECT_DIR"], task.bash_command)`;
    const home = { ...env, AIRFLOW_HOME: join(parent, "airflow home") };
    const { stdout } = await must(join(airflow, "bin/python"), ["-c", script], { cwd: made, env: home });
    expect(stdout).toContain(`shop_ml_module @daily ${made}/ml "$MODULE_PYTHON" -m shop.ml run training`);
  });

  it("has a Luigi task that starts the module, and fails with it", async () => {
    const luigi = `${made} luigi`;
    await must("uv", ["venv", "-q", luigi], { cwd: made, env });
    await must("uv", ["pip", "install", "-q", "--python", luigi, "luigi"], { cwd: made, env });
    const stub = join(parent, "module python");
    await writeFile(stub, '#!/bin/sh\necho "$PROJECT_DIR $*" >> "$0.log"\nexit $STUB_EXIT\n', { mode: 0o755 });
    const start = (exit: string) =>
      execute(
        join(luigi, "bin/luigi"),
        // Luigi itself ends with 0 whatever happens, unless it is told what a failure is.
        "--module shop_ml_tasks shop.ml.Run --fired 2026-11-23T0800 --local-scheduler --retcode-task-failed 30".split(
          " ",
        ),
        { cwd: made, env: { ...env, PYTHONPATH: ".", MODULE_PYTHON: stub, STUB_EXIT: exit } },
      );
    const good = await start("0");
    expect([good.exit, good.all]).toEqual([0, expect.stringContaining("1 ran successfully")]);
    expect((await start("3")).exit).toBe(30);
    const line = `${made}/ml -m shop.ml run training scoring monitoring --wait 900 --trigger luigi\n`;
    expect(readFileSync(`${stub}.log`, "utf8")).toBe(line.repeat(2));
  });
});
