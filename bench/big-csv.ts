/** Writes a large, seeded CSV of every column type, to measure the profiler on: `tsx bench/big-csv.ts FILE [MEGABYTES]`. */

import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { fileURLToPath } from "node:url";

/** Numbers from a seed, the same on every machine. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const CITIES = ["Oslo", "Lyon", "Porto", "Graz", "Turin", "Ghent"];

/** Writes at least so many bytes; returns how many rows that took. */
export async function writeBigCsv(path: string, bytes: number): Promise<number> {
  const random = seeded(20);
  const file = createWriteStream(path);
  let written = 0;
  let rows = 0;
  file.write("order_id,ordered_at,city,amount,items,returning,note,late\n");
  while (written < bytes) {
    let text = "";
    for (let index = 0; index < 5000; index += 1) {
      rows += 1;
      const when = new Date(1.5e12 + rows * 60_000).toISOString().slice(0, 19);
      const amount = random() < 0.02 ? "" : (random() * 500).toFixed(2);
      const items = Math.floor(random() * 20);
      const note = random() < 0.1 ? `"left at, ""the"" door ${items}"` : "NA";
      text += `A${rows},${when},${CITIES[Math.floor(random() * 6)]},${amount},${items},${random() < 0.5 ? "yes" : "no"},${note},${random() < 0.3 ? 1 : 0}\n`;
    }
    written += text.length;
    if (!file.write(text)) await once(file, "drain");
  }
  file.end();
  await once(file, "finish");
  return rows;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , path = "big.csv", megabytes = "1000"] = process.argv;
  console.log(`${await writeBigCsv(path, Number(megabytes) * 1e6)} rows`);
}
