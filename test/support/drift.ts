import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { must } from "./command.ts";
import type { Emitted } from "./emitted.ts";

/**
 * A world that has moved, in a project of the sample that nothing has run in yet: on every day that the replay is
 * still to release it is 15 degrees warmer. The last weeks are trained on, scored and served, but not monitored:
 * the next `run monitoring` is the first that can see it.
 */
export async function plantDrift(project: Emitted, degrees = 15): Promise<void> {
  const path = join(project.dir, "data/sample/weather.csv");
  const [head = "", ...days] = (await readFile(path, "utf8")).trimEnd().split("\n");
  const columns = head.split(",");
  const warmed = days.map((line) => {
    const cells = line.split(",");
    if ((cells[columns.indexOf("date")] ?? "") < "2015-09-30") return line;
    return cells
      .map((cell, at) => (/^temp_/.test(columns[at] ?? "") ? (Number(cell) + degrees).toFixed(1) : cell))
      .join(",");
  });
  await writeFile(path, `${[head, ...warmed].join("\n")}\n`);
  await must("uv", ["run", "--no-sync", "python", "-c", served, project.name.replaceAll("-", "_")], project.settings());
}

/** In one process: what a schedule would have done in 28 intervals, but for monitoring. */
const served = `
import sys
from importlib import import_module
def of(name): return import_module(f"{sys.argv[1]}.{name}")
project = of("bootstrap").bootstrap()
run = of("pipelines.runner").run_pipeline
[spec] = project.models.values()
run(project, "monitoring", force=True, trigger="demo")
moments = of("demo").replayed(project, spec, 28)
# Trained again lately, so that age is not what is found.
trained = [("training", at) for at in (moments[0], moments[-2])]
for pipeline, at in [trained[0], *(("scoring", at) for at in moments), trained[1]]:
    [result] = run(project, pipeline, None, at, True, "demo")
    assert result.status == "succeeded", result
`;
