import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { Emitted } from "../support/emitted.ts";
import { scratch } from "../support/scratch.ts";

/** A fault a person could make, and the tests of the project that have to see it. */
interface Fault {
  readonly kind: string;
  readonly fault: string;
  /** Below the package. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** What pytest is given. */
  readonly tests: readonly string[];
}

const faults: readonly Fault[] = [
  {
    kind: "unit",
    fault: "a week that starts on Tuesday",
    file: "clock.py",
    from: '"week": "0 0 * * 1"',
    to: '"week": "0 0 * * 2"',
    tests: ["tests/unit"],
  },
  {
    kind: "contract",
    fault: "work on import",
    file: "clock.py",
    from: "from cronsim import",
    to: "import pandas\nfrom cronsim import",
    tests: ["tests/contract"],
  },
  {
    kind: "data",
    fault: "limits that let everything through",
    file: "data/validate.py",
    from: "pa.Check.in_range(low, high,",
    to: "pa.Check.in_range(-1e12, 1e12,",
    tests: ["tests/data"],
  },
  {
    kind: "behaviour, minimum",
    fault: "a model that learns nothing",
    file: "models/rain/model.py",
    from: "LogisticRegression(C=1 / strength,",
    to: "LogisticRegression(C=1e-9,",
    tests: ["tests/behaviour", "-k", "minimum"],
  },
  {
    kind: "behaviour, direction",
    fault: "an input that never reaches the model",
    file: "models/rain/model.py",
    from: '("number", number, numbers)',
    to: '("number", number, [name for name in numbers if "precipitation" not in name and "rain" not in name])',
    tests: ["tests/behaviour", "-k", "direction"],
  },
  {
    kind: "behaviour, invariance",
    fault: "a score that depends on the rows scored with it",
    file: "models/predict.py",
    from: "inputs = rows[estimator.feature_names_in_]",
    to: "inputs = rows[estimator.feature_names_in_]\n    numbers = inputs.select_dtypes('number')\n    inputs = inputs.assign(**(numbers - numbers.mean()))",
    tests: ["tests/behaviour", "-k", "invariance"],
  },
  {
    kind: "regression",
    fault: "a second training with labels turned around",
    file: "models/train.py",
    from: "target = target_of(train_rows, spec)",
    to: [
      "target = target_of(train_rows, spec)",
      "    FITS.append(spec.name)",
      '    target = target if len(FITS) == 1 else target.map({"0": "1", "1": "0"})',
    ].join("\n"),
    tests: ["tests/behaviour", "-k", "no_worse_than_the_last_champion"],
  },
  {
    kind: "reproducibility",
    fault: "rows drawn without a seed",
    file: "models/train.py",
    from: "target = target_of(train_rows, spec)",
    to: "train_rows = train_rows.sample(frac=0.9)\n    target = target_of(train_rows, spec)",
    tests: ["tests/behaviour", "-k", "twice_is_the_same"],
  },
  {
    kind: "integration, database",
    fault: "predictions under the time of the run instead of the row's",
    file: "models/predict.py",
    from: 'out["entity"], out["as_of"] = rows["_entity"], rows["_as_of"]',
    to: 'out["entity"], out["as_of"] = rows["_entity"], now',
    tests: ["tests/integration", "-k", "not cron"],
  },
  {
    kind: "integration, scheduler",
    fault: "a percent sign that cron takes for a line break",
    file: "scheduling/scheduler.py",
    from: '.replace("%", r"\\%")',
    to: "",
    tests: ["tests/integration", "-k", "cron or line"],
  },
];

describe("a planted fault turns a test of the emitted project red", () => {
  let project: Emitted;

  beforeAll(async () => {
    project = await Emitted.create(await scratch(), "rain", ["--no-git"]);
    await project.install(); // that its tests are green without a fault is in default.test.ts
  });

  it.each(faults)("$kind: $fault", async ({ file, from, to, tests }) => {
    const path = join(project.dir, "src/rain", file);
    const sound = await readFile(path, "utf8");
    expect(sound.split(from), `${file} holds the line to break once`).toHaveLength(2);
    const head = to.includes("FITS") ? "FITS: list[str] = []\n\n\ndef fit(" : "def fit(";
    await writeFile(path, sound.replace(from, () => to).replace("def fit(", head));
    try {
      const { exit, all } = await project.tool("pytest", "-q", "-x", ...tests);
      // 1 is "a test failed"; an error in collecting, or no test at all, has another code and proves nothing.
      expect(exit, all).toBe(1);
      // …and it has to be the assertion that fails, not the planted line itself.
      expect(all).toMatch(/^E +(AssertionError|assert )/m);
    } finally {
      await writeFile(path, sound);
    }
  });
});
