import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { execute, must } from "../support/command.ts";
import { dataFile, realData } from "../support/datasets.ts";
import { Emitted } from "../support/emitted.ts";
import { bundle } from "../support/places.ts";
import { scratch } from "../support/scratch.ts";

describe.each(realData)("own data: $name ($task)", ({ name, flags, task }) => {
  it("runs in one command and is green in its tests with no edit; a clone is green without the data", async () => {
    const parent = await scratch();
    const args = [bundle, `own-${name}`, "--yes", "--run", "--data", await dataFile(name), ...flags];
    const ended = await execute("node", args, { cwd: parent, minutes: 10 });
    expect(ended.exit, ended.all).toBe(0);
    const project = await Emitted.at(join(parent, `own-${name}`), "own");
    const schema = join(project.dir, `src/own_${name}/data/${name}/schema.yaml`);
    expect(await readFile(schema, "utf8")).toMatch(new RegExp(`^task: ${task}$`, "m"));
    expect(await project.count("prediction")).toBeGreaterThan(0);

    await project.install();
    const tests = await project.tool("pytest", "-q");
    expect(tests.exit, tests.all).toBe(0);
    // Proposed expectations are nobody's word yet: skipped with the reason, never passed.
    expect(tests.all).toMatch(/skipped/);
    expect(tests.all).toMatch(/review/i);

    await must("git", ["clone", "--quiet", project.dir, "clone"], { cwd: parent });
    const clone = await Emitted.at(join(parent, "clone"));
    await clone.install();
    for (const command of [["pytest", "-q"], ["ruff", "format", "--check", "."], ["ruff", "check", "."], ["mypy"]]) {
      const { exit, all } = await clone.tool(...command);
      expect(exit, `${command.join(" ")}\n${all}`).toBe(0);
    }
  });
});

/** Values that occur nowhere else, so that finding one is proof. */
const people = Array.from({ length: 400 }, (_, row) => ({
  id: `PERSON-${(row * 7919 + 104_729).toString(36)}-Q`,
  note: `told us about zebra${row} and then quagga${row * 3} on the phone, call back`,
}));

function privateCsv(): string {
  const rows = people.map(({ id, note }, row) => {
    const visits = (row * 37) % 53;
    return `${id},"${note}",${visits},${(row % 17) / 4},${["a", "b", "c"][row % 3]},${visits + (row % 11) > 30 ? "yes" : "no"}`;
  });
  return `customer,comment,visits,balance,plan,churned\n${rows.join("\n")}\n`;
}

describe("a person's own rows", () => {
  it("are nowhere in a clone: not in files, history, answers, lock or base", async () => {
    const parent = await scratch();

    await writeFile(join(parent, "people.csv"), privateCsv());
    const flags = ["--data", "people.csv", "--target", "churned", "--id", "customer"];
    const project = await Emitted.create(parent, "churn", flags);
    await project.install();
    await project.mustOwn("run", "training", "scoring");
    await project.mustOwn("report");
    await must("git", ["add", "--all"], { cwd: project.dir });
    await must("git", ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "All", "--allow-empty"], {
      cwd: project.dir,
    });
    await must("git", ["clone", "--quiet", project.dir, "clone"], { cwd: parent });
    const clone = join(parent, "clone");
    const everything = await must("git", ["log", "--patch", "--text", "--no-ext-diff"], { cwd: clone });
    const base = await readFile(join(clone, ".ml-project/base.tar"), "latin1");
    const found = people
      .flatMap(({ id, note }) => [id, note])
      .filter((value) => (everything.all + base).includes(value));
    expect(found).toEqual([]);
    // The words inside a free text are as private as the whole of it.
    expect(/zebra\d|quagga\d/.exec(everything.all + base)).toBeNull();
  });
});
