/** A table or query with a watermark, of the project's own database and of other servers: whatever is killed or cut, no row is lost or comes twice. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ended, testEnvironment } from "../support/command.ts";
import { Emitted } from "../support/emitted.ts";
import { Line } from "../support/line.ts";
import { freePort } from "../support/port.ts";
import { scratch } from "../support/scratch.ts";
import { type Database, freshDatabase } from "../support/servers.ts";
import { databaseOf, makeTable } from "./tables/tables.ts";

const SECRET = "Tr0ub4dor-3x";
const FIRST = 300;
/** Rows are copied with ids of their own and later watermarks. With small batches, some new ones are written before the line is held: what is read again comes first. */
const SMALL = { BATCH_ROWS: "50" };
const HELD = 100 * 1024;

const series: Readonly<Record<string, { quote: string; among(from: number, to: number): string; later: string }>> = {
  postgresql: {
    quote: '"',
    among: (from, to) => `generate_series(${from}, ${to}) as n(n)`,
    later: "timestamptz '2024-04-01' + (id + 300 * n) * interval '1 minute'",
  },
  mysql: {
    quote: "`",
    among: (from, to) => `(select seq as n from seq_${from}_to_${to}) as n`,
    later: "timestamp '2024-04-01 00:00:00' + interval (id + 300 * n) minute",
  },
};

/** Adds `FIRST` rows for each number from `from` to `to`. */
async function grow(database: Database, kind: string, from: number, to: number): Promise<void> {
  const { quote, among, later } = series[kind] as (typeof series)[string];
  const q = (name: string): string => `${quote}${name}${quote}`;
  const plain = ["born", "amount", "price", "member", "region", "select", "note", "left"].map(q).join(", ");
  const rows = `select id + ${FIRST} * n, ${later}, ${plain} from sales, ${among(from, to)}`;
  await database.sql(`insert into sales ${rows} where id <= ${FIRST}`);
}

const COUNT = `
import json, pathlib, pyarrow.parquet as pq
from importlib import import_module
files = sorted(pathlib.Path("data/01_raw/sales").glob("*.parquet"))
ids = [one for path in files for one in pq.read_table(path, columns=["id"])["id"].to_pylist()]
valid = sum(pq.read_metadata(path).num_rows for path in pathlib.Path("data/02_valid").rglob("*.parquet"))
refused = import_module("shop.bootstrap").bootstrap().store.read("select * from quarantine")
print(json.dumps([len(ids), len(set(ids)), valid, len(refused), len(files)]))
`;

interface Case {
  readonly what: string;
  readonly own: string;
  readonly source: string;
  /** In the project's own database. */
  readonly same?: boolean;
  readonly query?: boolean;
}
const cases: readonly Case[] = [
  { what: "a table on PostgreSQL, read by a project on SQLite", own: "sqlite", source: "postgresql" },
  { what: "a query on MySQL, read by a project on PostgreSQL", own: "postgresql", source: "mysql", query: true },
  { what: "a table on another MySQL, read by a project on MySQL", own: "mysql", source: "mysql" },
  {
    what: "a query on the project's own PostgreSQL",
    own: "postgresql",
    source: "postgresql",
    same: true,
    query: true,
  },
];

