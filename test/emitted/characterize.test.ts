/** `characterize` in real environments: values of NumPy and pandas, and one that has pytest and nothing else. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Ended, execute, must } from "../support/command.ts";
import { bundle } from "../support/places.ts";
import { scratch } from "../support/scratch.ts";

let parent: string;
/** Folders of their interpreters. */
let [science, bare] = ["", ""];
beforeAll(async () => {
  parent = await scratch();
  const environment = async (name: string, ...packages: string[]): Promise<string> => {
    await must("uv", ["venv", "-q", "--no-project", join(parent, name)], { cwd: parent });
    const python = join(parent, name, "bin", "python");
    await must("uv", ["pip", "install", "-q", "--python", python, "pytest", ...packages], { cwd: parent });
    return python;
  };
  science = await environment("science", "numpy", "pandas");
  bare = await environment("bare");
});

function repository(name: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(parent, name, path)), { recursive: true });
    writeFileSync(join(parent, name, path), text);
  }
  return join(parent, name);
}
const characterize = (cwd: string, python: string, ...words: string[]): Promise<Ended> =>
  execute("node", [bundle, "characterize", ...words, "--python", python, "--yes"], { cwd });
const pytest = (cwd: string, python: string): Promise<Ended> =>
  execute(python, ["-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"], { cwd });
const plain = (text: string): string => text.replace(/\s+/g, " ");

const RATES = `"""What the desk computes each night."""
import numpy as np
import pandas as pd

def scale(values):
    return np.asarray(values, dtype=float) / 3

def counts(values):
    return np.bincount(values)

def grid(n):
    return np.arange(n * n, dtype="int32").reshape(n, n)

def middle(values):
    return np.median(values)

def table(rows):
    frame = pd.DataFrame(rows, columns=["name", "amount"])
    frame["day"] = pd.Timestamp("2024-02-29")
    frame["share"] = frame["amount"] / frame["amount"].sum()
    return frame.set_index(pd.Index([10 * n for n in range(len(frame))]))

def column(rows):
    return table(rows)["share"]

def spoil(frame, by):
    frame["amount"] = frame["amount"] * by
    return len(frame)

def fail(values):
    return np.linalg.inv(np.asarray(values, dtype=float))

def noise(n):
    return np.random.default_rng().normal(size=n)

def mixed(n):
    return np.array([object()] * n)
`;
const RUN = `import pandas as pd
import rates
rates.spoil(pd.DataFrame({"amount": [1.5, 2.5]}), 2)
rates.scale([1, 2])
rates.fail([[1.0, 2.0], [2.0, 4.0]]) if False else None
`;
const CASES = `scale: [[[1, 2, 4]], [[]]]
counts: [[[1, 1, 3]]]
grid: [[3]]
middle: [[[0.1, 0.4]]]
table: [[[["ann", 1], ["bob", 3]]]]
column: [[[["ann", 1], ["bob", 3]]]]
fail: [[[[1, 2], [2, 4]]]]
noise: [[2]]
mixed: [[1]]
`;

