import { once } from "node:events";
import { createWriteStream, existsSync, statSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { peak } from "../measure.ts";
import { cache } from "../peers.ts";
import type { Row } from "../table.ts";
import { bundle } from "./start.ts";

const gigabyte = 1e9;

/** Profiling a gigabyte of CSV: the time and memory before the first question about it can be answered. */
export async function profileRows(): Promise<Row[]> {
  const file = join(cache, "gigabyte.csv");
  if (!existsSync(file)) await writeCsv(file);
  const cost = await peak({
    name: "profile",
    command: ["node", bundle, "big", "--data", file, "--target", "churned", "--dry-run", "--yes"],
    cwd: cache,
  });
  const megabytes = statSync(file).size / 1e6;
  return [
    { what: `profile of ${megabytes.toFixed(0)} MB of CSV`, ours: cost.ms / 1000, unit: "s", atMost: 60 },
    { what: `profile of ${megabytes.toFixed(0)} MB of CSV, memory`, ours: cost.peakMb, unit: "MB", atMost: 150 },
  ];
}

/** Rows of many kinds from a small seeded generator: integers, decimals, dates, categories, gaps and an id. */
async function writeCsv(file: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const out = createWriteStream(`${file}.part`);
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const plans = ["basic", "plus", "pro"];
  const header = "customer,joined,plan,age,balance,visits,score,churned\n";
  out.write(header);
  let written = header.length;
  for (let id = 0; written < gigabyte; ) {
    let block = "";
    for (let row = 0; row < 10_000; row++, id++) {
      const month = 1 + Math.floor(random() * 12);
      const day = 1 + Math.floor(random() * 28);
      const joined = `20${10 + (id % 15)}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
      const balance = random() < 0.05 ? "" : (random() * 10_000).toFixed(2);
      const visits = Math.floor(random() * 400);
      block += `C${id},${joined},${plans[id % 3]},${18 + (visits % 70)},${balance},${visits},${random().toFixed(6)},`;
      block += random() < 0.2 ? "yes\n" : "no\n";
    }
    written += block.length;
    if (!out.write(block)) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
  await rename(`${file}.part`, file);
}
