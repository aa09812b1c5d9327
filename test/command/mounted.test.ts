/** `add model` in a repository whose Python and pins admit ours: mounted in its package, and nothing of theirs overwritten or shadowed. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { snapshot } from "../support/snapshot.ts";
import { type Ran, run } from "./world.ts";

const KNOWN = ["-c", "user.name=T", "-c", "user.email=t@example.org"];
const BUILT = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n';
const PYPROJECT = `[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = []\n\n${BUILT}`;
const CHURN = `customer,age,plan,left\n${Array.from({ length: 80 }, (_, at) => `c-${at},${20 + (at % 40)},${at % 3 ? "basic" : "gold"},${at % 4 ? "no" : "yes"}\n`).join("")}`;

let theirs: string;
const at = (path: string): string => join(theirs, path);
const read = (path: string): string => fs.readFileSync(at(path), "utf8");
const git = (...args: string[]): string =>
  execFileSync("git", [...KNOWN, ...args], { cwd: theirs, encoding: "utf8" }).trimEnd();
function put(path: string, text: string): void {
  fs.mkdirSync(join(theirs, path, ".."), { recursive: true });
  fs.writeFileSync(at(path), text);
}
function commit(): void {
  git("add", "-A");
  git("commit", "-qm", "As it is");
}
const add = (...more: string[]): Promise<Ran> =>
  run(theirs, ["add", "model", "churn", "--data", `${theirs}.csv`, "--target", "left", ...more]);
/** The top folders and files that are new. */
const isNew = (): string[] =>
  git("status", "--short")
    .split("\n")
    .filter((line) => line.startsWith("??"))
    .map((line) => line.slice(3));

beforeEach(() => {
  theirs = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "mounted-")));
  fs.writeFileSync(`${theirs}.csv`, CHURN);
  git("init", "-q");
  put("pyproject.toml", PYPROJECT);
  put("src/shop/__init__.py", '"""A shop."""\n');
  put("src/shop/prices.py", "def price():\n    return 1\n");
  put("tests/test_prices.py", "from shop.prices import price\n\ndef test_price():\n    assert price() == 1\n");
});
afterEach(() => {
  fs.rmSync(theirs, { recursive: true, force: true });
  fs.rmSync(`${theirs}.csv`, { force: true });
});

