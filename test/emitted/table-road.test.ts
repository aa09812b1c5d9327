/** The whole road of a table: created from it, trained on it, new rows predicted, in a project whose own database is another one or the same. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { must } from "../support/command.ts";
import { Emitted } from "../support/emitted.ts";
import { scratch } from "../support/scratch.ts";
import { type Database, freshDatabase } from "../support/servers.ts";
import { databaseOf, engines, makeTable } from "./tables/tables.ts";

const flags = ["--table", "sales", "--target", "left", "--time", "seen at"];
const ROWS = 300;

describe.each(engines)("a table in %s", (scheme) => {
  let folder = "";
  let database: Pick<Database, "url" | "drop">;

  beforeAll(async () => {
    folder = await scratch();
    database = await databaseOf(scheme, folder);
    await makeTable(database.url, "sales", folder, ROWS);
  });
  afterAll(() => database?.drop());

  it("is trained on, and its rows are predicted, in a project on SQLite", async () => {
    const project = await Emitted.create(folder, "shop", [...flags, "--data", database.url, "--database", "sqlite"]);
    await project.install();
    await project.mustOwn("run", "training", "scoring", "--as-of", "2024-03-25");
    // All that the profile promised is read as such: nothing is thrown out, nothing is missing.
    expect(await project.count("quarantine")).toBe(0);
    expect(await project.count("prediction")).toBeGreaterThan(0);
    const valid = await project.tool("python", "-c", COUNT);
    expect(valid.stdout.trim(), valid.all).toBe(`${ROWS}`);
    await project.mustOwn("run", "scoring", "--as-of", "2024-03-27");
    const again = await project.tool("python", "-c", COUNT);
    expect(again.stdout.trim(), again.all).toBe(`${ROWS}`);
  });
});

const COUNT =
  "import pathlib, pyarrow.parquet as pq; print(sum(pq.read_metadata(p).num_rows for p in pathlib.Path('data/01_raw/sales').glob('*.parquet')))";

describe("a table in the project's own database", () => {
  it("goes from creation to predictions and a report, and a clone without it is green", async () => {
    const parent = await scratch();
    const database = (await freshDatabase("postgresql")) as Database;
    try {
      await makeTable(database.url, "sales", parent, ROWS);
      const env = { DATABASE_URL: database.url };
      await must("git", ["config", "--file", ".gitconfig", "user.name", "T"], { cwd: parent });
      await must("git", ["config", "--file", ".gitconfig", "user.email", "t@example.org"], { cwd: parent });
      process.env.DATABASE_URL = database.url;
      process.env.GIT_CONFIG_GLOBAL = join(parent, ".gitconfig");
      const project = await Emitted.create(parent, "shop", [...flags, "--data", "env:DATABASE_URL"], env);
      delete process.env.DATABASE_URL;
      await project.install();
      const demo = await project.mustOwn("demo");
      expect(demo.all).toMatch(/newest predictions of left/);
      expect(Number(await database.sql("select count(*) from prediction"))).toBeGreaterThan(10);
      await database.sql(
        `insert into sales select id + 1000, now() - interval '1 minute', born, amount, price, member, region, "select", note, null from sales where id = 7`,
      );
      const before = Number(await database.sql("select count(*) from prediction"));
      await project.mustOwn("run", "scoring", "--force");
      expect(Number(await database.sql("select count(*) from prediction"))).toBe(before + 1);

      await must("git", ["clone", "--quiet", project.dir, "clone"], { cwd: parent });
      const clone = await Emitted.at(join(parent, "clone"), "shared", { TEST_DATABASE_URL: database.url });
      await clone.install();
      const checks = [
        ["pytest", "-q"],
        ["ruff", "format", "--check", "."],
        ["ruff", "check", "."],
        ["mypy"],
        ["deptry", "."],
      ];
      for (const command of checks) {
        const { exit, all } = await clone.tool(...command);
        expect(exit, `${command.join(" ")}\n${all}`).toBe(0);
      }
    } finally {
      await database.drop();
    }
  });
});
