import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testEnvironment } from "../support/command.ts";
import { plantDrift } from "../support/drift.ts";
import { Emitted } from "../support/emitted.ts";
import { freePort } from "../support/port.ts";
import { scratch } from "../support/scratch.ts";
import { type Database, freshDatabase } from "../support/servers.ts";

const pipelines = ["monitoring", "scoring", "training"] as const;

/** A project with an Airflow of its own: its port, its tables, few processes, and no second try unless a test is about it. */
async function create(
  metadata?: Database,
  retries = 0,
): Promise<{ project: Emitted; variables: Record<string, string> }> {
  const folder = join(await scratch(), "it's mine");
  await mkdir(folder);
  const port = await freePort();
  const variables = {
    AIRFLOW__API__PORT: `${port}`,
    AIRFLOW__API__BASE_URL: `http://127.0.0.1:${port}`,
    AIRFLOW__CORE__PARALLELISM: "2",
    AIRFLOW__CORE__DEFAULT_TASK_RETRIES: `${retries}`,
    AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY: "5",
    AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL: "5",
    AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL: "5",
    ...(metadata && { AIRFLOW_DATABASE_URL: metadata.url }),
  };
  const project = await Emitted.create(folder, "rain", ["--no-git", "--scheduler", "airflow"], variables);
  await project.install();
  return { project, variables };
}

/** All of Airflow, as one command that a person types; `end` ends it as a service's stop does. */
class Standalone {
  private readonly process: ChildProcess;
  private readonly dir: string;
  private said = "";

  constructor(project: Emitted, variables: Record<string, string>) {
    this.dir = project.dir;
    this.process = spawn(join(project.environmentDir, "bin", project.name), ["airflow", "standalone"], {
      cwd: project.dir,
      env: testEnvironment({ UV_PROJECT_ENVIRONMENT: project.environmentDir, ...variables }),
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.said = (this.said + chunk.toString()).slice(-20_000);
      });
    }
  }

  /** Polls until it is so; what Airflow said last is the error. */
  async until<T>(what: string, read: () => Promise<T>, enough: (value: T) => boolean, seconds = 240): Promise<T> {
    for (const end = Date.now() + seconds * 1000; ; await pause(1000)) {
      const value = await read().catch(() => undefined);
      if (value !== undefined && enough(value)) return value;
      if (Date.now() > end)
        throw new Error(`${what}: not within ${seconds} s, but ${value}; Airflow said:\n${this.said}`);
    }
  }

  /** Every process that has this project in its environment: Airflow's own, and the steps in sessions of their own. */
  async processes(): Promise<Map<number, string>> {
    const found = new Map<number, string>();
    for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
      const environ = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
      if (!environ.split("\0").includes(`PROJECT_DIR=${this.dir}`)) continue;
      found.set(Number(pid), (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " "));
    }
    return found;
  }

  async end(): Promise<Map<number, string>> {
    const group = -Number(this.process.pid);
    for (let waited = 0; waited < 20 && (await this.processes()).size > 0; waited += 1) {
      if (waited % 10 === 0) kill(group, "SIGTERM");
      await pause(1000);
    }
    const left = await this.processes();
    for (const pid of left.keys()) kill(pid, "SIGKILL");
    return left;
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it has ended by itself
  }
}

