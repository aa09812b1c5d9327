import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { median, run } from "../measure.ts";
import { cache, type Peers } from "../peers.ts";
import type { Row } from "../table.ts";
import { bundle } from "./start.ts";

const here = join(cache, "road");
const uvCache = { UV_CACHE_DIR: join(cache, "uv") };
const rounds = 3;

/**
 * From the command to something that predicts: ours to rows in a database, the peer's to a model file.
 *
 * The peer's own defaults don't resolve (its pins disagree on setuptools), so two of its combinations that do are
 * raced: the one its matrix calls "full" for scikit-learn, and the leanest it offers.
 */
export async function roadRows(peers: Peers): Promise<Row[]> {
  const roads = new Map<string, () => Promise<void>>([
    ["ours", ours],
    ["create-ml-stack, its full set", () => stack(peers, ["--tracking", "mlflow"])],
    ["create-ml-stack, leanest", () => stack(peers, leanest)],
  ]);
  const times = new Map([...roads.keys()].map((name) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, road] of roads) {
      await emptied();
      const started = process.hrtime.bigint();
      await road();
      // Round 0 fills the package cache: every later one is warm.
      if (round > 0) times.get(name)?.push(Number(process.hrtime.bigint() - started) / 1e9);
    }
  }
  const seconds = (name: string) => median(times.get(name) ?? []);
  const row = (peer: string, atMost?: number): Row => ({
    what: "command to predictions, warm cache",
    ours: seconds("ours"),
    unit: "s",
    peer: { name: peer, value: seconds(peer) },
    ...(atMost === undefined ? {} : { atMost }),
  });
  return [row("create-ml-stack, its full set", 0.6), row("create-ml-stack, leanest"), ...(await environmentRows())];
}

const leanest = [
  ...["--tracking", "none", "--data", "none", "--config", "none", "--serving", "none", "--testing", "none"],
  ...["--logging", "stdlib", "--layout", "single"],
];

async function ours(): Promise<void> {
  await run(["node", bundle, "rain", "--yes", "--no-git"], here, uvCache);
  await run(["uv", "run", "--no-sync", "rain", "run", "training", "scoring"], join(here, "rain"), uvCache);
}

async function stack(peers: Peers, options: readonly string[]): Promise<void> {
  await run([peers.createMlStack, "app", "--framework", "sklearn", ...options, "--yes"], here, uvCache);
  await run(["uv", "sync", "--quiet"], join(here, "app"), uvCache);
  await run(["uv", "run", "--no-sync", "train", "--fast"], join(here, "app"), uvCache);
}

async function environmentRows(): Promise<Row[]> {
  await emptied();
  await run(["node", bundle, "rain", "--yes", "--no-git", "--no-install"], here, uvCache);
  const project = join(here, "rain");
  const sync = ["uv", "sync", "--no-default-groups", "--quiet"];
  const cold = await run(sync, project, { UV_CACHE_DIR: join(here, "cold") });
  await rm(join(project, ".venv"), { recursive: true, force: true });
  const warm = await run(sync, project, uvCache);
  const { output } = await run(["du", "-sm", "--apparent-size", ".venv"], project);
  const demo = await run(["uv", "run", "--no-sync", "rain", "demo"], project, uvCache);
  return [
    { what: "environment, plotting included", ours: Number.parseInt(output, 10), unit: "MB", atMost: 600 },
    { what: "uv sync, cold cache", ours: cold.ms / 1000, unit: "s" },
    { what: "uv sync, warm cache", ours: warm.ms / 1000, unit: "s" },
    { what: "demo, first run", ours: demo.ms / 1000, unit: "s", note: "compiles bytecode" },
  ];
}

async function emptied(): Promise<void> {
  await rm(here, { recursive: true, force: true });
  await mkdir(here, { recursive: true });
}
