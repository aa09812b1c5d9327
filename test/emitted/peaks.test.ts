import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { peak } from "../../bench/measure.ts";
import { testEnvironment } from "../support/command.ts";
import { Emitted } from "../support/emitted.ts";
import { bundle, root } from "../support/places.ts";
import { scratch } from "../support/scratch.ts";

/** Memory is counted, not timed, so unlike speed it can be a test. */
describe("peak memory", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await scratch();
  });

  const measured = async (command: readonly string[], cwd: string) => {
    const { peakMb } = await peak({ name: "measured", command, cwd, env: { PATH: testEnvironment().PATH ?? "" } });
    expect(peakMb).toBeGreaterThan(1);
    return peakMb;
  };

  it("of a create stays under 60 MB", async () => {
    const command = ["node", bundle, "rain", "--yes", "--no-install", "--no-git"];
    expect(await measured(command, folder)).toBeLessThan(60);
  });

  it("of profiling does not grow with the file", async () => {
    const header = "customer,visits,balance,plan,churned\n";
    const block = (at: number) => `C${at},${at % 41},${(at % 997) / 8},${"abc"[at % 3]},${at % 5 ? "no" : "yes"}\n`;
    const rows = Array.from({ length: 200_000 }, (_, at) => block(at)).join("");
    const peaks: number[] = [];
    for (const times of [2, 20]) {
      const file = `rows${times}.csv`;
      await writeFile(join(folder, file), header + rows.repeat(times));
      const command = ["node", bundle, "big", "--data", file, "--target", "churned", "--dry-run", "--yes"];
      peaks.push(await measured(command, folder));
    }
    const [small = 0, large = 0] = peaks;
    expect(large).toBeLessThan(150);
    expect(large).toBeLessThan(small * 1.3);
  });

  it("of scoring is bounded by the chunk, not by the table", async () => {
    const project = await Emitted.create(folder, "chunks", ["--no-git"]);
    await project.install();
    await project.mustOwn("run", "training");
    const python = join(project.environmentDir, "bin", "python");
    const step = (mode: string, rows: number) => [python, join(root, "bench/scoring.py"), "chunks", mode, String(rows)];
    const peaks: number[] = [];
    for (const rows of [100_000, 500_000]) {
      await measured(step("make", rows), project.dir);
      peaks.push(await measured(step("predict", rows), project.dir));
    }
    const [few = 0, many = 0] = peaks;
    expect(many).toBeLessThan(few * 1.2);
  });
});