describe("add model, mounted", () => {
  it("puts the code below their package, tests where theirs are, and the rest into one folder", async () => {
    put("docs/index.md", "# Shop\n");
    commit();
    const before = snapshot(theirs, [".git"]);
    const { exit, err, out } = await add("--yes");
    expect([exit, err]).toEqual([0, ""]);
    expect(out).toMatch(/Mounted as shop\.ml, because pyproject\.toml asks for Python >=3\.11/);
    expect(isNew()).toEqual([".ml-project/", "docs/ml/", "ml/", "src/shop/ml/", "tests/ml/"]);
    for (const [path, content] of Object.entries(before))
      if (!/(?:^|\/)(?:\.|docs|src|shop|tests)$|pyproject\.toml$/.test(path))
        expect(snapshot(theirs, [".git"])[path], path).toBe(content);
    expect(read("src/shop/ml/models/churn/params.toml")).toContain('target = "left"');
    expect(read("tests/ml/suite/contract/test_found.py")).toContain("from shop.ml.models import");
    expect(read("docs/ml/index.md")).toContain("`src/shop/ml/pipelines/`");
    expect(fs.readdirSync(at("ml")).sort()).toEqual([".env.example", ".gitignore", "README.md", "conf", "data"]);
    const files = git("ls-files", "--others", "--exclude-standard").split("\n");
    for (const path of files.filter((one) => !one.startsWith(".ml-project/")))
      expect(fs.readFileSync(at(path), "utf8"), path).not.toMatch(/sample[_-](?:project|model|tests)|uv run/);
  });

  it("is rendered again from its record, grows, and is taken back byte by byte", async () => {
    commit();
    const before = snapshot(theirs, [".git"]);
    expect((await add("--yes")).exit).toBe(0);
    const once = snapshot(theirs, [".git"]);
    const again = await add("--yes");
    expect([again.exit, again.out]).toEqual([0, expect.stringContaining("nothing was written")]);
    expect(snapshot(theirs, [".git"])).toEqual(once);
    const second = await run(theirs, ["add", "model", "slow", "--yes"]);
    expect([second.exit, second.err]).toEqual([0, ""]);
    expect(second.out).toContain("python -m shop.ml run training scoring --model slow");
    expect(second.out).toContain("pytest tests/ml/suite/contract");
    expect(fs.existsSync(at("src/shop/ml/models/slow/model.py"))).toBe(true);
    for (const _ of ["slow", "churn"]) expect((await run(theirs, ["undo", "--yes"])).exit).toBe(0);
    expect(snapshot(theirs, [".git"])).toEqual(before);
  });

  it("takes data of its own to where its project looks for it", async () => {
    commit();
    expect((await add("--yes")).exit).toBe(0);
    const { exit, err } = await run(theirs, [
      ...["add", "model", "other", "--data", `${theirs}.csv`, "--dataset", "more", "--target", "plan", "--yes"],
    ]);
    expect([exit, err]).toEqual([0, ""]);
    expect(fs.readdirSync(at("ml/data/01_raw/more"))).toHaveLength(1);
    expect(fs.existsSync(at("data"))).toBe(false);
  });

  it.each([
    ["a folder of the package", "src/shop/ml/__init__.py", "src/shop/ml_models"],
    ["a module of the package", "src/shop/ml.py", "src/shop/ml_models"],
    ["a folder at the root", "ml/notes.txt", "src/shop/ml_models"],
    ["a folder of tests", "tests/ml/test_it.py", "src/shop/ml_models"],
    ["a package that is required", "pyproject.toml", "src/shop/ml_models"],
  ])("takes another name when ml is %s", async (_what, path, expected) => {
    put(path, path.endsWith(".toml") ? PYPROJECT.replace("[]", '["ml"]') : "");
    commit();
    const { exit, err, out } = await add("--dry-run", "--json");
    expect([exit, err]).toEqual([0, ""]);
    expect(JSON.parse(out)).toMatchObject({ form: "mounted", path: expected });
  });

  it("puts tests beside a tests.py, not into a folder that shadows it", async () => {
    fs.rmSync(at("tests"), { recursive: true });
    put("tests.py", "import shop\n");
    commit();
    expect((await add("--yes")).exit).toBe(0);
    expect(isNew()).toContain("ml_tests/");
    expect(fs.existsSync(at("tests"))).toBe(false);
  });

  it("puts tests into the package where theirs are", async () => {
    fs.renameSync(at("tests"), at("src/shop/tests"));
    put("src/shop/tests/__init__.py", "");
    commit();
    expect((await add("--yes")).exit).toBe(0);
    expect(fs.existsSync(at("src/shop/tests/ml/suite/contract/test_found.py"))).toBe(true);
  });

  it("lets in again what their ignore rules would swallow", async () => {
    put(".gitignore", "models/\n*.toml\n");
    git("add", "-f", "pyproject.toml");
    commit();
    const { exit, out } = await add("--yes");
    expect([exit, out]).toEqual([0, expect.stringMatching(/Your ignore rules would swallow \d+ of its files/)]);
    const known = git("ls-files", "--others", "--exclude-standard").split("\n");
    for (const path of ["src/shop/ml/models/churn/params.toml", "src/shop/ml/models/train.py", "ml/conf/settings.toml"])
      expect(known).toContain(path);
  });

  it.each([
    ["nothing installs it", () => put("pyproject.toml", PYPROJECT.replace(BUILT, "")), /nothing installs its code/],
    ["its Python is older", () => put("pyproject.toml", PYPROJECT.replace("3.11", "3.8")), /3\.8 is admitted/],
    ["its pins clash", () => put("pyproject.toml", PYPROJECT.replace("[]", '["pandas<2"]')), /wants pandas<2/],
    ["it has no package", () => fs.rmSync(at("src"), { recursive: true }), /no package that a module could lie in/],
    ["it is asked to", () => undefined, /you asked for it/],
  ])("goes beside when %s", async (what, prepare, told) => {
    prepare();
    commit();
    const { exit, out } = await add("--dry-run", "--json", ...(what.includes("asked") ? ["--beside"] : []));
    expect([exit, JSON.parse(out)]).toMatchObject([0, { form: "beside", path: "ml" }]);
    expect(JSON.parse(out).notes[0]).toMatch(told);
  });

  it("refuses an option whose files have no place in a package", async () => {
    commit();
    const before = snapshot(theirs);
    const { exit, err } = await add("--scheduler", "airflow", "--yes");
    expect([exit, err]).toEqual([3, expect.stringContaining("--beside")]);
    expect(snapshot(theirs)).toEqual(before);
  });

  it("writes nothing on --dry-run, and a patch that git applies to the same", async () => {
    commit();
    const before = snapshot(theirs, [".git"]);
    expect((await add("--dry-run")).exit).toBe(0);
    expect(snapshot(theirs, [".git"])).toEqual(before);
    expect((await add("--patch", `${theirs}.patch`)).exit).toBe(0);
    git("apply", `${theirs}.patch`);
    fs.rmSync(`${theirs}.patch`);
    expect(isNew()).toEqual([".ml-project/", "ml/", "src/shop/ml/", "tests/ml/"]);
  });
});

