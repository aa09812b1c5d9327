import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { select } from "../src/options/select.ts";
import { readPack } from "../src/packs/load.ts";
import { plan } from "../src/plan.ts";
import { render } from "../src/render.ts";
import { root } from "./peers.ts";

/** The project that so many calls of `add model` make: all of one dataset, as rendered, and in no repository yet. */
export async function writeProject(folder: string, name: string, models: number): Promise<void> {
  const added = Array.from({ length: models }, (_, at) => ({ part: "model", name: `model_${at}`, dataset: "weather" }));
  const answers = { name, year: "2026", ...(models === 0 ? {} : { added }) };
  for (const [path, { bytes, mode }] of render(plan(select([await readPack(join(root, "templates"))], answers)))) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes, { mode });
  }
}
