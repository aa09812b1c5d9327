/** Every database: its project is made, checked, and run on the real thing, and keeps rows as all the others do. */
import { readdirSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Emitted } from "../support/emitted.ts";
import { templates } from "../support/places.ts";
import { openPrompt } from "../support/prompt.ts";
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

/** What a person adds who wants a column in the table that most others refer to. */
const SECOND = `"""Where a run was."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column."""
    op.add_column("run", sa.Column("host", sa.String(64), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("run", "host")
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

  // Its lint, types and own tests are in the pairs: every scheduler on it.
  it("keeps rows as all engines do", async () => {
    // What is about processes, not rows, is the same on all of them.
    const but = engine === "sqlite" ? [] : ["-k", "not shard_that and not number_of_shards"];
    const { exit, all } = await project.tool("pytest", "-q", "tests/unit/test_engine_cases.py", ...but);
    expect(exit, all).toBe(0);
  });

  it("runs the demo, and agrees with its tables", async () => {
    await project.mustOwn("demo", "--intervals", "2");
    const [[rows] = []] = await project.ask("select count(*) from current_prediction");
    expect(rows).toBe(2);
    expect((await project.mustOwn("db", "check")).stdout).toContain("as the code needs it");
  });

  it("keeps its rows when its tables are older than the code; when they are newer, says which code is needed", async () => {
    const storage = join(project.dir, "src", project.name.replaceAll("-", "_"), "storage");
    const [tables, file] = [join(storage, "tables.py"), join(storage, "migrations/versions/v0002_host.py")];
    const sound = await readFile(tables, "utf8");
    const kept = () => project.ask("select * from prediction order by as_of, version");
    const before = await kept(); // to open it is to upgrade it, where it is not production
    expect(before.length).toBeGreaterThan(1);
    await writeFile(tables, sound.replaceAll("finished_at? error?", "finished_at? error? host?"));
    await writeFile(file, SECOND);
    const prompt = await openPrompt(project);
    const says = async (exit: number, says: RegExp, words: string, env: Record<string, string> = {}) => {
      const ended = await prompt.run(words.split(" "), env);
      expect(ended.exit, ended.all).toBe(exit);
      expect(ended.all).toMatch(says);
      expect(ended.all).not.toContain("Traceback");
    };
    try {
      const production = { ENVIRONMENT: "production" };
      await says(4, /not up to date.*0001.*0002.*Run `db upgrade` first/, "run scoring --force", production);
      await says(2, /migrations are missing/, "db check");
      await says(0, /Upgraded: it is at 0001, the code at 0002/, "db upgrade");
      await says(0, /as the code needs it/, "db check");
      expect(await kept()).toEqual(before);
      const later = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10); // the replay has a row of it
      await says(0, /succeeded/, `run scoring --as-of ${later}`, production);
      const [more, [hosts]] = [await kept(), await project.ask("select count(*), min(host) from run")];
      expect([more.length > before.length, hosts?.[1]]).toEqual([true, null]);

      await rm(file);
      for (const words of ["run scoring --force", "db upgrade", "db check", "predictions"])
        await says(4, /revision 0002, which this code doesn't have.*Deploy that version here/, words);
      expect(await kept().catch(String)).toMatch(/0002/);
      await writeFile(file, SECOND);
      expect(await kept()).toEqual(more);
    } finally {
      await prompt.close();
      await rm(file, { force: true });
      await writeFile(tables, sound);
    }
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
      const { exit, all } = await project.tool("pytest", "-q", file, "-k", "not shard");
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
