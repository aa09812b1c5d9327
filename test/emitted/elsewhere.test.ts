/** `add model` beside what real tools make: nothing of it is touched, its tests end as before, the new ones are green, undone it is as before. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { execute, must } from "../support/command.ts";
import { dataFile } from "../support/datasets.ts";
import { Emitted } from "../support/emitted.ts";
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

/** Their tests as they are run there, and how they ended: counts, without times. */
async function theirTests(made: string): Promise<string> {
  const run = ["-q", "--from", "pytest", "--with", "pytest-cov", "pytest", "-q", "-p", "no:cacheprovider"];
  const ended = await execute("uvx", run, {
    cwd: made,
    env: { PYTHONPATH: join(made, "src"), PYTHONDONTWRITEBYTECODE: "1", COVERAGE_FILE: join(parent, "coverage") },
  });
  return `${ended.exit}: ${ended.stdout
    .replace(/in [\d.]+s.*$/m, "")
    .split("\n")
    .at(-1)}`;
}

describe("a model beside what is made by", () => {
  it.each(Object.entries(makers))("%s", async (name, [command, args]) => {
    const folder = join(parent, name);
    await must("mkdir", ["-p", name === "PDM" ? join(folder, "made") : folder], { cwd: parent });
    await must(command, args, { cwd: folder, env });
    const made = join(folder, "made");
    const git = (...words: string[]) => must("git", words, { cwd: made, env });
    if (!existsSync(join(made, ".git"))) await git("init", "-q");
    await git("add", "-A");
    await execute("git", ["commit", "-qm", "As it is"], { cwd: made, env });
    const before = snapshot(made, [".git"]);
    const ended = await theirTests(made);
    expect(snapshot(made, [".git"]), "their tests leave nothing behind").toEqual(before);

    const add = ["add", "model", "churn", "--data", data, "--target", "species", "--beside", "--yes"];
    await must(process.execPath, [bundle, ...add], { cwd: made, env });
    expect((await git("status", "--short")).stdout).toBe("?? ml/");
    expect(await theirTests(made)).toBe(ended);
    const after = snapshot(made, [".git"]);
    for (const [path, content] of Object.entries(before)) if (path !== ".") expect(after[path], path).toBe(content);
    await must(process.execPath, [bundle, ...add], { cwd: made, env });
    expect(snapshot(made, [".git"]), "run twice").toEqual(after);
    await must(process.execPath, [bundle, "undo", "--yes"], { cwd: made, env });
    expect(snapshot(made, [".git"]), "undone").toEqual(before);
  });

  /** Source distributions as they lie on the index: a setup.py with old tests, a Flask application, Python 2. */
  it.each(["docopt==0.6.2", "flask-blogging==1.2.2", "nose==1.3.7", "pyPdf==1.13"])(
    "the authors of %s, long ago",
    async (name) => {
      const folder = join(parent, name.replace(/\W/g, "-"));
      await must("mkdir", [folder], { cwd: parent });
      await must(
        "python3",
        ["-m", "pip", "download", "-q", "--no-deps", "--no-binary", name.split("==")[0] ?? "", name],
        {
          cwd: folder,
        },
      );
      await must("sh", ["-c", "mkdir made && tar xzf *.tar.gz --no-same-owner --strip-components 1 -C made"], {
        cwd: folder,
      });
      const made = join(folder, "made");
      for (const words of [
        ["init", "-q"],
        ["add", "-A", "-f"],
        ["commit", "-qm", "As it is"],
      ])
        await must("git", ["-c", "core.autocrlf=false", ...words], { cwd: made, env });
      const before = snapshot(made, [".git"]);
      const add = ["add", "model", "churn", "--data", data, "--target", "species", "--yes"];
      const { stdout } = await must(process.execPath, [bundle, ...add], { cwd: made, env });
      expect(stdout).toMatch(/Beside what is there, because .*Python/);
      expect((await must("git", ["status", "--short"], { cwd: made })).stdout).toBe("?? ml/");
      await must(process.execPath, [bundle, "undo", "--yes"], { cwd: made, env });
      expect(snapshot(made, [".git"])).toEqual(before);
    },
  );

  it("anybody is green in its own folder: format, lint, types, tests, a run", async () => {
    const made = join(parent, "legacy shop");
    await must("mkdir", ["-p", join(made, "models")], { cwd: parent });
    await must("git", ["init", "-q"], { cwd: made });
    await must(
      "sh",
      ["-c", "printf 'print \"old\"\\r\\n' > old.py; printf 'models/\\ndata/\\n*.toml\\n' > .gitignore"],
      { cwd: made },
    );
    const add = ["add", "model", "churn", "--data", data, "--target", "species", "--yes"];
    await must(process.execPath, [bundle, ...add], { cwd: made });
    await must("git", ["add", "-A"], { cwd: made });
    // As somebody else gets it: a clone has the tracked files only.
    await must("git", ["commit", "-qm", "With a model"], { cwd: made, env });
    await must("git", ["clone", "-q", made, "clone"], { cwd: parent });
    const project = await Emitted.at(join(parent, "clone", "ml"));
    await project.install();
    for (const check of [["ruff", "format", "--check", "."], ["ruff", "check", "."], ["mypy"], ["pytest", "-q"]]) {
      const { exit, all } = await project.tool(...check);
      expect(exit, all).toBe(0);
    }
    const own = await Emitted.at(join(made, "ml"));
    await own.install();
    await own.mustOwn("run", "training", "scoring");
    const [[rows] = []] = await own.ask("select count(*) from prediction where model = 'churn'");
    expect(Number(rows)).toBeGreaterThan(0);
  });
});
