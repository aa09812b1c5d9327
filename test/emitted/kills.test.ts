import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { type Ended, execute, must } from "../support/command.ts";
import { Emitted } from "../support/emitted.ts";
import { root } from "../support/places.ts";
import { scratch } from "../support/scratch.ts";

interface Case {
  readonly name: string;
  readonly killed: boolean;
  readonly said: unknown;
  readonly changed: readonly string[];
  readonly whole: boolean;
  readonly again: readonly string[];
  readonly runs: readonly (readonly [string, string | null])[];
  readonly added: readonly string[];
}

it.each(["sqlite", "duckdb"])(
  "on %s, killed at every step and mid-write leave nothing half done, and the next one completes it",
  async (database) => {
    const project = await Emitted.create(await scratch(), "rain", ["--no-git", "--database", database]);
    await project.install();
    const script = join(root, "test/support/kills.py");
    const { stdout } = await must("uv", ["run", "--no-sync", "python", script, "rain"], project.settings());
    const lines = stdout.split("\n").filter((line) => line.startsWith('{"name"'));
    const cases = lines.map((line) => JSON.parse(line) as Case);
    expect(cases.map(({ name }) => name)).toHaveLength(15);
    for (const { name, killed, said, changed, whole, again, runs, added } of cases) {
      expect(killed, `${name}: ${said}`).toBe(true);
      expect(changed, `${name}: rows of a run that was killed`).toEqual([]);
      expect(whole, `${name}: a file that can't be read`).toBe(true);
      expect(String(again), name).toMatch(/: succeeded/);
      expect(runs[0], name).toEqual(["succeeded", null]);
      expect(runs[1], name).toEqual(["failed", "killed: it never ended"]);
      expect(added.length, `${name}: what the next run had to add`).toBeGreaterThan(0);
    }
    const left = readdirSync(join(project.dir, "data"), { recursive: true, encoding: "utf8" });
    expect(left.filter((path) => /\.parquet\.\d+$/.test(path))).toEqual([]);
  },
);

describe("a DuckDB file, which one process has at a time", () => {
  let project: Emitted;
  beforeAll(async () => {
    project = await Emitted.create(await scratch(), "rain", ["--no-git", "--database", "duckdb"]);
    await project.install();
    await project.mustOwn("run", "training", "scoring");
  });

  /** Has the file open, as a notebook does, until it is told to let go. */
  async function held(): Promise<() => Promise<void>> {
    const lines = [
      "import duckdb, pathlib, time",
      'held = duckdb.connect("data/rain.duckdb")',
      'pathlib.Path("held").touch()',
      'while pathlib.Path("held").exists(): time.sleep(0.1)',
    ];
    const over = project.tool("python", "-c", lines.join("\n"));
    const sign = join(project.dir, "held");
    while (!existsSync(sign)) await setTimeout(50);
    return async () => {
      rmSync(sign);
      expect((await over).exit).toBe(0);
    };
  }

  it("held for a while: the run waits for it", async () => {
    const letGo = await held();
    const waiting = project.mustOwn("run", "scoring", "--force");
    await setTimeout(8000);
    await letGo();
    expect((await waiting).all).toMatch(/scoring of rain: succeeded/);
  });

  it("held for too long: says who has it and writes nothing; the next run makes up for it", async () => {
    const before = await project.ask("select count(*) from prediction");
    const engine = join(project.dir, "src/rain/storage/engine.py");
    const patient = readFileSync(engine, "utf8");
    expect(patient).toContain("\nPATIENCE = 30\n");
    writeFileSync(engine, patient.replace("PATIENCE = 30", "PATIENCE = 3"));
    const letGo = await held();
    const refused = await project.own("run", "scoring", "--as-of", "2027-01-01", "--force");
    await letGo();
    expect(refused.exit, refused.all).toBe(75);
    expect(refused.all).toMatch(/Could not set lock.*a run is at work, or a program reads: wait for its end/s);
    expect(refused.all).not.toMatch(/Traceback/);
    expect(await project.ask("select count(*) from prediction")).toEqual(before);
    await project.mustOwn("run", "scoring", "--as-of", "2027-01-01");
    expect(Number((await project.ask("select count(*) from prediction"))[0]?.[0])).toBeGreaterThan(
      Number(before[0]?.[0]),
    );
  });
});