describe.each(cases)("$what", ({ own, source, same = false, query = false }) => {
  let project: Emitted;
  let database: Database;
  let home: Pick<Database, "url" | "drop">;
  let line: Line;
  let account = "";
  let rows = FIRST;

  beforeAll(async () => {
    const folder = await scratch();
    database = (await freshDatabase(source)) as Database;
    home = same ? database : await databaseOf(own, folder);
    await makeTable(database.url, "sales", folder, FIRST);
    const { host, port, username, pathname } = new URL(database.url);
    line = await Line.to(Number(port));
    account = username;
    if (source === "mysql") {
      account = pathname.slice(1);
      await database.sql(
        `create user ${account}@'127.0.0.1' identified by '${SECRET}'; grant select on ${account}.* to ${account}@'127.0.0.1'`,
      );
    }
    writeFileSync(join(folder, "sales.sql"), "select * from sales where id > 0 -- all of them\n");
    const what = query ? ["--query", "sales.sql"] : ["--table", "sales"];
    const flags = ["--target", "left", "--time", "seen at", "--database", own, "--no-git"];
    const { dir } = await Emitted.create(folder, "shop", ["--data", database.url, ...what, ...flags]);
    const through = (url: string): string => url.replace(/:\d+\//, `:${line.port}/`);
    const url = same ? through(database.url) : `${source}://${account}:${SECRET}@127.0.0.1:${line.port}${pathname}`;
    expect(host).toContain("127.0.0.1");
    const variables = {
      ...SMALL,
      SOURCE_SALES_URL: url,
      ...(own === "sqlite" ? {} : { DATABASE_URL: same ? url : home.url }),
    };
    project = await Emitted.at(dir, "shared", variables);
    await project.install();
  });
  afterAll(async () => {
    await line?.close();
    if (account !== "root" && source === "mysql") await database?.sql(`drop user if exists ${account}@'127.0.0.1'`);
    await database?.drop();
    if (!same) await home?.drop();
  });

  /** A test of a server that is not the project's own. */
  const elsewhere = (name: string, body: () => Promise<void>): unknown => same || it(name, body);
  const raw = (): string => join(project.dir, "data/01_raw/sales");
  const drafts = (): string[] => {
    try {
      return readdirSync(raw()).filter((name) => name.endsWith(".pull"));
    } catch {
      return []; // nothing was pulled yet
    }
  };

  async function all(): Promise<{ files: number }> {
    const { stdout, all } = await project.tool("python", "-c", COUNT);
    const [pulled, different, valid, refused, files] = JSON.parse(stdout) as number[];
    expect([pulled, different, valid, refused], all).toEqual([rows, rows, rows, 0]);
    expect(drafts()).toEqual([]);
    return { files: files ?? 0 };
  }

  /** Starts a run whose pull stays in the middle, and acts as soon as it has written some rows. */
  async function during(act: (group: number) => void): Promise<{ code: number | null; said: string }> {
    const { cwd, env } = project.settings();
    const command = ["run", "--no-sync", "shop", "run", "monitoring", "--force"];
    // The own PostgreSQL's quick road asks for all of so few rows at once, and is still writing when they have come.
    if (!same) line.hold(HELD);
    const child = spawn("uv", command, { cwd, env: testEnvironment(env), detached: true });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (piece) => {
        said += piece;
      });
    }
    const closed = once(child, "close");
    const latest = Date.now() + 60_000;
    while (child.exitCode === null && drafts().length === 0 && Date.now() < latest) await pause(10);
    act(child.pid as number);
    const [code] = await closed;
    line.cut();
    return { code: code as number | null, said };
  }

  it("is pulled whole after a SIGKILL in the middle of the first pull, and of a later one", async () => {
    for (const [number, upTo] of [
      [1, 20],
      [2, 40],
    ] as const) {
      await grow(database, source, rows / FIRST, upTo - 1);
      rows = FIRST * upTo;
      const { said } = await during((group) => process.kill(-group, "SIGKILL"));
      expect(drafts(), said).toHaveLength(1);
      expect(readdirSync(raw()).filter((name) => name.startsWith("pull-"))).toHaveLength(number - 1);
      await project.mustOwn("run", "monitoring", "--force");
      expect(await all()).toEqual({ files: number });
    }
  });

  elsewhere("is pulled whole after the line was cut in the middle, which is told", async () => {
    await grow(database, source, rows / FIRST, rows / FIRST + 19);
    rows += FIRST * 20;
    const cut = await during(() => line.cut());
    expect(cut.code, cut.said).toBe(4);
    expect(cut.said).toMatch(/sales can't be read from (?:table|query) \S+: .+Is SOURCE_SALES_URL right/);
    expect(cut.said).not.toContain(SECRET);
    expect(drafts()).toEqual([]);
    await project.mustOwn("run", "monitoring", "--force");
    expect(await all()).toEqual({ files: 3 });
  });

  elsewhere("says what is wrong when it can't be read, and never how it is opened", async () => {
    const { env } = project.settings() as { env: Record<string, string> };
    const given = String(env.SOURCE_SALES_URL);
    const nobody = `127.0.0.1:${await freePort()}`;
    const wrong: [string, string, RegExp][] = [
      ["down", given.replace(/127\.0\.0\.1:\d+/, nobody), /refused/i],
      ["a stranger", given.replace(account, "nobody_here"), /denied|nobody_here/i],
      ["no address", given.replace(/:\d+\//, ":port/"), /The URL of the source/],
    ];
    // A server that trusts this machine asks for no password.
    if (source === "mysql") wrong.push(["the password", given.replace(SECRET, `${SECRET}-0ld`), /denied/i]);
    const before = readdirSync(raw());
    for (const [what, url, why] of wrong) {
      const place = { ...env, SOURCE_SALES_URL: url, DATABASE_RETRY: "1" };
      const failing = await Emitted.at(project.dir, "shared", place);
      const ended: Ended = await failing.own("run", "monitoring", "--force");
      expect([3, 4], `${what}: ${ended.all}`).toContain(ended.exit);
      expect(ended.all, what).toMatch(why);
      expect(ended.all, what).not.toMatch(/Traceback/);
      expect(ended.all, what).not.toContain(SECRET);
    }
    const kept = await project.ask("select message from alert union all select error from run where error is not null");
    expect(kept.length).toBeGreaterThan(wrong.length);
    expect(JSON.stringify(kept)).not.toContain(SECRET);
    expect(readdirSync(raw())).toEqual(before);
  });
});
