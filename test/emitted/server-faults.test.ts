/** What happens to servers: each fault is told in a sentence and an alert, nothing is lost, the next run completes. */
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Emitted } from "../support/emitted.ts";
import { openPrompt, type Prompt } from "../support/prompt.ts";
import { scratch } from "../support/scratch.ts";
import { type OwnServer, ownServer } from "../support/servers.ts";

const PASSWORD = "s3cret-of-the-test";
/** Each kind of server: how the project's account is made there, and how each fault is brought about and undone. */
const kinds = {
  postgresql: {
    account: `CREATE ROLE app LOGIN PASSWORD '${PASSWORD}'; CREATE DATABASE ml OWNER app; CREATE DATABASE older OWNER app`,
    few: ["-c", "max_connections=8"],
    readOnly: (on: boolean) => `ALTER ROLE app SET default_transaction_read_only = ${on ? "on" : "off"}`,
    lock: "BEGIN; LOCK TABLE prediction IN ACCESS EXCLUSIVE MODE;",
    longest: 17_000, // a file of its log has 16 MB
    small: [],
  },
  mysql: {
    account: `CREATE USER app@'%' IDENTIFIED BY '${PASSWORD}'; CREATE DATABASE ml; CREATE DATABASE older;
      GRANT ALL ON ml.* TO app@'%'; GRANT ALL ON older.* TO app@'%'`,
    few: ["--max-connections=10"],
    readOnly: (on: boolean) => `SET GLOBAL read_only = ${on ? 1 : 0}`,
    lock: "BEGIN; SELECT count(*) FROM prediction FOR UPDATE;",
    longest: 13_000, // its common file has 12 MB
    small: ["--innodb-log-file-size=4M"],
  },
} as const;

/** Python that lets the project's write wait, in its transaction, until a file is there. */
const PAUSE = (folder: string, where: "rows" | "step") => `
import pathlib, time
def pause():
    pathlib.Path(${JSON.stringify(folder)}, "paused").touch()
    while not pathlib.Path(${JSON.stringify(folder)}, "go").exists(): time.sleep(0.05)
store = of("storage.store").Store
write, steps = store.write_batches, of("pipelines").load_steps
def write_batches(self, table, frames):
    def waiting():
        yield from frames
        if table == "prediction": pause()
    return write(self, table, waiting())
def load_steps(name):
    def doing(step):
        def paused(run):
            pause() if step.__name__ == "build_features" else None
            step(run)
        return paused
    return {key: doing(step) for key, step in steps(name).items()}
if "${where}" == "rows": store.write_batches = write_batches
else: of("pipelines.runner").load_steps = load_steps
`;
const KILL = `
import os, signal
store = of("storage.store").Store
write = store.write_batches
def doomed(self, table, frames):
    def half():
        yield from frames
        os.kill(os.getpid(), signal.SIGKILL)
    return write(self, table, half() if table == "prediction" else frames)
store.write_batches = doomed
`;
/** So many rows that the table's file has to grow. */
const MANY = `
store = of("storage.store").Store
write = store.write_batches
def many(self, table, frames):
    def more():
        for frame in (batch.to_pandas() for batch in frames):
            for part in range(6):
                wide = frame.loc[frame.index.repeat(50_000)].reset_index(drop=True)
                yield wide.assign(entity=[f"{part}-{row}" for row in range(len(wide))])
    return write(self, table, more() if table == "prediction" else frames)
store.write_batches = many
`;
/** A day that the replay has yet to release: it has one row. */
const day = (ahead: number): string => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);

