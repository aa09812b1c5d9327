import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { freshDatabase, stopServers } from "../../test/support/servers.ts";
import { type Cost, median, peak, run } from "../measure.ts";
import { cache, root } from "../peers.ts";
import type { Row } from "../table.ts";
import { bundle } from "./start.ts";

const here = join(cache, "scale");
const project = join(here, "crm");
const data = join(project, "data");
const before = join(here, "before");
/** Of the source table; `SCALE_ROWS=10000000` asks for ten million. */
const size = Number(process.env.SCALE_ROWS ?? 1_000_000);
const rounds = Number(process.env.SCALE_ROUNDS ?? 3);
const known = 4_000;
const columns = Array.from({ length: 20 }, (_, at) => `f${String(at + 1).padStart(2, "0")}`);

const fill = (from: number, to: number) =>
  `insert into feed select g, timestamptz '2026-01-01' + g * interval '0.01 second', ${columns.map(() => "random()").join(", ")}, null
   from generate_series(${from}, ${to}) g`;

/**
 * The whole job on PostgreSQL: rows of a table are read, checked, scored and written into `prediction`.
 *
 * Ours is the project's own `run scoring`; the peer is a pandas job, which checks nothing and keeps nothing else, into
 * a table with the same keys. In turn, each round from the same empty tables.
 */
export async function scaleRows(): Promise<Row[]> {
  const database = await freshDatabase("postgresql");
  if (database === undefined) return [];
  const env = { DATABASE_URL: database.url, UV_CACHE_DIR: join(cache, "uv") };
  const own = (...args: string[]) => [join(project, ".venv/bin/crm"), "run", ...args];
  try {
    await rm(here, { recursive: true, force: true });
    await mkdir(here, { recursive: true });
    await database.sql(
      `create table feed (id bigint primary key, seen_at timestamptz not null, ${columns.map((name) => `${name} float8`).join(", ")}, churned text)`,
    );
    await database.sql(fill(1, known));
    await database.sql("update feed set churned = case when f01 + f02 + random() > 1.5 then 'yes' else 'no' end");
    const flags = ["--data", "env:DATABASE_URL", "--table", "feed", "--target", "churned", "--time", "seen_at"];
    await run(["node", bundle, "crm", "--yes", "--no-git", "--database", "postgresql", ...flags], here, env);
    await run(own("training"), project, env);
    await database.sql(fill(known + 1, known + size));
    await database.sql(
      `create table plain (like prediction including all, foreign key (run_id) references run);
       insert into run select 'pandas', pipeline, model, as_of, slot, trigger, status, started_at, finished_at, error from run limit 1`,
    );
    await cp(data, before, { recursive: true });
    const ours: Cost[] = [];
    const sharded: Cost[] = [];
    const pandas: Cost[] = [];
    const clear = async (): Promise<void> => {
      await database.sql("truncate prediction, plain; delete from run where pipeline = 'scoring'");
      await rm(data, { recursive: true, force: true });
      await cp(before, data, { recursive: true });
    };
    for (let round = 0; round < rounds; round++) {
      sharded.push(
        await peak({ name: "shards", command: own("scoring", "--force", "--shards", "2"), cwd: project, env }),
      );
      await clear();
      ours.push(await peak({ name: "ours", command: own("scoring", "--force"), cwd: project, env }));
      const script = [join(root, "bench/to_sql.py"), "crm", "churned"];
      pandas.push(
        await peak({
          name: "pandas",
          command: [own()[0]?.replace(/crm$/, "python") ?? "", ...script],
          cwd: project,
          env,
        }),
      );
      const written = await database.sql("select (select count(*) from prediction), (select count(*) from plain)");
      if (written.trim() !== `${size}|${size}`)
        throw new Error(`not all ${size} rows were written on both sides: ${written}`);
      await clear();
    }
    const middle = (costs: readonly Cost[], of: keyof Cost) => median(costs.map((cost) => cost[of]));
    const what = `${size / 1e6}M x 20 from PostgreSQL, scored, into PostgreSQL`;
    const peer = { name: "pandas read_sql, to_sql", value: middle(pandas, "ms") / 1000 };
    const memory = { name: peer.name, value: middle(pandas, "peakMb") };
    return [
      { what, ours: middle(ours, "ms") / 1000, unit: "s", peer, atMost: 0.2 },
      {
        what: `${what}, --shards 2`,
        ours: middle(sharded, "ms") / 1000,
        unit: "s",
        peer: { name: "one shard", value: middle(ours, "ms") / 1000 },
        atMost: 1 / 1.4,
      },
      { what: `${what}, peak memory`, ours: middle(ours, "peakMb"), unit: "MB", peer: memory },
      { what: `${what}, peak memory, absolute`, ours: middle(ours, "peakMb"), unit: "MB", atMost: 350 },
    ];
  } finally {
    await database.drop();
    await stopServers();
  }
}
