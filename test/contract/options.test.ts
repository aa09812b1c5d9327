import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { optionsPage } from "../../src/build/options-page.ts";
import { asked } from "../../src/options/asked.ts";
import { readPack } from "../../src/packs/load.ts";
import { manifestSchema } from "../../src/packs/manifest.ts";
import type { Option, PackFiles } from "../../src/types.ts";
import { root, templates } from "../support/places.ts";

const pack = await readPack(templates);
const options = pack.groups.flatMap((group) =>
  group.options.map((option) => ({ name: `${group.id}/${option.id}`, option })),
);
const folders = async (path: string): Promise<string[]> =>
  (await readdir(join(templates, path), { withFileTypes: true }))
    .filter((one) => one.isDirectory())
    .map(({ name }) => name);

/** Every option is found, so a folder that is half an option is a failure here and not a surprise for a user. */
describe("the groups found", () => {
  it("are the folders of templates/options, and their options the folders in them", async () => {
    expect(pack.groups.map(({ id }) => id).sort()).toEqual((await folders("options")).sort());
    for (const group of pack.groups) {
      const found = (await folders(`options/${group.id}`)).filter((name) => name !== "any");
      expect(group.options.map(({ id }) => id).sort()).toEqual(found.sort());
    }
  });

  it.each(pack.groups)("$id has a question, a help, and defaults that exist", (group) => {
    expect(group.message).toMatch(/\?$/);
    expect(group.help).toMatch(/\.$/);
    const ids = group.options.map(({ id }) => id);
    for (const choice of group.default) expect(ids).toContain(choice);
    if (group.kind === "one") expect(group.default).toHaveLength(1);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("have different places in the order of questions", () => {
    const orders = pack.groups.map(({ order }) => order);
    expect(new Set(orders).size).toBe(orders.length);
  });
});

describe.each(options)("option $name", ({ option }) => {
  it("has a complete manifest", () => {
    expect(option.id).toMatch(/^[a-z0-9][a-z0-9.-]*$/);
    expect(option.label).toMatch(/^\S.{0,29}$/);
    expect(option.hint).toMatch(/^\S.*[^.]$/);
    for (const { name, example, why } of option.env) {
      expect(name).toMatch(/^[A-Z][A-Z0-9_]*$/);
      expect(example).not.toBe("");
      expect(why).not.toBe("");
    }
    const known = options.map(({ name }) => name);
    for (const { option: other, because } of [...option.requires, ...option.conflicts]) {
      expect(known).toContain(other);
      expect(because).toMatch(/\w+ \w+/);
    }
    for (const { part } of option.parts) expect([...pack.parts.keys()]).toContain(part);
  });

  it("has a section for the README, unless all it brings are documents", () => {
    const brings = [...allFiles(option)].map(([path]) => path).filter((path) => path !== "pyproject.toml");
    const documents = brings.every((path) => /\.md(\.hbs)?$|^LICENSE/.test(path));
    const readme = new TextDecoder().decode(option.readme?.bytes);
    if (!documents) expect(readme).toMatch(/^#+ \S+/m);
    expect(readme === "" || readme.trim() !== "").toBe(true);
  });

  it("brings no block helper, and fragments only of kinds that can be merged", () => {
    for (const [path, { bytes }] of [...allFiles(option)]) {
      expect(new TextDecoder().decode(bytes), path).not.toMatch(/\{\{[~\s]*[#^/]/);
    }
    for (const path of allShared(option)) {
      expect(path).toMatch(/\.(toml|ya?ml|json|md|md\.hbs)$|\.gitignore$|\.env\.example$/);
    }
  });

  it("owns its paths: no other option of its group or part of the base has them", () => {
    const own = [...option.files.keys()].map(plain);
    const base = [...pack.project.files.keys()].map(plain);
    expect(own.filter((path) => base.includes(path))).toEqual([]);
    const parts = [...pack.parts.values()].flatMap((part) => [...part.files.keys()]).map(plain);
    expect(own.filter((path) => parts.includes(path))).toEqual([]);
  });
});

describe("the published schema of manifests", () => {
  const { definitions, ...head } = manifestSchema() as { definitions: Record<string, object> };

  it.each([
    ["pack", ["pack.yaml"]],
    ["group", pack.groups.map(({ id }) => `options/${id}/group.yaml`)],
    ["option", options.map(({ name }) => `options/${name}/option.yaml`)],
  ])("accepts every %s manifest, and no unknown key", async (kind, paths) => {
    const valid = new Ajv({ strict: false }).compile({ ...head, definitions, ...definitions[kind] });
    for (const path of paths) {
      const manifest = parse(await readFile(join(templates, path), "utf8")) as object;
      expect(valid(manifest), `${path}: ${JSON.stringify(valid.errors)}`).toBe(true);
      expect(valid({ ...manifest, unheard: 1 }), path).toBe(false);
    }
  });
});

describe("the page docs/options.md", () => {
  it("is what the option folders say", async () => {
    await expect(`${optionsPage(asked([pack])).trim()}\n`).toMatchFileSnapshot(join(root, "docs/options.md"));
  });
});

function* allFiles(option: Option): Iterable<[string, { bytes: Uint8Array }]> {
  const maps: PackFiles[] = [
    option.files,
    option.shared,
    ...[...option.with.values()].flatMap((pair) => [pair.files, pair.shared]),
  ];
  for (const files of maps) yield* files;
}

function allShared(option: Option): string[] {
  return [option.shared, ...[...option.with.values()].map((pair) => pair.shared)].flatMap((files) => [...files.keys()]);
}

const plain = (path: string): string => path.replace(/\.hbs$/, "");