describe.each(Object.keys(kinds) as (keyof typeof kinds)[])("a project on a %s server", (engine) => {
  const kind = kinds[engine];
  let [server, project, prompt] = [] as unknown as [OwnServer, Emitted, Prompt];
  const days: string[] = [];
  const url = (password = PASSWORD, database = "ml") =>
    `${engine}://app:${password}@127.0.0.1:${server.port}/${database}`;
  const sql = (query: string) => server.sql(query, "ml");
  const note = () => join(project.dir, "data/.alert scoring failed rain");
  const scoring = (env: Record<string, string> = {}, before = "") =>
    prompt.run(["run", "scoring", "--as-of", String(days.at(-1))], env, before);
  const count = async () => Number(await sql("SELECT count(*) FROM prediction"));

  beforeAll(async () => {
    server = await ownServer(engine);
    if (engine === "postgresql") {
      const rules = "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
      await writeFile(join(server.folder, "pg_hba.conf"), rules);
      await server.sql("SELECT pg_reload_conf()");
    }
    for (const statement of kind.account.split(";")) await server.sql(statement);
    const variables = { DATABASE_URL: url(), DATABASE_RETRY: "1", DATABASE_LOCK_TIMEOUT: "1" };
    project = await Emitted.create(await scratch(), "rain", ["--database", engine, "--no-git"], variables);
    await project.install();
    prompt = await openPrompt(project);
    expect(await prompt.run(["run", "training"])).toMatchObject({ exit: 0 });
  });
  afterAll(async () => {
    await prompt.close();
    await server.stop();
    await rm(server.folder, { recursive: true, force: true });
  });

  /** One fault: how it ends and what it says, that it is told once, leaves nothing, and that the next run completes. */
  async function fault(
    exit: number,
    says: RegExp,
    bring: () => Promise<Awaited<ReturnType<Prompt["run"]>>>,
    undo: () => Promise<unknown> = async () => undefined,
  ): Promise<void> {
    const before = await count();
    days.push(day(days.length + 1));
    const ended = await bring();
    await undo();
    expect(ended.exit, ended.all).toBe(exit);
    expect(ended.all).toMatch(says);
    expect(ended.all).not.toContain(PASSWORD);
    if (exit > 0) expect(ended.all.match(/"alert opened"/g), ended.all).toHaveLength(1);
    if (exit !== 0) expect(await count()).toBe(before);
    const next = await scoring();
    expect(next.exit, next.all).toBe(0);
    expect(await count()).toBe(before + 1);
    expect(existsSync(note())).toBe(false);
    expect(await sql("SELECT count(*) FROM alert WHERE closed_at IS NULL")).toBe("0");
  }
  /** Restarts the server while a run waits in the middle. */
  async function restarted(where: "rows" | "step") {
    const folder = await scratch();
    const running = scoring({ DATABASE_RETRY: "20" }, PAUSE(folder, where));
    while (!existsSync(join(folder, "paused"))) await new Promise((resolve) => setTimeout(resolve, 50));
    await server.stop();
    if (where === "rows") await server.start();
    await writeFile(join(folder, "go"), "");
    if (where === "step") await new Promise((resolve) => setTimeout(resolve, 1500)).then(() => server.start());
    return running;
  }

  it("that is down: says so", () =>
    fault(
      4,
      /refused|Can't connect/,
      () => server.stop().then(() => scoring()),
      () => server.start(),
    ));
  it("that restarts between two steps: waits for it, and goes on", () =>
    fault(0, /succeeded/, () => restarted("step")));
  it("that restarts in the midst of a write: fails in a sentence", () =>
    fault(4, /terminat|closed|Lost|lost|gone/, () => restarted("rows")));
  it("that has no connection left: says what to raise", async () => {
    const held: (() => Promise<void>)[] = [];
    await server.stop();
    await server.start(kind.few);
    await fault(
      4,
      /max_connections/,
      async () => {
        for (let client = 0; client < 10; client += 1) held.push(await server.hold("", "ml"));
        return scoring();
      },
      () => Promise.all(held.map((letGo) => letGo())),
    );
  });
  it("that is read-only: says so", () =>
    fault(
      4,
      /read.only/,
      () => sql(kind.readOnly(true)).then(() => scoring()),
      () => sql(kind.readOnly(false)),
    ));
  it("that refuses the password: tells it without the password", () =>
    fault(4, /password|Access denied/, () => scoring({ DATABASE_URL: url(`${PASSWORD}-not`) })));
  it.each([
    ["lock", { DATABASE_LOCK_TIMEOUT: "1" }],
    ["statement", { DATABASE_LOCK_TIMEOUT: "60", DATABASE_STATEMENT_TIMEOUT: "2" }],
  ])("whose table is locked: waits no longer than the %s may", async (_what, limits) => {
    let letGo = async () => {};
    const lock = async () => {
      letGo = await server.hold(kind.lock, "ml");
    };
    await fault(
      75,
      /TIMEOUT|lock/,
      () => lock().then(() => scoring(limits)),
      () => letGo(),
    );
  });
  it("whose disk is full: says so, and nothing is there", async () => {
    await server.stop();
    await server.start(kind.small, kind.longest);
    await fault(
      4,
      /room/,
      () => scoring({}, MANY),
      () => server.stop().then(() => server.start()),
    );
  });
  it("whose tables are of a newer version: names it", () =>
    fault(
      4,
      /9999.*Deploy/,
      () => sql("UPDATE alembic_version SET version_num = '9999'").then(() => scoring()),
      () => sql("UPDATE alembic_version SET version_num = '0001'"),
    ));
  it("killed in the midst of a write: leaves nothing", () => fault(-9, /^/, () => scoring({}, KILL)));
  it("met by two schedulers at once: one runs", async () => {
    const last = day(days.length + 1);
    days.push(last);
    const once = () => prompt.run(["run", "scoring", "--wait", "60", "--as-of", last]);
    const ended = await Promise.all([once(), once()]);
    expect(ended.map(({ exit }) => exit)).toEqual([0, 0]);
    expect(ended.map(({ all }) => /: (not due|succeeded)/.exec(all)?.[1]).sort()).toEqual(["not due", "succeeded"]);
  });
  it("whose tables are older: says how to bring them up, in production", async () => {
    const env = { DATABASE_URL: url(PASSWORD, "older"), ENVIRONMENT: "production" };
    const refused = await prompt.run(["run", "training"], env);
    expect(refused.exit, refused.all).toBe(4);
    expect(refused.all).toMatch(/not up to date.*Run `db upgrade` first/);
    expect(refused.all).toContain('"alert opened"');
    for (const next of [
      ["db", "upgrade"],
      ["run", "training"],
    ])
      expect((await prompt.run(next, env)).exit).toBe(0);
  });
});
