import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { execute, must } from "../support/command.ts";
import { Emitted } from "../support/emitted.ts";
import { underSystemd } from "../support/live-systemd.ts";
import { scratch } from "../support/scratch.ts";

beforeAll(() => {
  const found = spawnSync("systemd-analyze", ["--version"]).status === 0;
  if (!found) throw new Error("systemd-analyze is missing: install systemd (Debian: apt install systemd)");
});

describe.each(["cron", "luigi"])("the units of a project with %s", (scheduler) => {
  let project: Emitted;
  let folder: string;

  beforeAll(async () => {
    const parent = join(await scratch(), "50% $mine");
    await must("mkdir", [parent], { cwd: "/" });
    project = await Emitted.create(parent, "rain", ["--no-git", "--scheduler", scheduler, "--extras", "systemd"]);
    await project.install();
    folder = join(project.dir, "data/systemd");
  });

  it.each([
    ["formatted", ["ruff", "format", "--check", "."]],
    ["clean to the linter", ["ruff", "check", "."]],
    ["clean to the strict type checker", ["mypy"]],
    ["of used dependencies only", ["deptry", "."]],
    ["green in its own tests", ["pytest", "-q", "tests/integration/test_systemd.py", "tests/contract"]],
  ])("are %s with no edit", async (_what, command) => {
    const { exit, all } = await project.tool(...command);
    expect(exit, all).toBe(0);
    expect(all).not.toMatch(/\d+ skipped/);
  });

  it("are accepted by systemd, and their times are those of the models", async () => {
    const written = await project.mustOwn("systemd", "write");
    expect(written.stdout).toContain("checked by systemd-analyze");
    const names = await readdir(folder);
    expect(names.some((name) => name.includes("luigid"))).toBe(scheduler === "luigi");
    const paths = names.map((name) => join(folder, name));
    const verified = await execute("systemd-analyze", ["verify", ...paths], { cwd: folder });
    expect(verified.exit, verified.all).toBe(0);
    expect(verified.all).not.toContain("ml-rain");

    const timer = await readFile(join(folder, "ml-rain.timer"), "utf8");
    expect([...timer.matchAll(/^OnCalendar=(.*)$/gm)].map(([, time]) => time)).toEqual(["*-*-* 00:05:00 UTC"]);
    const params = join(project.dir, "src/rain/models/rain/params.toml");
    const sound = await readFile(params, "utf8");
    await writeFile(params, sound.replace(/^interval = .*$/m, 'interval = "30 6 * * 1-5"'));
    await project.mustOwn("systemd", "write");
    expect(await readFile(join(folder, "ml-rain.timer"), "utf8")).toContain(
      "\nOnCalendar=Mon,Tue,Wed,Thu,Fri *-*-* 06:30:00 UTC\n",
    );
    await writeFile(params, sound);
  });

  it("keep what they start to itself: at most 3.0 of 10 by systemd's own measure", async () => {
    const names = (await readdir(folder)).filter((name) => name.endsWith(".service"));
    expect(names.length).toBeGreaterThan(1);
    for (const name of names) {
      const line = ["security", "--offline=true", "--threshold=30", "--no-pager", join(folder, name)];
      const judged = await execute("systemd-analyze", line, { cwd: folder });
      expect(judged.exit, judged.all).toBe(0);
    }
  });
});

describe("the units of a project with airflow", () => {
  it("are Airflow's own processes, and no timer: it has a clock", async () => {
    const project = await Emitted.create(await scratch(), "rain", ["--scheduler", "airflow", "--extras", "systemd"]);
    await project.install();
    const written = await project.mustOwn("systemd", "write");
    expect(written.stdout).toContain("checked by systemd-analyze");
    expect(written.stdout).toMatch(/enable --now ml-rain-airflow\.target$/m);
    const names = await readdir(join(project.dir, "data/systemd"));
    expect(names.sort()).toEqual(["ml-rain-airflow.target", "ml-rain-airflow@.service", "ml-rain-alert@.service"]);
  });
});

/** Waits for a unit to have ended, and says how. */
const LIVE = `
ended() { until [ -n "$(systemctl show -P InactiveEnterTimestamp "$1")" ]; do sleep 0.2; done; systemctl show -P Result "$1"; }
echo "the timer's: $(ended ml-rain.service)"
systemctl start --no-block ml-rain.service; sleep 1; systemctl kill --signal=KILL ml-rain.service
echo "the alert's: $(ended ml-rain-alert@ml-rain.service.service)"
systemctl start ml-rain.service && echo "started by hand: $(systemctl show -P Result ml-rain.service)"
systemctl show -P NextElapseUSecRealtime ml-rain.timer
journalctl -o cat -u ml-rain.service --no-pager
`;

describe("a real systemd", () => {
  it("makes up for what was missed, predicts in its cage, and has a killed run told and told to be over", async () => {
    // Not in /tmp, of which the units see another one; with an environment inside, for the same reason.
    const parent = await mkdtemp("/srv/create-ml-project-");
    try {
      const { dir } = await Emitted.create(parent, "rain", ["--no-git", "--extras", "systemd"]);
      const project = await Emitted.at(dir, "own");
      await project.install();
      await project.mustOwn("systemd", "write");
      const said = await underSystemd(await scratch(), dir, LIVE);
      expect(said).toMatch(/^the timer's: success\nthe alert's: success\nstarted by hand: success\n.* 00:05:00 UTC$/m);
      const runs = await project.sql("select run_id, pipeline, status from run order by started_at");
      expect(runs.map(([, ...rest]) => rest)).toEqual(
        ["training", "scoring", "monitoring"].map((pipeline) => [pipeline, "succeeded"]),
      );
      for (const [id] of runs) expect(said).toContain(`"run_id": "${id}"`);
      expect(await project.count("prediction")).toBeGreaterThan(0);
      const alerts = await project.sql("select kind, message, closed_at is null from alert");
      expect(alerts).toEqual([["unit failed", expect.stringMatching(/^ml-rain\.service: signal\./), 0]]);
    } finally {
      await rm(parent, { recursive: true, force: true });
    }
  });
});
