import { basename } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Those of minutes, the longest first, as `.ci/run` measured them on two cores. */
const long = [
  "airflow",
  "databases",
  "every",
  "own-data",
  "table-road",
  "kills",
  "luigi",
  "elsewhere",
  "cron", // it waits for most of its time: best beside one that computes
  "sources",
  "mounted-real",
  "manifests",
  "add",
  "systemd",
  "olap",
  "workflow",
  "server-faults",
  "clock",
  "mounted",
  "names",
  "planted",
];

/** A long file that starts last leaves one of two workers idle; where nothing was measured before, vitest goes by size. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = long.indexOf(basename(moduleId, ".test.ts"));
      return at < 0 ? long.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
