import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { peak } from "../measure.ts";
import { cache } from "../peers.ts";
import type { Row } from "../table.ts";
import { bundle } from "./start.ts";

const count = 4_000;

/** Surveying a repository of 4,000 Python files: those of the machine's own Python, in a repository of git. */
export async function surveyRows(): Promise<Row[]> {
  const folder = await surveyed();
  const cost = await peak({ name: "survey", command: ["node", bundle, "survey", folder, "--json"], cwd: cache });
  return [
    { what: `survey of ${count} files`, ours: cost.ms / 1000, unit: "s", atMost: 3 },
    { what: `survey of ${count} files, memory`, ours: cost.peakMb, unit: "MB", atMost: 250 },
  ];
}

/** The folder of that repository, made once. */
export async function surveyed(): Promise<string> {
  const folder = join(cache, "survey");
  if (!existsSync(join(folder, ".git"))) await fill(folder);
  return folder;
}

/** Copies files of Python's library, again in further folders where there are too few. */
async function fill(folder: string): Promise<void> {
  const library = execFileSync("python3", ["-c", "import os; print(os.path.dirname(os.__file__))"], {
    encoding: "utf8",
  }).trim();
  const paths = (await readdir(library, { recursive: true })).filter((path) => path.endsWith(".py")).sort();
  for (let at = 0; at < count; at += 1) {
    const path = paths[at % paths.length] ?? "";
    const target = join(folder, at < paths.length ? "library" : "again", path);
    await mkdir(dirname(target), { recursive: true });
    await cp(join(library, path), target);
  }
  execFileSync("git", ["init", "-q"], { cwd: folder });
  execFileSync("git", ["add", "-A"], { cwd: folder });
}
