/** Every database: its project is made, checked, and run on the real thing, and keeps rows as all the others do. */
import { readdirSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Emitted } from "../support/emitted.ts";
import { templates } from "../support/places.ts";
import { scratch } from "../support/scratch.ts";
import { type Database, freshDatabase, ownServer } from "../support/servers.ts";

const engines = readdirSync(join(templates, "options", "database"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "any")
  .map((entry) => entry.name);

/** Prints what its migrations would do, without a database. */
const OFFLINE = `
import sys
from importlib import import_module
from alembic import command
from alembic.config import Config
database = import_module(sys.argv[1] + ".storage.database")
config = Config(stdout=sys.stdout, attributes={"dialect_name": sys.argv[2], **database.OURS})
config.set_main_option("script_location", database.MIGRATIONS)
command.upgrade(config, "head", sql=True)
`;

describe.each(engines)("a project on %s", (engine) => {
  let project: Emitted;
  let database: Database | undefined;
  let variables: Record<string, string> = {};

  beforeAll(async () => {
    database = await freshDatabase(engine);
    variables = database ? { DATABASE_URL: database.url, TEST_DATABASE_URL: database.url } : {};
    const flags = ["--database", engine, "--no-git"];
    project = await Emitted.create(await scratch(), `on-${engine}`, flags, variables);
    await project.install();
    const cases = await readFile(join(import.meta.dirname, "engine_cases.py"), "utf8");
    const name = `on_${engine}`;
    await writeFile(join(project.dir, "tests/unit/test_engine_cases.py"), cases.replaceAll("sample_project", name));
  });
  afterAll(() => database?.drop());

  it.each([
    ["formatted and free of lint", ["ruff", "check", "src"]],
    ["typed", ["mypy", "src"]],
    ["green in its own tests, and in those that all engines share", ["pytest", "-q"]],
  ])("is %s", async (_what, command) => {
    const { exit, all } = await project.tool(...command);
    expect(exit, all).toBe(0);
  });

  it("runs the demo, and agrees with its tables", async () => {
    await project.mustOwn("demo", "--intervals", "2");
    const [[rows] = []] = await project.ask("select count(*) from current_prediction");
    expect(rows).toBe(2);
    expect((await project.mustOwn("db", "check")).stdout).toContain("as the code needs it");
  });

  it("has its first tables as SQL, which a mounted module brings, as its migrations make them", async () => {
    const { exit, stdout, all } = await project.tool(
      "python",
      "-c",
      OFFLINE,
      project.name.replaceAll("-", "_"),
      engine,
    );
    expect(exit, all).toBe(0);
    const file = "with/mounted/files/src/sample_project/storage/first_tables.sql";
    const [, ...kept] = (await readFile(join(templates, "options/database", engine, file), "utf8")).split("\n");
    // What a migration runner does by itself, and what only Alembic reads back.
    const plain = (text: string): string =>
      text
        .replace(/^(?:BEGIN|COMMIT);$/gm, "")
        .replace(/ RETURNING .*;$/gm, ";")
        .replace(/ +$/gm, "")
        .replace(/\n{2,}/g, "\n")
        .trim();
    expect(plain(kept.join("\n"))).toBe(plain(stdout));
  });

  it("refuses another kind of address in a sentence", async () => {
    const other = engine === "sqlite" ? "mysql://localhost/x" : "sqlite:///data/x.db";
    const { exit, stderr } = await (await Emitted.at(project.dir, "shared", { DATABASE_URL: other })).own(
      "db",
      "check",
    );
    expect(exit).toBe(3);
    expect(stderr).toMatch(/^error: DATABASE_URL must be/);
  });
});

describe("a MySQL server that takes no files", () => {
  it("gets the same rows by INSERT, as all that engines share shows, and says so", async () => {
    const server = await ownServer("mysql");
    try {
      await server.sql("set global local_infile = 0; create database cases; create database runs");
      const url = (name: string): string => `mysql://root@127.0.0.1:${server.port}/${name}`;
      const variables = { DATABASE_URL: url("runs"), TEST_DATABASE_URL: url("cases") };
      const flags = ["--database", "mysql", "--no-git"];
      const project = await Emitted.create(await scratch(), "no-files", flags, variables);
      await project.install();
      const cases = await readFile(join(import.meta.dirname, "engine_cases.py"), "utf8");
      const file = "tests/unit/test_engine_cases.py";
      await writeFile(join(project.dir, file), cases.replaceAll("sample_project", "no_files"));
      const { exit, all } = await project.tool("pytest", "-q", file);
      expect(exit, all).toBe(0);
      const ran = await project.mustOwn("run", "training", "scoring");
      expect(ran.all).toContain("local_infile is off on the server: rows go in by INSERT");
      expect(await project.ask("select count(*) from prediction")).not.toEqual([[0]]);
    } finally {
      await server.stop();
      await rm(server.folder, { recursive: true, force: true });
    }
  });
});