/** What happens to runs on real machines: they are killed, they meet each other, and their database is away. */
describe("the runs of a project", () => {
  let project: Emitted;

  beforeAll(async () => {
    project = await Emitted.create(await scratch(), "rain", ["--no-git"]);
    await project.install();
    await project.mustOwn("run", "training");
  });

  it("exclude each other, whatever starts them: of three at once one runs", async () => {
    const once = () => project.own("run", "scoring", "--as-of", "2027-06-01", "--wait", "120", "--trigger", "cron");
    const ended = await Promise.all([once(), once(), once()]);
    expect(ended.map(({ exit }) => exit)).toEqual([0, 0, 0]);
    expect(ended.map(({ stdout }) => /: (not due|succeeded)/.exec(stdout)?.[1]).sort()).toEqual([
      "not due",
      "not due",
      "succeeded",
    ]);
    const runs = await project.ask("select count(*) from run where pipeline = 'scoring' and slot like '2027-06-01%'");
    expect(runs).toEqual([[1]]);
  });

  it("tell once that the database is away, and once that it is back", async () => {
    const away = await Emitted.at(project.dir, "shared", { DATABASE_URL: "sqlite:////proc/nowhere/away.db" });
    const note = join(project.dir, "data/.alert scoring failed rain");
    const failed: Ended[] = [];
    for (let time = 1; time <= 2; time += 1) failed.push(await away.own("run", "scoring", "--force"));
    expect(failed.map(({ exit }) => exit)).toEqual([4, 4]);
    expect(failed.map(({ all }) => (all.match(/"alert opened"/g) ?? []).length)).toEqual([1, 0]);
    expect(failed[0]?.all).toMatch(/The database can't be opened/);
    expect(existsSync(note)).toBe(true);
    await project.mustOwn("run", "scoring", "--force");
    expect(existsSync(note)).toBe(false);
  });

  it("log into one file that rotates, and lose no line of two processes", async () => {
    const log = (process: string, lines: number): Promise<Ended> => {
      const variables = { LOG_FILE: "logs/all.jsonl", LOG_FILE_MB: "1", LOG_LEVEL: "DEBUG" };
      const { cwd, env } = project.settings();
      const command = ["run", "--no-sync", "python", "-c", LOG, process, `${lines}`];
      return must("uv", command, { cwd, env: { ...env, ...variables } });
    };
    const folder = join(project.dir, "logs");
    const read = (): string[] => {
      const files = readdirSync(folder).filter((name) => !name.endsWith(".lock"));
      const parts = files.map((name) => name.replace("all.jsonl", ""));
      expect(parts.sort()).toEqual(["", ".1", ".2", ".3", ".4", ".5"].slice(0, parts.length));
      for (const name of files) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(1_000_000);
      const texts = parts.reverse().map((part) => readFileSync(join(folder, `all.jsonl${part}`), "utf8"));
      const lines = texts.flatMap((text) => text.trimEnd().split("\n"));
      return lines.map((line) => String((JSON.parse(line) as { event: string }).event));
    };
    const ended = await Promise.all([log("a", 2500), log("b", 2500)]);
    for (const { all } of ended) expect(all).toBe("");
    const found = read();
    for (const one of ["a", "b"])
      expect(found.filter((event) => event.startsWith(one))).toEqual(
        Array.from({ length: 2500 }, (_, number) => `${one}${number}`),
      );
    // Much more than it keeps: what is left is the end, without a gap.
    await log("c", 7000);
    const left = read().map((event) => Number(event.slice(1)));
    expect(left).toEqual(left.map((_, at) => 7000 - left.length + at));
    expect(left.length).toBeGreaterThan(3500);
  });

  it("fail with a clear word when the disk is full, and leave nothing", async () => {
    const rows = await project.count("prediction");
    // A day that the replay has yet to release.
    const day = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
    const script = `ulimit -f 8; exec uv run --no-sync rain run scoring --force --as-of ${day}`;
    const { exit, all } = await execute("bash", ["-c", script], project.settings());
    expect(exit, all).not.toBe(0);
    expect(await project.count("prediction")).toBe(rows);
    await project.mustOwn("run", "scoring", "--force", "--as-of", day);
    expect(await project.count("prediction")).toBeGreaterThan(rows);
  });
});

const LOG = `
import sys
from rain.bootstrap import bootstrap
from rain.logs import configure_logs, get_log
configure_logs(bootstrap().settings)
for number in range(int(sys.argv[2])):
    get_log().info(f"{sys.argv[1]}{number}", filling="x" * 1000)
`;