describe("what joins it to the repository around it", () => {
  it("is a file of its own beside what they use, in their CI and their scheduler", async () => {
    put(".github/workflows/ci.yml", "on: push\njobs: {}\n");
    put("dags/daily.py", "from airflow import DAG\n");
    put("jobs/tasks.py", "import luigi\n");
    commit();
    const { exit, err } = await add("--interval", "week", "--yes");
    expect([exit, err]).toEqual([0, ""]);
    const [workflow = "", ...others] = fs.readdirSync(at(".github/workflows")).filter((name) => name !== "ci.yml");
    expect([workflow.endsWith(".yml"), others]).toEqual([true, []]);
    expect(read(`.github/workflows/${workflow}`)).toContain("run: pytest tests/ml");
    const [dag = ""] = fs.readdirSync(at("dags")).filter((name) => name !== "daily.py");
    expect(read(`dags/${dag}`)).toMatch(/-m shop\.ml run training scoring[\s\S]*"ml"/);
    expect(read(`dags/${dag}`)).toContain('NAMED.get("week", "week")');
    const [tasks = ""] = fs.readdirSync(at("jobs")).filter((name) => name !== "tasks.py");
    expect(read(`jobs/${tasks}`)).toContain('"-m", "shop.ml"]');
    for (const path of [`dags/${dag}`, `jobs/${tasks}`])
      execFileSync("python3", ["-c", "import ast, sys; ast.parse(open(sys.argv[1]).read())", at(path)]);
  });

  it("is a line in files of theirs: Alembic's ini, GitLab's CI, a crontab file", async () => {
    const files = {
      "alembic.ini": "# theirs\n[alembic]\nscript_location = migrations\n\n# Logging\n[loggers]\nkeys = root\n",
      ".gitlab-ci.yml": "stages: [check]\nlint:\n  stage: check\n  script:\n    - ruff check .\n",
      "deploy/crontab": "MAILTO=me\n0 3 * * * cd /srv/shop && .venv/bin/python -m shop.backup",
    };
    for (const [path, text] of Object.entries(files)) put(path, text);
    commit();
    const { exit, err } = await add("--interval", "week", "--yes");
    expect([exit, err]).toEqual([0, ""]);
    for (const path of Object.keys(files))
      expect(
        git("diff", "-U0", path)
          .split("\n")
          .filter((line) => /^-(?!--)/.test(line) && line !== `-${files["deploy/crontab"].split("\n")[1]}`),
      ).toEqual([]);
    expect(read("alembic.ini")).toContain(
      "[ml]\nscript_location = %(here)s/src/shop/ml/storage/migrations/by_alembic\n",
    );
    expect(read(".gitlab-ci.yml")).toMatch(/ml-tests:\n {2}stage: check\n[\s\S]*pytest tests\/ml/);
    expect(read("deploy/crontab")).toMatch(
      /shop\.backup\n[\s\S]*5 0 \* \* 1 cd \/srv\/shop && mkdir -p ml\/data && \.venv\/bin\/python -m shop\.ml run training .*\n$/,
    );
    expect((await run(theirs, ["undo", "--yes"])).exit).toBe(0);
    for (const [path, text] of Object.entries(files)) expect(read(path)).toBe(text);
  });

  it("is a section of the ini that Flask-Migrate keeps among the migrations", async () => {
    put("migrations/alembic.ini", "[alembic]\n\n[loggers]\nkeys = root\n");
    put("migrations/env.py", "");
    commit();
    const { exit, out } = await add("--yes");
    expect([exit, out.replace(/\s+/g, " ")]).toEqual([
      0,
      expect.stringContaining("alembic -c migrations/alembic.ini -n ml upgrade head"),
    ]);
    expect(read("migrations/alembic.ini")).toContain(
      "[ml]\nscript_location = %(here)s/../src/shop/ml/storage/migrations/by_alembic\n",
    );
  });

  it("is a section of an ini in a folder of its own, whatever lies before it", async () => {
    put("conf/alembic.ini", "[alembic]\nscript_location = ../app/migrations\n");
    put("app/migrations/env.py", "");
    commit();
    const { out } = await add("--yes");
    expect(out.replace(/\s+/g, " ")).toContain("alembic -c conf/alembic.ini -n ml upgrade head");
    expect(read("conf/alembic.ini")).toContain("[ml]\nscript_location = %(here)s/../src/shop/ml/storage/");
  });

  it("is told line by line where Alembic reads pyproject.toml, which has no sections for it", async () => {
    put("pyproject.toml", `${read("pyproject.toml")}\n[tool.alembic]\nscript_location = "%(here)s/migrations"\n`);
    put("migrations/env.py", "");
    commit();
    const { exit, out } = await add("--yes");
    expect([exit, out.replace(/\s+/g, " ")]).toEqual([
      0,
      expect.stringMatching(
        /into alembic\.ini beside it.*: \[ml\] \| script_location = %\(here\)s\/src\/shop\/ml\/storage\/migrations\/by_alembic \| version_locations = .* \| path_separator = os\. Then: alembic -n ml upgrade head/,
      ),
    ]);
    expect(fs.existsSync(at("alembic.ini"))).toBe(false);
  });

  it.each([
    ["mypy", "exclude: ^(src/shop/ml|tests/ml)/"],
    ["ruff", 'extend-exclude: "src/shop/ml", "tests/ml"'],
    ["black", "extend-exclude: ^/(src/shop/ml|tests/ml)/"],
    ["isort", 'extend_skip: "src/shop/ml", "tests/ml"'],
    ["pylint", "ignore-paths: ^(src/shop/ml|tests/ml)/"],
    ["pyright", 'exclude: "src/shop/ml", "tests/ml"'],
  ])("is the line that leaves it out of %s, told", async (name, line) => {
    put("pyproject.toml", `${PYPROJECT}\n[tool.${name}]\na = 1\n`);
    commit();
    const told = (await add("--dry-run", "--json")).out;
    const { notes } = JSON.parse(told) as { readonly notes: readonly string[] };
    const note = `${name} (pyproject.toml) would read the module by rules of yours. To leave it out, add to its ${line}`;
    expect(notes).toContain(note);
  });

  it("is told where no line can be added", async () => {
    put("crontab", "0 3 * * * /srv/backup\n");
    put("azure-pipelines.yml", "steps: []\n");
    commit();
    const { out } = await add("--yes");
    const told = out.replace(/\s+/g, " ");
    expect(told).toContain("crontab is left alone. A line for it: 5 0 * * * cd REPOSITORY");
    expect(told).toMatch(
      /Azure Pipelines is left alone \(azure-pipelines\.yml\)\. A step for it: pip install .* && pytest tests\/ml/,
    );
    expect(read("crontab")).toBe("0 3 * * * /srv/backup\n");
  });

  it("refuses a file that needs a line and has changes which are not committed, and names it", async () => {
    commit();
    put("pyproject.toml", `${PYPROJECT}# mine\n`);
    const before = snapshot(theirs);
    const { exit, err } = await add("--yes");
    expect([exit, err.replace(/\s+/g, " ")]).toEqual([
      3,
      expect.stringContaining("pyproject.toml needs a line, and has changes"),
    ]);
    expect(snapshot(theirs)).toEqual(before);
  });

  it("touches no other file that has changes", async () => {
    commit();
    put("src/shop/prices.py", "def price():\n    return 2\n");
    expect((await add("--yes")).exit).toBe(0);
    expect(read("src/shop/prices.py")).toBe("def price():\n    return 2\n");
  });

  it("is nothing where only a requirement names it", async () => {
    put("requirements.txt", "luigi\n");
    commit();
    expect((await add("--yes")).exit).toBe(0);
    expect(isNew()).toEqual([".ml-project/", "ml/", "src/shop/ml/", "tests/ml/"]);
  });
});

