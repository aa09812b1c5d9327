import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { profileFile } from "../../src/inspect/profile.ts";
import type { Answers, Json } from "../../src/types.ts";

/** A small file of a person's, one for each kind of task, with what the person would say about it. */
const files = {
  binary: { target: "churned", id: "customer", last: (row: number) => (row % 3 ? "no" : "yes") },
  multiclass: { target: "species", id: null, last: (row: number) => ["adelie", "gentoo", "chinstrap"][row % 3] },
  regression: { target: "price", id: "customer", last: (row: number) => `${(row * 13) % 97}.5` },
} as const;

/** The same rows as a table's, in a database that may be the project's own or another one. */
export function asTable(engine: string, own: Answers): Answers {
  const source = { engine, table: "shop.rows", query: null, watermark: "day", url: null, example: "x://host/db" };
  return { profile: { ...(own.profile as { [key: string]: Json }), source } };
}

/** The answers for own data of each task: profiled for real, from files that are gone afterwards. */
export async function ownAnswers(): Promise<ReadonlyMap<string, Answers>> {
  const folder = await mkdtemp(join(tmpdir(), "matrix-"));
  try {
    const all = new Map<string, Answers>();
    for (const [task, { target, id, last }] of Object.entries(files)) {
      const rows = Array.from({ length: 200 }, (_, row) => {
        const day = new Date(Date.UTC(2024, 0, 1 + row)).toISOString().slice(0, 10);
        return `K${row * 31},${day},${["north", "south"][row % 2]},${row % 7 ? (row * 7) % 40 : ""},${last(row)}`;
      });
      const path = join(folder, `${task} rows.csv`);
      await writeFile(path, `customer,day,region,visits,${target}\n${rows.join("\n")}\n`);
      const profile = await profileFile(path, { target, time: "day", ...(id ? { id } : {}) });
      all.set(task, { profile: profile as unknown as Json });
    }
    return all;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
