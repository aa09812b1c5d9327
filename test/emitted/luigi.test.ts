import { type ChildProcess, spawn } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testEnvironment } from "../support/command.ts";
import { plantDrift } from "../support/drift.ts";
import { Emitted } from "../support/emitted.ts";
import { freePort } from "../support/port.ts";
import { scratch } from "../support/scratch.ts";

const steps = ["ingest", "validate", "build_features", "train", "evaluate", "register"] as const;
/** What each step of training logs as its last word, before its row is written. */
const words = ["ingested", "", "features built", "trained", "evaluated", "registered"] as const;

let project: Emitted;

beforeAll(async () => {
  project = await Emitted.create(await scratch(), "rain", ["--no-git", "--scheduler", "luigi"]);
  await project.install();
});

/** One of the project's commands as a process that can be killed itself: uv would only pass on what it can catch. */
function started(...args: string[]): ChildProcess {
  return spawn(join(project.environmentDir, "bin", project.name), args, {
    cwd: project.dir,
    env: testEnvironment(),
    stdio: ["ignore", "ignore", "pipe"],
  });
}

const rows = (runId: unknown) => project.ask(`select name, finished_at from step where run_id = '${runId}'`);
const newest = async (pipeline: string) =>
  (
    await project.ask(`select run_id, status from run where pipeline = '${pipeline}' order by started_at desc limit 1`)
  )[0] ?? [];

describe("a project with Luigi", () => {
  // Its format, lint, types and own tests are in the pairs: Luigi on every database.
  it("is of used dependencies only", async () => {
    const { exit, all } = await project.tool("deptry", ".");
    expect(exit, all).toBe(0);
  });

  it("runs what is due once, and a crontab line fires it", async () => {
    const first = await project.mustOwn("luigi", "training", "scoring", "monitoring");
    expect(first.stdout.match(/succeeded/g), first.all).toHaveLength(3);
    const second = await project.mustOwn("luigi", "training", "scoring", "monitoring");
    expect(second.stdout.match(/not due/g), second.all).toHaveLength(3);
    const { stdout } = await project.mustOwn("schedule", "show");
    expect(stdout).toMatch(/^5 .* -m rain luigi training scoring monitoring --wait 900 --trigger cron /m);
    expect(stdout).not.toContain("@reboot");
  });
});

describe("killed in the middle and run again", () => {
  /** Kills training as a step says its last word; on a busy machine the kill may come after the run's end. */
  async function killedAt(at: number): Promise<string> {
    for (let tries = 0; tries < 5; tries += 1) {
      const process = started("luigi", "training", "--force", "--trigger", `killed at ${at}`);
      for await (const line of createInterface({ input: process.stderr as NodeJS.ReadableStream })) {
        if (line.includes(`"event": "${words[at]}"`)) process.kill("SIGKILL");
      }
      const [runId, status] = await newest("training");
      if (status === "running") return String(runId);
    }
    throw new Error("five kills came too late");
  }

  it.each([0, 2, 3, 4])("only the rest runs, at step %i", async (at) => {
    const runId = await killedAt(at);
    const before = await rows(runId);
    // Its own row may just have been written, and so may the next one's.
    expect(before.length).toBeGreaterThanOrEqual(at);
    expect(before.length).toBeLessThan(steps.length);

    const again = await project.mustOwn("luigi", "training", "--force");
    const ran = [...again.stderr.matchAll(/"event": "([\w ]+)"/g)].map(([, event]) => event);
    const [sameId, ended] = await newest("training");
    expect(ended, again.all).toBe("succeeded");
    // Killed before its first step was done, there is nothing to go on with: it is a run of its own.
    expect(sameId === runId).toBe(before.length > 0);
    const after = await rows(sameId);
    expect(after.map(([name]) => name).sort()).toEqual([...steps].sort());
    expect(after).toEqual(expect.arrayContaining(before));
    const done = before.map(([name]) => words[steps.indexOf(name as (typeof steps)[number])]);
    for (const word of done) if (word) expect(ran).not.toContain(word);
    const made = `select count(*) from model_version where kind = 'challenger' and run_id = '${sameId}'`;
    expect(await project.ask(made)).toEqual([[1]]);
    expect(await project.ask("select count(*) from run where status = 'running'")).toEqual([[0]]);
  });
});

