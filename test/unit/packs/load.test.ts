import { expect, test } from "vitest";
import { compilePack, revivePack } from "../../../src/packs/compiled.ts";
import { packFromFiles } from "../../../src/packs/load.ts";
import { filesOf, smallPack, smallPackTexts } from "../small-pack.ts";

/** Path → what makes it wrong there, and where and what the refusal must say. */
const BROKEN: readonly (readonly [string, string, string, RegExp, RegExp])[] = [
  [
    "an unknown key",
    "options/colour/red/option.yaml",
    "label: Red\nhint: warm\nlabl: x\n",
    /red\/option\.yaml:3:1$/,
    /"labl" is not known/,
  ],
  [
    "a wrong type",
    "options/colour/red/option.yaml",
    "label: Red\nhint:\n  - warm\n",
    /red\/option\.yaml:3:3$/,
    /A text is expected/,
  ],
  ["a missing key", "options/colour/red/option.yaml", "label: Red\n", /red\/option\.yaml:1:1$/, /key hint is missing/],
  [
    "an alias bomb",
    "options/colour/red/option.yaml",
    "label: &a Red\nhint: *a\n",
    /red\/option\.yaml:1:\d+$/,
    /can't be read/,
  ],
  [
    "a merge key",
    "options/colour/red/option.yaml",
    "<<: { label: x }\nhint: y\n",
    /red\/option\.yaml:1:1$/,
    /not known/,
  ],
  [
    "a prototype",
    "options/colour/red/option.yaml",
    "label: a\nhint: b\nsets:\n  __proto__: { x: 1 }\n",
    /red\/option\.yaml:4:3$/,
    /__proto__/,
  ],
  [
    "a tag",
    "options/colour/red/option.yaml",
    "label: !!js/function x\nhint: y\n",
    /red\/option\.yaml:1:8$/,
    /can't be read/,
  ],
  [
    "a broken line",
    "options/colour/red/option.yaml",
    'label: "Red\nhint: y\n',
    /red\/option\.yaml:\d+:\d+$/,
    /can't be read/,
  ],
  [
    "steering characters",
    "options/colour/red/option.yaml",
    'label: "a\\u202eb"\nhint: y\n',
    /red\/option\.yaml:1:8$/,
    /does not fit/,
  ],
  [
    "a default that is no option",
    "options/colour/group.yaml",
    "kind: one\nmessage: m\nhelp: h\norder: 1\ndefault: green\n",
    /colour\/group\.yaml$/,
    /default green/,
  ],
  ["a stray file", "options/colour/red/fils/a.py", "x\n", /red\/fils\/a\.py$/, /An option has no fils/],
  ["a block helper", "project/A.md.hbs", "a\n{{#if x}}b{{/if}}\n", /project\/A\.md\.hbs:2:1$/, /Only \{\{ value \}\}/],
  [
    "a fragment that is no TOML",
    "options/colour/red/shared/pyproject.toml",
    "a = 1\nb = \n",
    /shared\/pyproject\.toml:2:\d+$/,
    /can't be read/,
  ],
  [
    "a generator out of range",
    "pack.yaml",
    'name: small\nversion: 1.0.0\ngenerator: ">=99"\ndescription: d\n',
    /pack\.yaml$/,
    /needs create-ml-project >=99/,
  ],
  [
    "a bad version",
    "pack.yaml",
    'name: small\nversion: one\ngenerator: ">=0"\ndescription: d\n',
    /pack\.yaml:2:10$/,
    /does not fit/,
  ],
];

test.each(BROKEN)("%s is refused with file, line and column", (_name, path, text, where, what) => {
  const load = () => packFromFiles(filesOf(smallPackTexts({ [path]: text })));
  expect(load).toThrow(
    expect.objectContaining({ where: expect.stringMatching(where), what: expect.stringMatching(what) }),
  );
});

test.each([
  "project/../x",
  "/etc/passwd",
  "C:/x",
  "project/a\\b",
  "project/.git/hooks/pre-commit",
  "project/.GIT/config",
  "project/git~1/x",
  "project/aux.py",
  "project/nul",
  "project/a\nb",
  "project/a\u202eb",
  "project/a.",
  "project/a ",
  "project/a:b",
  "project//a",
  "project/./a",
  "project/%2e%2e/a",
  `project/${"x".repeat(300)}`,
])("the hostile path %j is refused", (path) => {
  expect(() => packFromFiles(filesOf(smallPackTexts({ [path]: "x" })))).toThrow(
    expect.objectContaining({ code: "pack/path" }),
  );
});

test.each([
  ["project/Readme.md", "project/readme.md"],
  ["project/caf\u00e9", "project/cafe\u0301"],
  ["project/a", "project/a/b"],
])("%s and %s can't both be there", (first, second) => {
  expect(() => packFromFiles(filesOf(smallPackTexts({ [first]: "x", [second]: "y" })))).toThrow(
    expect.objectContaining({ code: "pack/path" }),
  );
});

test("a folder without pack.yaml is no pack", () => {
  expect(() => packFromFiles(filesOf({ "a.txt": "x" }))).toThrow(/no pack\.yaml/);
});

test("the hash follows every path, byte and mode, not the order", () => {
  const texts = smallPackTexts();
  const hash = packFromFiles(filesOf(texts)).hash;
  expect(packFromFiles(filesOf(Object.fromEntries(Object.entries(texts).reverse()))).hash).toBe(hash);
  expect(smallPack({ "project/new.txt": "" }).hash).not.toBe(hash);
  const executable = new Map(filesOf(texts)).set("project/README.md.hbs", {
    bytes: new TextEncoder().encode("x"),
    mode: 0o755,
  });
  const plain = new Map(executable).set("project/README.md.hbs", { bytes: new TextEncoder().encode("x"), mode: 0o644 });
  expect(packFromFiles(executable).hash).not.toBe(packFromFiles(plain).hash);
});

test("a compiled pack comes back as it was", () => {
  const pack = smallPack({
    "options/colour/red/with/helper.one/files/a.txt": "A",
    "options/colour/red/README.md": "## Red\n",
    "parts/model/files/m.toml": "a = 1\n",
  });
  const files = new Map(pack.project.files).set("picture", { bytes: Uint8Array.of(0, 255, 254), mode: 0o755 });
  const odd = { ...pack, project: { ...pack.project, files } };
  const back = revivePack(Buffer.from(compilePack(odd)));
  expect(back.hash).toBe(pack.hash);
  expect([...(back.project.files.get("picture")?.bytes ?? [])]).toEqual([0, 255, 254]);
  expect(back.project.files.get("picture")?.mode).toBe(0o755);
  expect(compilePack(back)).toEqual(compilePack(odd));
});
