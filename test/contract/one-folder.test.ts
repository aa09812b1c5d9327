import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { optionsPage } from "../../src/build/options-page.ts";
import { readFlags } from "../../src/flags.ts";
import { help } from "../../src/help.ts";
import { asked } from "../../src/options/asked.ts";
import { answersSchema } from "../../src/options/schema.ts";
import { readPack } from "../../src/packs/load.ts";
import type { Asked, Pack } from "../../src/types.ts";
import { combinations } from "../matrix/combinations.ts";
import { templates } from "../support/places.ts";

/** Rule 1 of the house: an option is a folder. This one exists only here, and nothing else is edited. */
const files: Readonly<Record<string, string>> = {
  "option.yaml": "label: Moon phases\nhint: runs when the moon is full\n",
  "README.md": "Runs with the moon.\n",
  "files/src/sample_project/scheduling/scheduler.py": '"""The moon tells when to run."""\n',
  "shared/pyproject.toml": '[project]\ndependencies = ["ephem>=4.1,<5"]\n',
};

let folder: string;
let pack: Pack;
let questions: readonly Asked[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "one-folder-"));
  await cp(templates, folder, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    const target = join(folder, "options/scheduler/moon", path);
    await mkdir(join(target, ".."), { recursive: true });
    await writeFile(target, content);
  }
  pack = await readPack(folder);
  questions = asked([pack]);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a made-up scheduler folder", () => {
  it("is in the prompt", () => {
    const question = questions.find((one) => one.as === "group" && one.group.id === "scheduler");
    const choices = question?.as === "group" ? question.group.options : [];
    expect(choices.map(({ label }) => label)).toContain("Moon phases");
  });

  it("is a value of its flag", () => {
    expect(readFlags(["--scheduler", "moon"], questions).answers).toEqual({ scheduler: "moon" });
  });

  it("is in the help", () => {
    expect(help(questions, 80)).toMatch(/moon +runs when the moon is full/);
  });

  it("is in the docs", async () => {
    expect(optionsPage(questions)).toContain("| `moon` | Moon phases: runs when the moon is full |");
    expect(await readFile(join(templates, "../docs/options.md"), "utf8")).not.toContain("moon");
  });

  it("is in the JSON Schema of the answers file", () => {
    const valid = new Ajv({ strict: false }).compile(answersSchema([pack]));
    expect(valid({ scheduler: "moon" }), JSON.stringify(valid.errors)).toBe(true);
    expect(valid({ scheduler: "mooon" })).toBe(false);
  });

  it("is in the test matrix", () => {
    const schedulers = new Set(combinations(pack).map(({ choices }) => choices.scheduler));
    expect(schedulers).toContain("moon");
  });
});
