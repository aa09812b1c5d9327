/** Our Python that is started under somebody's interpreter: free of lint, strictly typed, and run by the oldest one we promise. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { execute, must } from "../support/command.ts";
import { bundle, root } from "../support/places.ts";
import { scratch } from "../support/scratch.ts";

const OLDEST = "3.8";
const config = (name: string): string => join(import.meta.dirname, "scripts", name);

describe.each(["characterize", "verify"])("the Python of src/%s", (folder) => {
  // Each tool in a version that still knows the oldest Python.
  it.each([
    ["free of lint", ["ruff>=0.16,<1", "ruff", "check", "--no-cache", "--config", config("ruff.toml"), "."]],
    ["formatted", ["ruff>=0.16,<1", "ruff", "format", "--check", "--no-cache", "--config", config("ruff.toml"), "."]],
    ["typed", ["mypy==1.14.1", "mypy", "--cache-dir", "/dev/null", "--config-file", config("mypy.ini"), "."]],
  ])("is %s", async (_what, [from = "", ...command]) => {
    const cwd = join(root, "src", folder);
    const { exit, all } = await execute("uv", ["tool", "run", "-q", "--from", from, ...command], { cwd });
    expect(exit, all).toBe(0);
  });
});

describe(`under Python ${OLDEST}`, () => {
  let parent: string;
  let python: string;
  beforeAll(async () => {
    parent = await scratch();
    // A version manager's stub needs to be told which one is meant.
    const env = { PYENV_VERSION: OLDEST };
    await must("uv", ["venv", "-q", "--no-project", "--python", OLDEST, join(parent, "env")], { cwd: parent, env });
    python = join(parent, "env", "bin", "python");
    await must("uv", ["pip", "install", "-q", "--python", python, "pytest"], { cwd: parent });
    mkdirSync(join(parent, "shop", "tests"), { recursive: true });
    writeFileSync(
      join(parent, "shop", "bill.py"),
      `import asyncio, datetime, decimal
class Bill:
    def __init__(self, rows): self.rows = rows
    def add(self, row): self.rows.append(row)
    async def total(self): await asyncio.sleep(0); return decimal.Decimal(sum(self.rows)) / 2
def days(n):
    for one in range(1, n):
        yield datetime.date(2024, 2, one)
def twice(n): return n * 2
`,
    );
    writeFileSync(
      join(parent, "shop", "run.py"),
      "import asyncio\nfrom bill import Bill, days, twice\none = Bill([1])\none.add(2)\nasyncio.run(Bill([1, 4]).total())\nlist(days(3))\ntwice(4)\n",
    );
    writeFileSync(
      join(parent, "shop", "tests", "test_bill.py"),
      "import sys, pathlib\nsys.path.insert(0, str(pathlib.Path(__file__).parents[1]))\nfrom bill import twice\ndef test_twice():\n    assert twice(2) == 4\n",
    );
  });

  it("characterize records, pins, and makes tests that pass", async () => {
    const cwd = join(parent, "shop");
    const words = ["Bill.add", "Bill.total", "days", "twice"].map((name) => `bill.py::${name}`);
    const line = [bundle, "characterize", ...words, "--record", "python run.py", "--yes", "--python", python];
    const { exit, all } = await execute("node", line, { cwd });
    expect([exit, all]).toEqual([0, expect.stringContaining(`under Python ${OLDEST}`)]);
    const tests = await must(python, ["-B", "-m", "pytest", "-q", "tests/characterization"], { cwd });
    expect(tests.stdout).toContain("4 passed");
  });

  it("survey --verify runs the tests, and finds those that notice", async () => {
    const cwd = join(parent, "shop");
    const { exit, all } = await execute("node", [bundle, "survey", "--verify", "--yes", "--python", python], { cwd });
    expect([exit, all]).toEqual([0, expect.stringMatching(/ tests?: \d passed\n/)]);
  });
});