describe("characterize with NumPy and pandas", () => {
  const names = ["scale", "counts", "grid", "middle", "table", "column", "fail", "noise", "mixed"];
  const words = names.map((name) => `rates.py::${name}`);

  it("pins arrays, numbers, frames, columns and their errors; what differs or no file holds is told", async () => {
    const cwd = repository("values", { "rates.py": RATES, "cases.yaml": CASES });
    const { exit, all } = await characterize(cwd, science, ...words, "--cases", "cases.yaml");
    expect(exit, all).toBe(2);
    expect(plain(all)).toMatch(/Not pinned: noise\(2\): it differs from run to run/);
    expect(plain(all)).toMatch(/Not pinned: mixed\(1\): the result is a value of numpy.ndarray/);
    const text = readFileSync(join(cwd, "tests/characterization/test_rates.py"), "utf8");
    expect(text).toContain("Floats may differ by 1e-9 of their size");
    expect(text).toMatch(/with pytest\.raises\(numpy\.linalg\.LinAlgError\)|numpy\.linalg\.\w*\.?LinAlgError/);
    expect(text).toContain("numpy.float64(0.25)");
    const beside = readdirSync(join(cwd, "tests/characterization/test_rates")).sort();
    expect(beside).toEqual([
      "column_1_1.csv",
      "counts_1_1.npy",
      "grid_1_1.npy",
      "scale_1_1.npy",
      "scale_2_1.npy",
      "table_1_1.csv",
    ]);
    const green = await pytest(cwd, science);
    expect(green.stdout, green.all).toContain("8 passed");

    // Each change of the code is seen by the test of its function, and only what is below 1e-9 is let through.
    for (const [from, to, failed] of [
      ["/ 3", "/ 3.0000000000001", 0],
      ["/ 3", "/ 3.0001", 1],
      ["np.bincount(values)", 'np.bincount(values).astype("int32")', 1],
      ["np.arange(n * n", "1 + np.arange(n * n", 1],
      ["return np.median(values)", "return float(np.median(values))", 1],
      ['"2024-02-29"', '"2024-03-01"', 1],
      ['frame["amount"].sum()', '(1 + frame["amount"].sum())', 2],
      ["10 * n for n", "n for n", 2],
      ["np.linalg.inv", "np.linalg.pinv", 1],
    ] as const) {
      writeFileSync(join(cwd, "rates.py"), RATES.replace(from, to));
      const { stdout, all: said } = await pytest(cwd, science);
      expect(stdout, `${from} → ${to}\n${said}`).toContain(failed === 0 ? "8 passed" : `${failed} failed`);
    }
  });

  it("records frames, and pins one that the function changes", async () => {
    const cwd = repository("frames", { "rates.py": RATES, "run.py": RUN });
    const line = ["rates.py::spoil", "rates.py::scale", "--record", "python run.py", "--document"];
    const { exit, all } = await characterize(cwd, science, ...line);
    expect(exit, all).toBe(0);
    const text = readFileSync(join(cwd, "tests/characterization/test_rates.py"), "utf8");
    expect(text).toContain("# it changes its argument");
    expect(readFileSync(join(cwd, "tests/characterization/rates.md"), "utf8")).toContain("takes argument 1: pandas");
    expect((await pytest(cwd, science)).stdout).toContain("2 passed");
    writeFileSync(
      join(cwd, "rates.py"),
      RATES.replace('frame["amount"] = frame', "frame = frame.copy(); frame['amount'] = frame"),
    );
    expect((await pytest(cwd, science)).stdout).toContain("1 failed, 1 passed");
  });

  it("puts a big value beside the test", async () => {
    const cwd = repository("big", {
      "rows.py": "def rows(n):\n    return [{'n': one, 'half': one / 2} for one in range(n)]\n",
    });
    const { exit, all } = await characterize(cwd, science, "rows.py::rows", "--case", "500");
    expect(exit, all).toBe(0);
    const text = readFileSync(join(cwd, "tests/characterization/test_rows.py"), "utf8");
    expect(text.length).toBeLessThan(3000);
    expect(readdirSync(join(cwd, "tests/characterization/test_rows"))).toEqual(["rows_1_value_1.txt"]);
    expect((await pytest(cwd, science)).stdout).toContain("1 passed");
    writeFileSync(join(cwd, "rows.py"), "def rows(n):\n    return [{'n': one, 'half': one / 3} for one in range(n)]\n");
    expect((await pytest(cwd, science)).stdout).toContain("1 failed");
  });
});

describe("characterize with pytest and nothing else", () => {
  it("makes tests that need no more: of each kind of value, without us and without a network", async () => {
    const installed = await must("uv", ["pip", "list", "--format", "freeze", "--python", bare], { cwd: parent });
    const names = installed.stdout.split("\n").map((one) => one.replace(/==.*/, ""));
    expect(names.filter((name) => !["iniconfig", "packaging", "pluggy", "pygments", "pytest"].includes(name))).toEqual(
      [],
    );
    const cwd = repository("bare-tests", {
      "shop/__init__.py": "",
      "shop/bill.py": `import datetime, decimal, fractions, uuid
def plain(x): return {"n": x, "set": {1, 2}, "bytes": b"\\x00", "text": "ä\\u2028", "none": None}
def exact(x): return decimal.Decimal(x) / 3, fractions.Fraction(x, 3), uuid.UUID(int=x)
def times(x): return datetime.datetime(2024, 2, 29, 1), datetime.date(2024, 1, x), datetime.timedelta(hours=x)
def odd(x): return float("nan"), float("-inf"), -0.0, 1e-300, 2**100
def long(x): return list(range(x))
def bad(x): raise KeyError(x)
`,
      "cases.json": JSON.stringify(
        Object.fromEntries(
          ["plain", "exact", "times", "odd", "bad"].map((name) => [name, [[3]]]).concat([["long", [[2000]]]]),
        ),
      ),
    });
    const words = ["plain", "exact", "times", "odd", "long", "bad"].map((name) => `shop/bill.py::${name}`);
    const { exit, all } = await characterize(cwd, bare, ...words, "--cases", "cases.json");
    expect(exit, all).toBe(0);
    const green = await pytest(cwd, bare);
    expect(green.stdout, green.all).toContain("6 passed");
  });
});
