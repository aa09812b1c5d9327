/** Models of several kinds side by side: made with the project or added, on all three tasks, run as any other. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { must } from "../support/command.ts";
import { dataFile } from "../support/datasets.ts";
import { Emitted } from "../support/emitted.ts";
import { bundle } from "../support/places.ts";
import { scratch } from "../support/scratch.ts";

let project: Emitted;
const manifest = (): Promise<string> => readFile(join(project.dir, "pyproject.toml"), "utf8");
const add = (name: string, kind: string, ...flags: string[]): Promise<unknown> =>
  must(process.execPath, [bundle, "add", "model", name, "--kind", kind, "--yes", ...flags], { cwd: project.dir });

/** Names of the steps' classes at the end of each model: what was really trained. */
const learners = { rain: "HistGradientBoostingClassifier", plain: "LogisticRegression", species: "LGBMClassifier" };
const numbers = { mass: "LGBMRegressor", bill: "HistGradientBoostingRegressor" };
const models = { ...learners, ...numbers };

beforeAll(async () => {
  project = await Emitted.create(await scratch(), "kinds", ["--kind", "boosting"]);
  const penguins = await dataFile("penguins");
  await add("plain", "linear", "--dataset", "weather");
  const before = await manifest();
  await add("species", "lightgbm", "--data", penguins, "--target", "species");
  const after = await manifest();
  // One dependency line, and what tells the type checker of it; the second model of the kind brings nothing more.
  expect(after.split("\n").filter((line) => !before.split("\n").includes(line))).toEqual(
    expect.arrayContaining([expect.stringMatching(/"lightgbm>=/)]),
  );
  await add("mass", "lightgbm", "--data", penguins, "--target", "body_mass_g", "--dataset", "scales");
  await add("bill", "boosting", "--data", penguins, "--target", "bill_length_mm", "--dataset", "beaks");
  expect(await manifest()).toBe(after);
  await project.install();
});

describe("a project with models of several kinds", () => {
  it("is formatted, linted and typed, needs what it lists, and its tests are green with no edit", async () => {
    const checks = [
      ["ruff", "format", "--check", "."],
      ["ruff", "check", "."],
      ["mypy"],
      ["deptry", "src"],
      ["pytest", "-q"],
    ];
    for (const check of checks) {
      const ended = await project.tool(...check);
      expect(ended.exit, `${check.join(" ")}\n${ended.all}`).toBe(0);
    }
  });

  it("trains each as it says, and scores and monitors it", async () => {
    await project.mustOwn("run", "training", "scoring", "monitoring");
    const script =
      "import json, sys; from importlib import import_module as get;" +
      "project = get('kinds.bootstrap').bootstrap(); load = get('kinds.models.register').load_version;" +
      "newest = {v.model: v for v in project.store.versions() if v.kind == 'challenger'};" +
      "print(json.dumps({name: type(load(project, v)[-1]).__name__ for name, v in newest.items()}))";
    const { stdout } = await project.tool("python", "-c", script);
    expect(JSON.parse(stdout)).toEqual(models);
    const rows = await project.sql("select model, count(*) from prediction group by model");
    expect(Object.fromEntries(rows.map(([model, count]) => [model, Number(count) > 0]))).toEqual(
      Object.fromEntries(Object.keys(models).map((model) => [model, true])),
    );
  });

  it.each(Object.keys(models))(
    "explains a row of %s by its challenger: raw, features, the score that was stored",
    async (model) => {
      const [[version] = []] = await project.sql(
        `select max(version) from model_version where model = '${model}' and kind = 'challenger'`,
      );
      await project.mustOwn("models", "promote", model, String(version));
      await project.mustOwn("run", "scoring", "--model", model, "--force");
      const [[entity] = []] = await project.sql(
        `select entity from prediction where model = '${model}' and version = ${version} limit 1`,
      );
      const { stdout } = await project.mustOwn("models", "explain", String(entity), "--model", model);
      expect(stdout).toContain(`${model} version ${version}`);
      expect(stdout).toMatch(/\nraw\n[\s\S]*feature[\s\S]*: the same as the stored/);
    },
  );
});
