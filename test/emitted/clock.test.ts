import { beforeAll, describe, expect, it } from "vitest";
import type { Ended } from "../support/command.ts";
import { Emitted } from "../support/emitted.ts";
import { scratch } from "../support/scratch.ts";

/** The project's own command at other moments than now, in a time zone that has summer time: its clock is another one. */
describe("the clock", () => {
  let project: Emitted;
  /** Runs a pipeline as the schedule does, at a moment in UTC. */
  const fired = (at: string, pipeline = "scoring"): Promise<Ended> =>
    project.tool(
      ...["env", "TZ=UTC", "faketime", at, "env", "TZ=Europe/Berlin"],
      ...[project.name, "run", pipeline, "--trigger", "cron"],
    );
  const slots = async (): Promise<string[]> =>
    (await project.ask("select slot from run where pipeline = 'scoring' and status = 'succeeded' order by slot")).map(
      ([slot]) => String(slot).slice(0, 16),
    );
  const twice =
    "select count(*) from (select 1 from prediction group by model, version, entity, as_of having count(*) > 1) t";

  beforeAll(async () => {
    project = await Emitted.create(await scratch(), "rain", ["--no-git"]);
    await project.install();
    const trained = await fired("2027-03-27 22:00", "training");
    expect(trained.exit, trained.all).toBe(0);
  });

  it.each([
    [
      "the night that loses an hour",
      ["2027-03-27 23:30", "2027-03-28 00:59", "2027-03-28 01:30", "2027-03-29 00:30"],
      3,
    ],
    [
      "the night that has an hour twice",
      ["2027-10-30 22:30", "2027-10-31 00:30", "2027-10-31 01:30", "2027-11-01 00:05"],
      3,
    ],
    [
      "the end of a leap year's February",
      ["2028-02-28 23:59", "2028-02-29 00:00", "2028-02-29 23:59", "2028-03-01 00:00"],
      3,
    ],
  ])("in %s each day of UTC is one slot, and is run once", async (_night, moments, days) => {
    const before = await slots();
    for (const moment of moments) {
      const ended = await fired(moment);
      expect(ended.exit, ended.all).toBe(0);
    }
    const found = (await slots()).slice(before.length);
    expect(found).toHaveLength(days);
    expect(found.every((slot) => slot.endsWith("00:00"))).toBe(true);
    expect(new Set(found).size).toBe(days);
    expect(await project.ask(twice)).toEqual([[0]]);
  });

  it("steps back: what was run is not run again, and nothing fails", async () => {
    const [before, rows] = [await slots(), await project.ask("select count(*) from prediction")];
    const ended = await fired("2028-02-29 12:00");
    expect(ended.exit, ended.all).toBe(0);
    expect(ended.stdout).toMatch(/not due/);
    expect([await slots(), await project.ask("select count(*) from prediction")]).toEqual([before, rows]);
  });

  it("steps forward: the missed slots are told, and backfill makes up for them", async () => {
    const ended = await fired("2028-03-06 00:30");
    expect(ended.exit, ended.all).toBe(0);
    expect(ended.stderr).toMatch(/"missed": 4, "event": "slots were missed/);
    const late = await project.tool(
      ...["env", "TZ=UTC", "faketime", "2028-03-06 01:00", project.name],
      ...["backfill", "scoring", "--from", "2028-03-02", "--to", "2028-03-05"],
    );
    expect(late.exit, late.all).toBe(0);
    expect((await slots()).slice(-6).map((slot) => slot.slice(5, 10))).toEqual([
      "03-01",
      "03-02",
      "03-03",
      "03-04",
      "03-05",
      "03-06",
    ]);
    expect(await project.ask(twice)).toEqual([[0]]);
  });
});
