import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { freshDatabase, stopServers } from "../../test/support/servers.ts";
import { median, run } from "../measure.ts";
import { cache, root } from "../peers.ts";
import type { Row } from "../table.ts";
import { bundle } from "./start.ts";

const here = join(cache, "writes");
const uvCache = { UV_CACHE_DIR: join(cache, "uv") };
const rounds = 5;

/** The bare way of each engine, and how many times its seconds ours may take: 1/0.8, and 1.2 of an insert from Arrow. */
const engines = {
  postgresql: { name: "psql \\copy binary", atMost: 1.25 },
  mysql: { name: "the client's LOAD DATA", atMost: 1.25 },
  sqlite: { name: "bare executemany", atMost: 1.25 },
  duckdb: { name: "bare Arrow insert", atMost: 1.2 },
} as const;

/** A million rows into the real table, its keys on both sides: ours against the bare way, in turn. */
export async function writesRows(): Promise<Row[]> {
  await rm(here, { recursive: true, force: true });
  await mkdir(here, { recursive: true });
  const rows: Row[] = [];
  for (const [engine, { name, atMost }] of Object.entries(engines)) {
    const project = join(here, `on-${engine}`);
    const database = await freshDatabase(engine);
    const variables: Record<string, string> = database ? { DATABASE_URL: database.url } : {};
    await run(["node", bundle, `on-${engine}`, "--yes", "--no-git", "--database", engine], here, uvCache);
    const python = join(project, ".venv", "bin", "python");
    const script = [join(root, "bench", "writes.py"), `on_${engine}`, String(rounds)];
    const { output } = await run([python, ...script], project, variables);
    await database?.drop();
    const seconds = [...output.matchAll(/^ours ([\d.]+) bare ([\d.]+)$/gm)];
    const ours = median(seconds.map(([, mine]) => Number(mine)));
    const peer = { name, value: median(seconds.map(([, , bare]) => Number(bare))) };
    rows.push({ what: `1M rows into ${engine}`, ours, unit: "s", peer, atMost });
  }
  await stopServers();
  return rows;
}
