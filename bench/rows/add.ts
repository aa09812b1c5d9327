import { execFileSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { writeProject } from "../many.ts";
import { type Candidate, race, run } from "../measure.ts";
import { cache, root } from "../peers.ts";
import type { Row } from "../table.ts";
import { bundle } from "./start.ts";
import { surveyed } from "./survey.ts";

const here = join(cache, "add");
const many = 500;
const rounds = 9;
const node = (...words: string[]): string[] => ["node", bundle, ...words];

/** Adding where there is much already, next to adding where there is little; and listing much, in the project itself. */
export async function addRows(): Promise<Row[]> {
  await rm(here, { recursive: true, force: true });
  await mkdir(here, { recursive: true });
  return [await modelsRow(), await repositoryRow(), await listRow()];
}

/** One model more in a project of many, and in one that was just made. */
async function modelsRow(): Promise<Row> {
  const candidates: Candidate[] = [];
  for (const [name, models] of [
    ["small", 0],
    ["large", many],
  ] as const) {
    const cwd = join(here, name);
    await writeProject(cwd, name, models);
    commit(cwd);
    candidates.push({ name, cwd, command: node("add", "model", "churn", "--yes"), fresh: () => undone(cwd) });
  }
  const times = await race(candidates, rounds);
  return {
    what: `add model to ${many} models`,
    ours: times.get("large") ?? Number.NaN,
    unit: "ms",
    peer: { name: "to one", value: times.get("small") ?? Number.NaN },
    atMost: 1.5,
  };
}

/** A project beside a repository of thousands of files, and beside one of a few; without what surveying more takes. */
async function repositoryRow(): Promise<Row> {
  const data = join(here, "churn.csv");
  const lines = Array.from({ length: 200 }, (_, at) => `${at},${20 + (at % 40)},${at % 4 ? "no" : "yes"}`);
  await writeFile(data, ["customer,age,left", ...lines, ""].join("\n"));
  const small = join(here, "repository");
  await mkdir(small);
  await writeFile(join(small, "run.py"), "print(1)\n");
  commit(small);
  const script = join(here, "survey-only.mjs");
  await build({
    entryPoints: [join(root, "bench", "survey-only.ts")],
    outfile: script,
    bundle: true,
    platform: "node",
    format: "esm",
    // Bundled CommonJS packages still call require for Node's own modules.
    banner: {
      js: 'import { createRequire as benchRequire } from "node:module"; const require = benchRequire(import.meta.url);',
    },
  });
  const look = ["node", script, join(root, "templates")];
  const add = node("add", "model", "churn", "--beside", "--data", data, "--target", "left", "--yes");
  const candidates = [
    { name: "small", cwd: small },
    { name: "large", cwd: await surveyed() },
  ].flatMap(({ name, cwd }): Candidate[] => [
    { name: `${name} add`, cwd, command: add, fresh: () => undone(cwd) },
    { name: `${name} survey`, cwd, command: [...look, cwd], fresh: () => undone(cwd) },
  ]);
  const times = await race(candidates, rounds);
  const of = (name: string): number => times.get(name) ?? Number.NaN;
  return {
    what: "add model beside 4000 files, survey apart",
    ours: of("large add") - (of("large survey") - of("small survey")),
    unit: "ms",
    peer: { name: "beside one file", value: of("small add") },
    atMost: 1.5,
  };
}

/** The emitted project's own command. */
async function listRow(): Promise<Row> {
  const cwd = join(here, "listed");
  await run(node("listed", "--yes", "--no-git"), here, { UV_CACHE_DIR: join(cache, "uv") });
  await writeProject(cwd, "listed", many);
  const command = join(cwd, ".venv", process.platform === "win32" ? "Scripts" : "bin", "listed");
  const times = await race([{ name: "list", cwd, command: [command, "models", "list"] }], rounds);
  return {
    what: `models list of ${many} models in an emitted project`,
    ours: (times.get("list") ?? Number.NaN) / 1000,
    unit: "s",
    atMost: 0.5,
  };
}

/** Takes the last round's addition back, if there was one. */
async function undone(cwd: string): Promise<void> {
  await run(node("undo", "--yes"), cwd).catch(() => undefined);
}

function commit(cwd: string): void {
  const known = ["-c", "user.name=B", "-c", "user.email=b@example.org"];
  for (const words of [
    ["init", "-q"],
    ["add", "-A"],
    ["commit", "-qm", "As it is"],
  ])
    execFileSync("git", [...known, ...words], { cwd });
}
