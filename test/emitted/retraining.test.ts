import { setTimeout as pause } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { plantDrift } from "../support/drift.ts";
import { Emitted } from "../support/emitted.ts";
import { scratch } from "../support/scratch.ts";

/** The loop closes by itself: the world moves, one alert says so, one training follows, and the gate decides. */
describe("drift on cron", () => {
  let project: Emitted;
  const retrainings = () =>
    project.ask("select status, model from run where pipeline = 'training' and \"trigger\" like 'retrain%'");

  beforeAll(async () => {
    project = await Emitted.create(await scratch(), "rain", ["--no-git"]);
    await project.install();
    await plantDrift(project);
  });

  it("leads to one alert and one training, over several runs of monitoring", async () => {
    for (let round = 1; round <= 3; round += 1) {
      await project.mustOwn("run", "monitoring", "--force", "--trigger", "cron", "--wait", "120");
      for (let waited = 0; waited < 120 && (await retrainings())[0]?.[0] !== "succeeded"; waited += 1) {
        await pause(1000);
      }
      expect(await retrainings(), `round ${round}`).toEqual([["succeeded", "rain"]]);
    }
    const alerts = await project.ask("select kind, subject, closed_at from alert");
    expect(alerts.map((row) => row.slice(0, 2))).toEqual([["drift", "rain"]]);
  });

  it("asked by hand again within the cool-down, trains nothing", async () => {
    const again = await project.mustOwn("run", "training", "--force", "--trigger", "retrain: asked twice");
    expect(again.stdout).toMatch(/not due/);
    expect(await retrainings()).toHaveLength(1);
  });

  it("starts nothing when a person looks", async () => {
    await project.mustOwn("run", "monitoring", "--force");
    expect(await retrainings()).toHaveLength(1);
  });
});
