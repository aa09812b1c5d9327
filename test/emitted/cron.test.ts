import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute, must } from "../support/command.ts";
import { Emitted } from "../support/emitted.ts";
import { scratch } from "../support/scratch.ts";

const daemon = "/usr/sbin/cron";
/** A line of somebody else's in the same crontab; the percent sign is what careless tools lose. */
const foreign = "17 3 1 1 * /bin/true # nobody's business: 100\\% kept";

let before = "";
let cron: ChildProcess | undefined;

beforeAll(async () => {
  if (!existsSync(daemon)) throw new Error(`${daemon} is missing: install cron (Debian: apt install cron)`);
  before = (await execute("crontab", ["-l"], { cwd: "/" })).stdout;
  await must("crontab", ["-"], { cwd: "/", input: `${foreign}\n` });
});

afterAll(async () => {
  cron?.kill();
  if (before) await must("crontab", ["-"], { cwd: "/", input: `${before}\n` });
  else await execute("crontab", ["-r"], { cwd: "/" });
});

/** Those that a line of the crontab fires, each with the command that it gives the pipelines to. */
const schedulers = { cron: "run", luigi: "luigi" };
const crontab = async (): Promise<string> => (await must("crontab", ["-l"], { cwd: "/" })).stdout;

/** Both at once, as one crontab has them: what is waited for here is the next minute, and the one after. */
describe("the installed schedules of two projects", () => {
  it("are fired by a real cron daemon, add predictions each time, and exclude a second start", async () => {
    const projects: Emitted[] = [];
    for (const [scheduler, verb] of Object.entries(schedulers)) {
      // The job is started by cron alone, so the project's place must need no luck: a blank and a percent sign in it.
      const folder = join(await scratch(), "50% rain");
      await must("mkdir", [folder], { cwd: "/" });
      const flags = ["--scheduler", scheduler, "--interval", "* * * * *", "--no-git"];
      const project = await Emitted.create(folder, "rain", flags);
      await project.install();
      expect((await project.mustOwn("schedule", "show")).stdout).toContain("UTC");
      await project.mustOwn("schedule", "install");
      expect((await crontab()).split("\n")[0]).toBe(foreign);
      expect(await crontab()).toContain(` -m rain ${verb} training scoring monitoring `);
      projects.push(project);
    }

    // In an environment of its own: what helps us here (PATH, uv's variables) is not there when cron starts a job.
    cron = spawn(daemon, ["-f", "-L", "15"], { env: { PATH: "/usr/bin:/bin" }, stdio: "ignore" });
    await Promise.all(projects.map(fired));
    cron.kill();

    for (const project of projects) {
      const holder = await hold(project);
      const second = await project.own("run", "scoring", "--force");
      expect(second.exit, second.all).toBe(75);
      expect(second.stderr).toMatch(/Another run is at work/);
      holder.kill();
      expect(await crontab()).toContain(project.dir.replaceAll("%", "\\%"));
      await project.mustOwn("schedule", "remove");
      expect(await crontab()).not.toContain(project.dir.replaceAll("%", "\\%"));
    }
    expect(await crontab()).toBe(foreign);
  });
});

/** Waits until cron has had a project predict, and predict again. */
async function fired(project: Emitted): Promise<void> {
  const log = () => execute("cat", [join(project.dir, "data/schedule.log")], { cwd: project.dir });
  const first = await until(
    () => predictions(project),
    (rows) => rows > 0,
    240,
    log,
  );
  await until(
    () => predictions(project),
    (rows) => rows > first,
    180,
    log,
  );
  const [[pipelines] = []] = await project.sql("select count(distinct pipeline) from run where status = 'succeeded'");
  expect(pipelines, (await log()).all).toBe(3);
  expect(await project.sql("select distinct \"trigger\" from run where status = 'succeeded'")).toContainEqual(["cron"]);
}

/** Zero until the database is there. */
async function predictions(project: Emitted): Promise<number> {
  return project.count("prediction").catch(() => 0);
}

/** Polls once a second; cron ticks once a minute, so nothing here can be quicker. */
async function until(
  read: () => Promise<number>,
  enough: (value: number) => boolean,
  seconds: number,
  log: () => Promise<{ all: string }>,
): Promise<number> {
  for (let waited = 0; waited < seconds; waited++) {
    const value = await read();
    if (enough(value)) return value;
    await pause(1000);
  }
  throw new Error(`cron did not do it within ${seconds} s; the job's log:\n${(await log()).all}`);
}

/** Another process that holds the project's lock, as a run at work does. */
async function hold(project: Emitted): Promise<ChildProcess> {
  const script = `
import time
from pathlib import Path
from rain.pipelines.runner import run_lock
with run_lock(Path("data"), 300):
    print("held", flush=True)
    time.sleep(300)
`;
  const python = join(project.environmentDir, "bin", "python");
  const holder = spawn(python, ["-c", script], { cwd: project.dir, stdio: ["ignore", "pipe", "inherit"] });
  await new Promise((resolve, reject) => {
    holder.stdout?.once("data", resolve);
    holder.once("exit", reject);
  });
  return holder;
}
