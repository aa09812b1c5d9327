import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { builtinPack } from "../../src/packs/builtin.ts";
import { rerender } from "../../src/rerender.ts";
import { type Ended, execute } from "../support/command.ts";
import { Emitted } from "../support/emitted.ts";
import { bundle } from "../support/places.ts";
import { scratch } from "../support/scratch.ts";

/** The promise of the first line: one command, and a project that runs. */
describe("create-ml-project rain --yes --run", () => {
  let project: Emitted;
  let ended: Ended;

  beforeAll(async () => {
    const parent = await scratch();
    // As a person has it: an environment of its own, in the project.
    ended = await execute("node", [bundle, "rain", "--yes", "--run"], { cwd: parent, minutes: 9 });
    expect(ended.exit, ended.all).toBe(0);
    project = await Emitted.at(join(parent, "rain"), "own");
    await project.install();
  });

  it("leaves predictions with time stamps in the database", async () => {
    const rows = await project.sql("select model, score, predicted_at, run_id from prediction");
    expect(rows.length).toBeGreaterThan(0);
    for (const [model, score, predictedAt, runId] of rows) {
      expect(model).toBe("rain");
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
      expect(Date.parse(String(predictedAt))).toBeGreaterThan(Date.now() - 3_600_000 * 24 * 365 * 20);
      expect(runId).toBeTruthy();
    }
  });

  it("leaves one self-contained report with plots", async () => {
    const report = await readFile(join(project.dir, "data/06_reports/report.html"), "utf8");
    expect(report.match(/<svg/g)?.length ?? 0).toBeGreaterThanOrEqual(4);
    expect(report).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  it("shows the prediction table and where the report is", () => {
    expect(ended.stdout).toMatch(/report\.html/);
    expect(ended.stdout).toMatch(/version/i);
    expect(ended.stdout).toMatch(/20\d\d-\d\d-\d\d/);
  });

  it("keeps what it made out of git, and everything else in it", async () => {
    const status = await execute("git", ["status", "--porcelain"], { cwd: project.dir });
    expect(status.stdout.split("\n").filter((line) => line && !line.endsWith("uv.lock"))).toEqual([]);
    const tracked = await execute("git", ["ls-files", "data"], { cwd: project.dir });
    expect(tracked.stdout).toBe("data/sample/weather.csv");
  });

  it.each([
    ["formatted", ["ruff", "format", "--check", "."]],
    ["free of lint", ["ruff", "check", "."]],
    ["typed", ["mypy"]],
    ["green in its own tests", ["pytest", "-q"]],
  ])("is %s with no edit", async (_what, command) => {
    const { exit, all } = await project.tool(...command);
    expect(exit, all).toBe(0);
  });

  it("lists its models without what training, migrations and logging load", async () => {
    const { exit, stderr } = await project.tool("python", "-X", "importtime", "-m", "rain", "models", "list");
    expect([exit, stderr.match(/\b(?:sqlalchemy|sklearn|pandas|alembic|structlog)$/gm)]).toEqual([0, ["sqlalchemy"]]);
  });

  it("is rendered again from its own answers and lock to the same bytes", async () => {
    const onDisk = async (path: string) => ({
      bytes: new Uint8Array(await readFile(join(project.dir, path))),
      mode: 0,
    });
    const record = [".ml-project/answers.yaml", ".ml-project/lock.json", ".ml-project/base.tar"];
    const files = new Map(await Promise.all(record.map(async (path) => [path, await onDisk(path)] as const)));
    const tree = rerender(files, [builtinPack()]);
    expect(tree.size).toBeGreaterThan(50);
    for (const [path, { bytes }] of tree) expect((await onDisk(path)).bytes, path).toEqual(new Uint8Array(bytes));
  });

  it("wrote no byte outside its folder", async () => {
    expect(await readdir(join(project.dir, ".."))).toEqual(["rain"]);
    expect((await stat(project.dir)).isDirectory()).toBe(true);
  });
});
