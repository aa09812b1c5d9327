import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { median, peak, run } from "../measure.ts";
import { cache, root } from "../peers.ts";
import type { Row } from "../table.ts";
import { bundle } from "./start.ts";

const here = join(cache, "scoring");
const project = join(here, "rain");
const uvCache = { UV_CACHE_DIR: join(cache, "uv") };
const million = 1_000_000;
const rounds = 3;

/** Scoring a million rows into SQLite, against a bare `executemany` of the very same rows. */
export async function scoringRows(): Promise<Row[]> {
  await rm(here, { recursive: true, force: true });
  await mkdir(here, { recursive: true });
  await run(["node", bundle, "rain", "--yes", "--no-git"], here, uvCache);
  await run(["uv", "run", "--no-sync", "rain", "run", "training"], project, uvCache);
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await seconds("make", million);
    ours.push(await seconds("predict", million));
    bare.push(await seconds("bare", million));
    await forget();
  }
  return [
    {
      what: "1M rows scored into SQLite",
      note: "imports apart",
      ours: median(ours),
      unit: "s",
      peer: { name: "bare executemany", value: median(bare) },
      atMost: 2,
    },
    ...(await memoryRows()),
  ];
}

/** The peak of scoring four times the rows: bounded by the chunk, so it hardly moves. */
async function memoryRows(): Promise<Row[]> {
  const peaks: number[] = [];
  for (const rows of [million / 4, million]) {
    await seconds("make", rows);
    const { peakMb } = await peak({ name: "predict", command: python("predict", rows), cwd: project });
    peaks.push(peakMb);
    await forget();
  }
  const [quarter = Number.NaN, whole = Number.NaN] = peaks;
  const peer = { name: "250k rows", value: quarter };
  return [{ what: "1M rows scored, peak memory", ours: whole, unit: "MB", peer, atMost: 1.15 }];
}

async function seconds(mode: "make" | "predict" | "bare", rows: number): Promise<number> {
  const { output } = await run(python(mode, rows), project);
  return Number(/^seconds ([\d.]+)$/m.exec(output)?.[1]);
}

function python(mode: string, rows: number): string[] {
  return [join(project, ".venv", "bin", "python"), join(root, "bench", "scoring.py"), "rain", mode, String(rows)];
}

/** Takes the scored rows out again, with the log SQLite keeps beside the file, so that each round starts equal. */
async function forget(): Promise<void> {
  const [file = ""] = (await readdir(join(project, "data"))).filter((name) => name.endsWith(".db"));
  const script =
    "import sqlite3, sys; d = sqlite3.connect(sys.argv[1], isolation_level=None);" +
    "d.execute(\"delete from prediction where run_id like 'bench-%'\");" +
    "d.execute(\"delete from run where run_id like 'bench-%'\"); d.execute('vacuum')";
  await run(["python3", "-c", script, join(project, "data", file)], project);
}