describe("Airflow, its tables on PostgreSQL", () => {
  let metadata: Database;
  let project: Emitted;
  let airflow: Standalone;
  let variables: Record<string, string>;
  const rows = () => project.ask('select pipeline, status, "trigger", run_id from run order by pipeline');
  const succeeded = async (trigger: string) =>
    (await rows()).filter(([, status, by]) => status === "succeeded" && String(by).startsWith(trigger));

  beforeAll(async () => {
    const database = await freshDatabase("postgresql");
    if (!database) throw new Error("no PostgreSQL for Airflow's tables");
    metadata = database;
    ({ project, variables } = await create(metadata));
    const { stdout } = await project.mustOwn("schedule", "install");
    expect(stdout).toContain("DAG rain.rain, at '0 0 * * *' (UTC; each day)");
    airflow = new Standalone(project, variables);
  });

  afterAll(async () => {
    await airflow?.end();
    await metadata?.drop();
  });

  it("finishes a scheduled run, and its predictions are in the database", async () => {
    const done = await airflow.until(
      "scheduled run",
      () => succeeded("airflow scheduled__"),
      ({ length }) => length === 3,
    );
    expect(done.map(([pipeline]) => pipeline)).toEqual(pipelines);
    expect(new Set(done.map(([, , by]) => by)).size).toBe(1);
    expect(await project.count("prediction")).toBeGreaterThan(0);
    // Airflow ends its own run a moment after our last step.
    await airflow.until(
      "end of the scheduled run",
      () => metadata.sql("select state, run_type from dag_run"),
      (state) => state === "success|scheduled",
      60,
    );
  });

  it("finishes a run by hand, with a new pipeline that needed no edit", async () => {
    const folder = join(project.dir, "src/rain/pipelines/nap");
    await mkdir(folder);
    // Short at first, so that the run ends; long for the test that kills it.
    const body =
      "import time\nfrom pathlib import Path\n\n\ndef nap(run):\n    time.sleep(300 * Path('long').exists())\n";
    await writeFile(join(folder, "__init__.py"), `${body}\n\nSTEPS = [nap]\n`);
    const known = () =>
      metadata.sql("select distinct task_id from task_instance union select data::text from serialized_dag");
    await airflow.until("the new pipeline", known, (text) => text.includes("nap.nap"));
    const conf = JSON.stringify({ pipelines: ["scoring", "nap"] });
    await project.mustOwn("airflow", "dags", "trigger", "rain.rain", "--conf", conf);
    const done = await airflow.until(
      "run by hand",
      () => succeeded("airflow manual__"),
      ({ length }) => length === 2,
    );
    expect(done.map(([pipeline]) => pipeline)).toEqual(["nap", "scoring"]);
    await airflow.until(
      "end of the run by hand",
      () => metadata.sql("select state from dag_run where run_type = 'manual'"),
      (state) => state === "success",
    );
  });

  it("alerts when a step is killed at work, its run has failed by that, and the next one is whole", async () => {
    const long = join(project.dir, "long");
    await writeFile(long, "");
    const trigger = () =>
      project.mustOwn("airflow", "dags", "trigger", "rain.rain", "--conf", '{"pipelines": ["nap"]}');
    const naps = () => project.ask("select status, error from run where pipeline = 'nap' order by started_at desc");
    await trigger();
    // Seen while the step's transaction is open: who asks does not wait for it.
    await airflow.until("the run at work", naps, ([newest]) => newest?.[0] === "running");
    const napping = [...(await airflow.processes())].filter(([, line]) => line.includes(" step nap nap "));
    const [[step = 0] = []] = napping;
    const status = await readFile(`/proc/${step}/status`, "utf8");
    kill(Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]), "SIGKILL");
    kill(step, "SIGKILL");
    const open = () => project.ask("select message from alert where closed_at is null and kind = 'nap failed'");
    const [[alert] = []] = await airflow.until("alert", open, ({ length }) => length > 0);
    expect(alert).toMatch(/^Airflow's run manual__.* of rain.rain failed: nap.nap$/);
    expect((await naps())[0]).toEqual(["failed", alert]);

    await rm(long);
    await trigger();
    await airflow.until("the next run", naps, ([newest]) => newest?.[0] === "succeeded");
    expect((await naps()).map(([ended]) => ended)).toEqual(["succeeded", "failed", "succeeded"]);
    await airflow.until("the end of the alert", open, ({ length }) => length === 0, 30);
  });

  it("answers this machine only", async () => {
    const page = String(variables.AIRFLOW__API__BASE_URL);
    expect((await fetch(`${page}/api/v2/monitor/health`)).status).toBe(200);
    const hex = Number(new URL(page).port).toString(16).toUpperCase().padStart(4, "0");
    const listening = (await readFile("/proc/net/tcp", "utf8"))
      .split("\n")
      .flatMap((line) => new RegExp(`(\\w+):${hex} \\w+:0000 0A`).exec(line)?.[1] ?? []);
    expect(listening).toEqual(["0100007F"]);
  });

  it("leaves no process behind", async () => {
    expect((await airflow.processes()).size).toBeGreaterThan(4);
    expect([...(await airflow.end()).values()]).toEqual([]);
  });
});

describe("Airflow, its tables on SQLite", () => {
  let project: Emitted;
  let airflow: Standalone;

  beforeAll(async () => {
    const created = await create(undefined, 3);
    project = created.project;
    await plantDrift(project);
    const { stdout } = await project.mustOwn("schedule", "install");
    expect(stdout).toContain("in SQLite: for trials only");
    airflow = new Standalone(project, created.variables);
  });

  afterAll(async () => {
    expect([...(await airflow.end()).values()]).toEqual([]);
  });

  it("turns drift into one alert and one training", async () => {
    const conf = '{"pipelines": ["monitoring"]}';
    const asked = () =>
      project.ask(`select "trigger", status from run where "trigger" like 'retrain%' and pipeline = 'training'`);
    const monitored = () =>
      project.ask(
        "select run_id from run where pipeline = 'monitoring' and status = 'succeeded' and \"trigger\" like 'airflow m%'",
      );
    for (const round of [1, 2]) {
      await project.mustOwn("airflow", "dags", "trigger", "rain.rain", "--conf", conf);
      await airflow.until(`round ${round}`, monitored, ({ length }) => length === round);
      const done = await airflow.until("retraining", asked, ([first]) => first?.[1] === "succeeded");
      expect(done).toEqual([["retrain: drift", "succeeded"]]);
    }
    const alerts = await project.ask("select kind, subject, message from alert");
    expect(
      alerts.map((row) => row.slice(0, 2)),
      String(alerts),
    ).toEqual([["drift", "rain"]]);
  });
});

// Its format, lint, types and own tests are in the pairs: Airflow on every database.
it("a project with Airflow is of used dependencies only", async () => {
  const { project } = await create();
  const { exit, all } = await project.tool("deptry", "src");
  expect(exit, all).toBe(0);
});