describe("its tables", () => {
  it.each([
    ["numbered SQL files", ["db/001_first.sql", "db/009_last.sql"], "db/010_ml_tables.sql"],
    ["Flyway's names", ["sql/V1__first.sql", "sql/V2__b.sql"], "sql/V3__ml_tables.sql"],
    ["Django", ["src/shop/migrations/0001_initial.py"], "src/shop/migrations/0002_ml_tables.sql"],
  ])("come as one file in the numbering of %s", async (_what, there, expected) => {
    for (const path of there) put(path, "");
    commit();
    const { exit, out } = await add("--database", "postgresql", "--yes");
    expect(exit).toBe(0);
    expect(out.replace(/\s+/g, " ")).toContain(`Its tables are in ${expected}`);
    expect(read(expected)).toMatch(/CREATE TABLE alembic_version_ml[\s\S]*CREATE TABLE prediction[\s\S]*'0001'/);
  });

  it("come as no such file beside Alembic's migrations", async () => {
    put("db/001_first.sql", "");
    put("alembic.ini", "[alembic]\nscript_location = migrations\n");
    commit();
    expect((await add("--yes")).exit).toBe(0);
    expect(fs.readdirSync(at("db"))).toEqual(["001_first.sql"]);
  });
});

describe("update", () => {
  const update = (...more: string[]): Promise<Ran> => run(theirs, ["update", "--yes", ...more]);

  it("changes the module and nothing of theirs, says what it needs besides, and is undone byte by byte", async () => {
    put("db/001_first.sql", "");
    commit();
    expect((await add("--yes")).exit).toBe(0);
    commit();
    put("src/shop/ml/settings.py", `${read("src/shop/ml/settings.py")}\n# mine\n`);
    commit();
    const before = snapshot(theirs);
    const { exit, out, err } = await update("--set", "database=postgresql", "--set", "interval=week");
    expect([exit, err]).toEqual([0, ""]);
    expect(out.replace(/\s+/g, " ")).toMatch(/Add to the requirements of the module, and install them: .*psycopg/);
    const changed = git("status", "--short")
      .split("\n")
      .map((line) => line.slice(3));
    expect(changed.filter((path) => !/^(?:\.ml-project|ml|src\/shop\/ml|tests\/ml|docs\/ml)\//.test(path))).toEqual([]);
    expect(read("src/shop/ml/settings.py")).toMatch(/# mine\n$/);
    expect(read("src/shop/ml/models/churn/params.toml")).toContain('interval = "week"');
    expect((await run(theirs, ["undo", "--yes"])).exit).toBe(0);
    expect(snapshot(theirs)).toEqual(before);
  });

  it("refuses what has no place there", async () => {
    commit();
    expect((await add("--yes")).exit).toBe(0);
    commit();
    expect(await update("--set", "scheduler=airflow")).toMatchObject({
      exit: 3,
      err: expect.stringContaining("no place"),
    });
  });
});
