import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { answersSchema } from "../../src/options/schema.ts";
import { builtinPack } from "../../src/packs/builtin.ts";
import { readFolder } from "../../src/packs/folder.ts";
import { manifestSchema } from "../../src/packs/manifest.ts";
import { smallPack } from "../unit/small-pack.ts";

const ajv = new Ajv({ strict: false });
const root = new URL("../../", import.meta.url);
const published = (name: string): unknown => JSON.parse(readFileSync(new URL(`docs/${name}`, root), "utf8"));

test("the schema accepts what select accepts and refuses what it refuses", () => {
  const validate = ajv.compile(answersSchema([smallPack()]));
  const accepted = [
    {},
    { name: "x", colour: "blue", helper: ["one"], interval: "0 6 * * 1-5" },
    { target: null, profile: {} },
  ];
  const refused = [
    { nam: "x" },
    { colour: "green" },
    { helper: "one" },
    { helper: ["three"] },
    { interval: "fortnight" },
    { problem: 3 },
  ];
  for (const answers of accepted) expect([answers, validate(answers)]).toEqual([answers, true]);
  for (const answers of refused) expect([answers, validate(answers)]).toEqual([answers, false]);
});

test("the published schemas are those of today: npm run schemas", () => {
  expect(published("answers.schema.json")).toEqual(answersSchema([builtinPack()]));
  expect(published("pack.schema.json")).toEqual(manifestSchema());
});

test("our own manifests fit the published schema", () => {
  const { definitions } = manifestSchema() as { definitions: Record<string, object> };
  const kinds = { "pack.yaml": "pack", "group.yaml": "group", "option.yaml": "option" } as const;
  let checked = 0;
  for (const [path, file] of readFolder(new URL("templates", root).pathname)) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const inner = /\/(?:files|shared)\//.test(path);
    if (inner || !Object.hasOwn(kinds, name)) continue;
    const validate = ajv.compile(definitions[kinds[name as keyof typeof kinds]] ?? false);
    const valid = validate(parse(new TextDecoder().decode(file.bytes)));
    expect([path, valid, validate.errors]).toEqual([path, true, null]);
    checked++;
  }
  expect(checked).toBeGreaterThan(10);
});
