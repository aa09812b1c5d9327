import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { Emitted } from "../support/emitted.ts";
import { scratch } from "../support/scratch.ts";

const head = "customer,day,amount,visits,region,churned";
/** Rows as they come from the world: the first five are odd but true, the last three are no data at all. */
const odd = [
  "🌧️ Zoë,2025-01-02,12.5,3,north,",
  "'; DROP TABLE prediction;--,2025-01-02,40.1,3,south,",
  'unseen,2025-01-02,1.5,3,"<script>🌋",',
  "twice,2025-01-02,1,3,north,",
  "twice,2025-01-02,45,3,north,",
  "infinite,2025-01-02,inf,3,north,",
  "huge,2025-01-02,3,99999999999999999999999,north,",
  "nothing,2025-01-02,,3,north,",
];
const day = (row: number): string => new Date(Date.UTC(2024, 0, 1 + row)).toISOString().slice(0, 10);

describe("rows as they come", () => {
  let project: Emitted;
  const drop = (name: string, rows: readonly string[]) =>
    writeFile(join(project.dir, "data/01_raw/shop", name), `${[head, ...rows].join("\n")}\n`);
  const served = () => project.ask("select entity, score from prediction order by entity");

  beforeAll(async () => {
    const parent = await scratch();
    const rows = Array.from({ length: 300 }, (_, row) => {
      const amount = ((row * 37) % 500) / 10;
      return `K${row},${day(row)},${amount},${(row * 7) % 40},${["north", "south"][row % 2]},${amount > 30 ? "yes" : "no"}`;
    });
    await writeFile(join(parent, "shop.csv"), `${[head, ...rows].join("\n")}\n`);
    const flags = ["--data", "shop.csv", "--target", "churned", "--id", "customer", "--time", "day", "--no-git"];
    project = await Emitted.create(parent, "shop-calls", flags);
    await project.install();
  });

  it("are stopped when too many are no data, with the reasons", async () => {
    await drop("odd.csv", odd);
    const { exit, all } = await project.own("run", "training", "--force");
    expect(exit).toBe(3);
    expect(all).toMatch(/3 of 8 rows are bad/);
    const reasons = await project.ask("select reason from quarantine order by row_number");
    expect(reasons.flat()).toEqual([
      expect.stringMatching(/amount.*inf/),
      expect.stringMatching(/visits/),
      expect.stringMatching(/amount.*missing/),
    ]);
  });

  it("are scored as what they are: emoji, SQL in text, a category nobody met, the same id twice", async () => {
    await drop("odd.csv", [...odd, ...Array.from({ length: 60 }, (_, row) => `M${row},2025-01-02,${row},3,north,`)]);
    await project.mustOwn("run", "training", "scoring", "--force");
    const rows = await served();
    const names = rows.map(([entity]) => entity);
    for (const name of ["🌧️ Zoë", "'; DROP TABLE prediction;--", "unseen", "twice"]) {
      expect(names.filter((found) => found === name)).toHaveLength(1);
    }
    for (const name of ["infinite", "huge", "nothing"]) expect(names).not.toContain(name);
    for (const [entity, score] of rows) expect(Number.isFinite(score), String(entity)).toBe(true);
  });

  it("whose targets come late become outcomes; a corrected input changes no prediction that was served", async () => {
    const before = await served();
    await drop("told.csv", [
      "🌧️ Zoë,2025-01-02,12.5,3,north,no",
      "'; DROP TABLE prediction;--,2025-01-02,1.1,3,south,yes",
    ]);
    await project.mustOwn("run", "scoring", "--force");
    const outcomes = await project.ask("select entity, label from outcome order by label");
    expect(outcomes).toEqual([
      ["🌧️ Zoë", "no"],
      ["'; DROP TABLE prediction;--", "yes"],
    ]);
    expect(await served()).toEqual(before);
    await project.mustOwn("report");
  });
});
