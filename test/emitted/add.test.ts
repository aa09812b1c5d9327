/** Several models side by side in one project: each with data, interval, rows and a champion of its own, found by all that looks for models. */
import { beforeAll, describe, expect, it } from "vitest";
import { must } from "../support/command.ts";
import { dataFile } from "../support/datasets.ts";
import { Emitted } from "../support/emitted.ts";
import { bundle } from "../support/places.ts";
import { scratch } from "../support/scratch.ts";
import { databaseOf, makeTable } from "./tables/tables.ts";

let project: Emitted;
const command = (...argv: string[]): Promise<unknown> =>
  must(process.execPath, [bundle, ...argv], { cwd: project.dir });

beforeAll(async () => {
  const folder = await scratch();
  const { url } = await databaseOf("sqlite", folder);
  await makeTable(url, "sales", folder, 300);
  project = await Emitted.create(folder, "shop", ["--data", "weather"]);
  await command("add", "model", "slow", "--interval", "week", "--yes");
  await command("add", "model", "species", "--data", await dataFile("penguins"), "--target", "species", "--yes");
  // Rows of other years than the sample's replay, and the first table of a project that was made without one.
  await command(
    "add",
    "model",
    "stay",
    "--data",
    url,
    "--table",
    "sales",
    "--target",
    "left",
    "--time",
    "seen at",
    "--yes",
  );
  await command("add", "feature", "calendar", "--yes");
  await command("add", "pipeline", "export", "--yes");
  await project.install();
});

const models = ["rain", "slow", "species", "stay"];

describe("a project with models that were added", () => {
  it("is formatted, linted and typed, and its tests are green with no edit", async () => {
    for (const check of [["ruff", "format", "--check", "."], ["ruff", "check", "."], ["mypy"], ["pytest", "-q"]]) {
      const ended = await project.tool(...check);
      expect(ended.exit, ended.all).toBe(0);
    }
  });

  it("trains and scores each of its own data, at its own interval", async () => {
    await project.mustOwn("run", "training", "scoring", "export");
    const rows = await project.ask(
      "select model, count(*), count(distinct run_id) from prediction group by model order by model",
    );
    const found = rows.map(([model, count, runs]) => [model, Number(count) > 0, Number(runs)]);
    expect(found).toEqual(expect.arrayContaining(models.slice(0, 3).map((model) => [model, true, 1])));
    const { stdout } = await project.mustOwn("models", "list");
    expect(stdout).toMatch(/slow: rain_tomorrow of weather, binary, each week/);
    expect(stdout).toMatch(/species: species of penguins, multiclass, each day/);
    expect(stdout.match(/^ \*/gm)).toHaveLength(models.length);
  });

  it("has each in its schedule and its report, and explains its rows", async () => {
    const { stdout } = await project.mustOwn("schedule", "show");
    expect(stdout).toMatch(/ \* \* \* .+\n.+ \* \* 1 /);
    await project.mustOwn("run", "monitoring");
    await project.mustOwn("report");
    const [[entity] = []] = await project.ask("select entity from prediction where model = 'species'");
    const { stdout: explained } = await project.mustOwn("models", "explain", String(entity), "--model", "species");
    expect(explained).toMatch(/bill_length_mm/);
  });

  it("is without them, and as green, when they were taken back", async () => {
    for (let at = 0; at < 5; at += 1) await command("undo", "--yes");
    const ended = await project.tool("pytest", "-q", "tests/contract", "tests/unit");
    expect(ended.exit, ended.all).toBe(0);
    const { stdout } = await project.mustOwn("models", "list");
    expect(stdout).not.toMatch(/slow|species|stay/);
  });
});
