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

describe.each(Object.entries(schedulers))("the installed schedule of %s", (scheduler, verb) => {
  it("is fired by a real cron daemon, adds predictions each time, and excludes a second start", async () => {
    // The job is started by cron alone, so the project's place must need no luck: a blank and a percent sign in it.
    const parent = await scratch();
    const folder = join(parent, "50% rain");
    await must("mkdir", [folder], { cwd: parent });
    const flags = ["--scheduler", scheduler, "--interval", "* * * * *", "--no-git"];
    const project = await Emitted.create(folder, "rain", flags);
    await project.install();
    expect((await project.mustOwn("schedule", "show")).stdout).toContain("UTC");
    await project.mustOwn("schedule", "install");
    const crontab = await must("crontab", ["-l"], { cwd: "/" });
    expect(crontab.stdout.split("\n")[0]).toBe(foreign);
    expect(crontab.stdout).toContain(` -m rain ${verb} training scoring monitoring `);

    // In an environment of its own: what helps us here (PATH, uv's variables) is not there when cron starts a job.
    cron = spawn(daemon, ["-f", "-L", "15"], { env: { PATH: "/usr/bin:/bin" }, stdio: "ignore" });
    const log = () => execute("cat", [join(project.dir, "data/schedule.log")], { cwd: folder });
    const first = await until(
      () => predictions(project),
      (rows) => rows > 0,
      240,
      log,
    );
    const later = await until(
      () => predictions(project),
      (rows) => rows > first,
      180,
      log,
    );
    expect(later).toBeGreaterThan(first);
    const [[pipelines] = []] = await project.sql("select count(distinct pipeline) from run where status = 'succeeded'");
    expect(pipelines, (await log()).all).toBe(3);
    expect(await project.sql("select distinct \"trigger\" from run where status = 'succeeded'")).toContainEqual([
      "cron",
    ]);

    cron.kill();
    const holder = await hold(project);
    const second = await project.own("run", "scoring", "--force");
    expect(second.exit, second.all).toBe(75);
    expect(second.stderr).toMatch(/Another run is at work/);
    holder.kill();

    await project.mustOwn("schedule", "remove");
    expect((await must("crontab", ["-l"], { cwd: "/" })).stdout).toBe(foreign);
  });
});

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