describe("a failing step", () => {
  it("is Luigi's exit code 30, a failed run, an alert, and nothing half-written", async () => {
    const scored = await project.count("prediction");
    const [[artifact] = []] = await project.ask(
      "select artifact from model_version where version = (select version from champion order by number desc limit 1)",
    );
    const file = join(project.dir, "data/04_models/rain", String(artifact));
    const sound = await readFile(file);
    await writeFile(file, "damaged");
    const ended = await project.own("luigi", "scoring", "--force");
    await writeFile(file, sound);
    expect(ended.exit, ended.all).toBe(30);
    expect((await newest("scoring"))[1]).toBe("failed");
    expect(await project.count("prediction")).toBe(scored);
    expect(await project.ask("select kind from alert where closed_at is null")).toContainEqual(["scoring failed"]);

    await project.mustOwn("luigi", "scoring", "--force");
    expect(await project.ask("select kind from alert where closed_at is null")).not.toContainEqual(["scoring failed"]);
  });
});

describe("luigid", () => {
  let server: ChildProcess;
  let page: string;

  beforeAll(async () => {
    const port = await freePort();
    const file = join(project.dir, "conf/luigi.cfg");
    const cfg = await readFile(file, "utf8");
    await writeFile(file, cfg.replace("local_scheduler = true", "local_scheduler = false").replace("8082", `${port}`));
    page = `http://127.0.0.1:${port}`;
    server = started("luigid");
    for (let waited = 0; waited < 60; waited += 1) {
      if (await fetch(page).catch(() => null)) break;
      await pause(500);
    }
  });

  afterAll(() => server.kill());

  const remembered = async (): Promise<{ params: Record<string, string> }[]> => {
    const asked = encodeURIComponent(JSON.stringify({ status: "DONE", upstream_status: "" }));
    const answer = (await (await fetch(`${page}/api/task_list?data=${asked}`)).json()) as { response: object };
    return Object.values(answer.response);
  };

  it("serves its page, which shows the run by its id, and to this machine only", async () => {
    const html = await fetch(`${page}/static/visualiser/index.html`);
    expect(html.status).toBe(200);
    expect(await html.text()).toContain("Luigi Task Visualiser");
    await project.mustOwn("luigi", "training", "--force");
    const [runId] = await newest("training");
    const shown = (await remembered()).filter(({ params }) => params["run_id"] === runId);
    expect(shown.map(({ params }) => params["step"]).sort()).toEqual([...steps].sort());
    const bound = await readFile("/proc/net/tcp", "utf8");
    const hex = Number(new URL(page).port).toString(16).toUpperCase().padStart(4, "0");
    const listening = bound
      .split("\n")
      .flatMap((line) => new RegExp(`(\\w+):${hex} \\w+:0000 0A`).exec(line)?.[1] ?? []);
    expect(listening).toEqual(["0100007F"]);
    expect((await project.mustOwn("schedule", "show")).stdout).toMatch(/^@reboot .* -m rain luigid >> /m);
  });

  it("that remembers what the database has lost makes no silent success: all is done again", async () => {
    expect((await remembered()).length).toBeGreaterThan(0);
    for (const end of ["", "-wal", "-shm"]) await rm(join(project.dir, `data/rain.db${end}`), { force: true });
    const again = await project.mustOwn("luigi", "training", "scoring");
    expect(again.stdout.match(/succeeded/g), again.all).toHaveLength(2);
    expect(await project.count("prediction")).toBeGreaterThan(0);
    expect(await rows((await newest("training"))[0])).toHaveLength(steps.length);
  });

  it("that is gone is done without, and told of", async () => {
    server.kill("SIGKILL");
    const alone = await project.mustOwn("luigi", "training", "--force");
    expect((await newest("training"))[1], alone.all).toBe("succeeded");
    expect(await project.ask("select kind from alert where closed_at is null")).toContainEqual(["luigid"]);
  });
});

describe("drift on Luigi", () => {
  it("leads to one alert and one training, which Luigi does and the gate decides", async () => {
    const moved = await Emitted.create(await scratch(), "moved", ["--no-git", "--scheduler", "luigi"]);
    await moved.install();
    await plantDrift(moved);
    const retrained = () =>
      moved.ask("select run_id, status from run where pipeline = 'training' and \"trigger\" like 'retrain%'");
    for (let round = 1; round <= 3; round += 1) {
      const line = ["luigi", "monitoring", "--force", "--trigger", "cron", "--wait", "120"];
      await moved.mustOwn(...line);
      for (let waited = 0; waited < 120 && (await retrained())[0]?.[1] !== "succeeded"; waited += 1) await pause(1000);
      expect(await retrained(), `round ${round}`).toHaveLength(1);
    }
    const [[runId, status] = []] = await retrained();
    expect(status).toBe("succeeded");
    // Only Luigi leaves a row for each step.
    const done = await moved.ask(`select name from step where run_id = '${runId}'`);
    expect(done.map(([name]) => name).sort()).toEqual([...steps].sort());
    expect(await moved.ask("select kind, subject from alert")).toEqual([["drift", "rain"]]);
    expect(await readFile(join(moved.dir, "data/schedule.log"), "utf8")).toContain(String(runId));
  });
});
