/** `--kind` at creation and of `add model`: each model has its own, and only a dependency line lies outside the new folder. */
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { builtinPack } from "../../src/packs/builtin.ts";
import { rerender } from "../../src/rerender.ts";
import { snapshot } from "../support/snapshot.ts";
import { type Ran, run } from "./world.ts";

let made: string;
let cwd: string;
beforeAll(async () => {
  made = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "kinds-made-")));
  const ran = await run(made, ["shop", "--yes", "--no-install", "--no-git", "--kind", "boosting"]);
  expect(ran).toMatchObject({ exit: 0, err: "" });
});
beforeEach(() => {
  cwd = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "kinds-")));
  fs.cpSync(join(made, "shop"), cwd, { recursive: true });
});
afterEach(() => fs.rmSync(cwd, { recursive: true, force: true }));
afterAll(() => fs.rmSync(made, { recursive: true, force: true }));

const add = (...argv: string[]): Promise<Ran> => run(cwd, ["add", ...argv, "--yes"]);
const read = (path: string): string => fs.readFileSync(join(cwd, path), "utf8");
const model = (name: string): string => read(`src/shop/models/${name}/model.py`);
const changed = (before: Record<string, string>): string[] => {
  const after = snapshot(cwd);
  const paths = Object.keys({ ...before, ...after }).filter((path) => before[path] !== after[path]);
  return paths.filter((path) => !path.startsWith(".ml-project") && !path.startsWith("src/shop/models/"));
};

describe("--kind", () => {
  it("is of the first model when a project is made, with parameters and a card of its own", () => {
    expect(model("rain")).toContain("HistGradientBoostingClassifier");
    expect(read("src/shop/models/rain/params.toml")).toMatch(/\[model\]\n#.+\ntrees = 100\n/);
    expect(read("src/shop/models/rain/README.md")).toContain("and boosted trees (`model.py`)");
    expect(read("pyproject.toml")).not.toContain("lightgbm");
  });

  it("is linear for a model that is added, unless it is said, whatever the first one is", async () => {
    const before = snapshot(cwd);
    expect(await add("model", "slow")).toMatchObject({ exit: 0, err: "" });
    expect(await add("model", "bent", "--kind", "boosting")).toMatchObject({ exit: 0, err: "" });
    expect(model("slow")).toContain("LogisticRegression(");
    expect(read("src/shop/models/slow/params.toml")).toMatch(/\[model\]\n#.+\nshrinkage = 10.0\n/);
    expect(read("src/shop/models/slow/README.md")).toContain("a regularised linear model");
    expect(model("bent")).toBe(model("rain"));
    expect(changed(before)).toEqual([]);
  });

  it("brings one dependency once, and is rendered again with the same bytes", async () => {
    const before = snapshot(cwd);
    const file = `${cwd}.csv`;
    const rows = Array.from({ length: 80 }, (_, at) => `c${at},${20 + (at % 40)},${at % 4 ? "no" : "yes"}\n`);
    fs.writeFileSync(file, `customer,age,left\n${rows.join("")}`);
    expect(await add("model", "fast", "--kind", "lightgbm")).toMatchObject({ exit: 0, err: "" });
    const manifest = read("pyproject.toml");
    const own = ["--data", file, "--target", "left", "--kind", "lightgbm"];
    expect(await add("model", "churn", ...own, "--dataset", "customers")).toMatchObject({ exit: 0, err: "" });
    expect(await add("model", "calm", "--dataset", "customers")).toMatchObject({ exit: 0, err: "" });
    const other = ["--data", file, "--target", "left", "--dataset", "again"];
    expect(await add("model", "other", ...other)).toMatchObject({ exit: 0, err: "" });
    fs.rmSync(file);
    expect(read("pyproject.toml")).toBe(manifest);
    expect(manifest.match(/"lightgbm>=/g)).toHaveLength(1);
    expect([model("fast"), model("churn")]).toEqual(Array(2).fill(expect.stringContaining("LGBMClassifier")));
    expect([model("calm"), model("other")]).toEqual(Array(2).fill(expect.stringContaining("LogisticRegression(")));
    expect(changed(before).filter((path) => !/^(data|src\/shop\/data)\//.test(path))).toContain("pyproject.toml");
    expect(read("README.md")).not.toContain("LightGBM");
    const record = new Map(
      ["answers.yaml", "lock.json"].map((name) => [
        `.ml-project/${name}`,
        { bytes: fs.readFileSync(join(cwd, ".ml-project", name)), mode: 0o644 },
      ]),
    );
    for (const [path, { bytes }] of rerender(record, [builtinPack()]))
      expect(Buffer.compare(fs.readFileSync(join(cwd, path)), bytes), path).toBe(0);
  });

  it("is refused where it is unknown, and where nothing is a model", async () => {
    const before = snapshot(cwd);
    const unknown = await add("model", "slow", "--kind", "bosting");
    expect([unknown.exit, unknown.err]).toEqual([3, expect.stringContaining("boosting")]);
    const other = await add("pipeline", "export", "--kind", "boosting");
    expect([other.exit, other.err]).toEqual([3, expect.stringMatching(/chosen for a model, and this is a pipeline/)]);
    expect(snapshot(cwd)).toEqual(before);
  });
});
