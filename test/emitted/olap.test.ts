/** Help with analysis on the real servers: views that keep their rows, a mirror, and roles that hold. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Emitted } from "../support/emitted.ts";
import { scratch } from "../support/scratch.ts";
import { type Database, freshDatabase } from "../support/servers.ts";

const login = { postgresql: "LOGIN PASSWORD 'pw-8842'", mysql: "IDENTIFIED BY 'pw-8842'" } as const;

describe.each(["postgresql", "mysql"] as const)("analysis on %s", (engine) => {
  const users = ["writer", "reader"].map((role) => `cmp_${role}_${process.pid}`);
  const [writer = "", reader = ""] = users;
  let parent: string;
  let database: Database | undefined;
  let project: Emitted;

  const asUser = (user: string): Promise<Emitted> => {
    const url = new URL(database?.url ?? "");
    url.username = user;
    url.password = "pw-8842";
    return Emitted.at(project.dir, "shared", { DATABASE_URL: url.href, ENVIRONMENT: "production" });
  };

  beforeAll(async () => {
    parent = await scratch();
    database = await freshDatabase(engine);
    const flags = ["--database", engine, "--olap", "star,mirror,roles"];
    project = await Emitted.create(parent, "olap", flags, { DATABASE_URL: database?.url ?? "" });
    await project.install();
    await project.mustOwn("run", "training", "scoring", "star");
    await database?.sql(await readFile(join(project.dir, "conf/roles.sql"), "utf8"));
    for (const [at, role] of ["olap_writer", "olap_reader"].entries()) {
      const user = users[at];
      await database?.sql(`CREATE USER ${user} ${login[engine]}; GRANT ${role} TO ${user};`);
      if (engine === "mysql") await database?.sql(`SET DEFAULT ROLE ${role} FOR ${user};`);
    }
  });
  afterAll(async () => {
    const owned = engine === "postgresql" ? users.map((user) => `DROP OWNED BY ${user};`).join("") : "";
    const roles = ["olap_writer", "olap_reader"];
    if (engine === "postgresql") await database?.sql(`${owned}DROP OWNED BY ${roles.join(", ")} CASCADE;`);
    await database?.sql(users.map((user) => `DROP USER ${user};`).join(""));
    await database?.sql(roles.map((role) => `DROP ROLE ${role};`).join(""));
    await database?.drop();
  });

  it("has the views hold what the tables hold", async () => {
    const [[facts] = []] = await project.ask("select count(*) from star_prediction");
    expect(Number(facts)).toBeGreaterThan(0);
    expect(facts).toBe((await project.ask("select count(*) from current_prediction"))[0]?.[0]);
    const [[day] = []] = await project.ask("select max(day) from star_daily");
    expect(String(day)).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  it("mirrors every table into one file", async () => {
    const { stdout } = await project.mustOwn("mirror");
    const [[rows] = []] = await project.ask("select count(*) from prediction");
    expect(stdout).toMatch(new RegExp(`^prediction: ${rows} rows$`, "m"));
    const asked = await project.mustOwn("mirror", "--sql", "select count(*) as n from current_prediction");
    expect(asked.stdout).toContain("n");
  });

  it("lets the writer run the pipelines, and take nothing back", async () => {
    const theirs = await asUser(writer);
    await theirs.mustOwn("run", "scoring", "monitoring", "star", "--force");
    for (const change of ["delete from prediction", "update prediction set score = 0", "drop table outcome"]) {
      await expect(theirs.ask(change), change).rejects.toThrow(/denied|must be owner/);
    }
  });

  it("lets the reader read, views too, and write nothing", async () => {
    const theirs = await asUser(reader);
    expect((await theirs.own("predictions")).stdout).toMatch(/version/);
    expect((await theirs.ask("select count(*) from star_daily")).length).toBe(1);
    const ended = await theirs.own("run", "scoring", "--force");
    expect(ended.exit).not.toBe(0);
    expect(ended.all).toMatch(/denied/);
    expect(ended.all).not.toContain("pw-8842");
  });
});
