import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { Json } from "../../src/types.ts";
import { databaseOf, makeTable } from "../emitted/tables/tables.ts";
import type { Ended } from "../support/command.ts";
import { dataFile } from "../support/datasets.ts";
import { Emitted } from "../support/emitted.ts";
import { cacheDir } from "../support/places.ts";
import type { Database } from "../support/servers.ts";
import type { Stage } from "./table.ts";

/** A row of the covering array on its way through: each stage is a step a person would take, in this order. */
export interface Journey {
  readonly name: string;
  readonly folder: string;
  readonly choices: Readonly<Record<string, Json>>;
  /** Where the project's database is; absent for one that is a file of its own. */
  readonly database: Database | undefined;
  readonly lane: number;
}

/** Goes through all stages and tells how long each took, in seconds. */
export async function travel(journey: Journey, tell: (stage: Stage, seconds: number) => void): Promise<void> {
  const timed = async <T>(stage: Stage, work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const result = await work();
    tell(stage, (performance.now() - started) / 1000);
    return result;
  };
  const answer = await dataOf(journey);
  const project = await timed("generate", () => generate(journey, answer.flags));
  await timed("install", () => project.install());
  const passes = async (...command: string[]): Promise<Ended> => {
    const ended = await project.tool(...command);
    expect(ended.exit, `${command.join(" ")}\n${ended.all}`).toBe(0);
    return ended;
  };
  await timed("lint", async () => {
    await passes("ruff", "format", "--check", ".");
    await passes("ruff", "check", ".");
  });
  await timed("types", () => passes("mypy"));
  await timed("tests", () => passes("pytest", "-q"));
  await timed("train", () => passes(project.name, "run", "training", ...answer.when));
  await timed("score", () => passes(project.name, "run", "scoring", ...answer.when));
  await timed("monitor", () => passes(project.name, "run", "monitoring", ...answer.when));
  await timed("rows", async () => expect(await predictionsOf(project)).toBeGreaterThan(0));
}

/** What a person says about the data; a file and a table are answers of their own, so both are there for real. */
async function dataOf({ name, folder, choices, database }: Journey): Promise<{ flags: string[]; when: string[] }> {
  if (choices.data === "file")
    return { flags: ["--data", await dataFile("penguins"), "--target", "species"], when: [] };
  if (choices.data !== "table") return { flags: ["--data", String(choices.data)], when: [] };
  // On a server among the project's own tables, else in another file of the same kind.
  const aside = join(folder, `${name}-source`);
  await mkdir(aside);
  const url = database?.url ?? (await databaseOf(String(choices.database), aside)).url;
  await makeTable(url, "sales", aside, 300);
  const flags = ["--data", url, "--table", "sales", "--target", "left", "--time", "seen at"];
  return { flags, when: ["--as-of", "2024-03-25"] };
}

/**
 * Each lane has one environment, and `uv sync` brings it to exactly a row's packages: what two rows have in common is
 * not unpacked, compiled to bytecode and analysed again, which is most of a row's time.
 */
async function generate({ name, folder, choices, database, lane }: Journey, data: readonly string[]): Promise<Emitted> {
  const { data: _, ...others } = choices;
  const flags = Object.entries(others).flatMap(([group, choice]) => {
    if (!Array.isArray(choice)) return [`--${group}`, String(choice)];
    return choice.length > 0 ? [`--${group}`, choice.join(",")] : [`--no-${group}`];
  });
  return Emitted.create(folder, name, [...flags, ...data], {
    UV_PROJECT_ENVIRONMENT: join(cacheDir, "venvs", `lane-${lane}`),
    MYPY_CACHE_DIR: join(cacheDir, "mypy", `lane-${lane}`),
    ...(database && { DATABASE_URL: database.url }),
  });
}

/** Asked through the project's own door to its database, so that one question serves every engine. */
async function predictionsOf(project: Emitted): Promise<number> {
  const [[rows] = []] = await project.ask("select count(*) from prediction where predicted_at is not null");
  return Number(rows);
}
