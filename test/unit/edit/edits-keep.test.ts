/** Random manifests: what is added stands on lines of its own, and nothing else changes in bytes or in meaning. */
import fc from "fast-check";
import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { crontabFile } from "../../../src/edit/crontab.ts";
import { alembicIni } from "../../../src/edit/ini.ts";
import { normal } from "../../../src/edit/names.ts";
import { alike, type Table, tableOf } from "../../../src/edit/toml.ts";
import { scan } from "../../../src/edit/toml-scan.ts";
import { anyText } from "../any-text.ts";
import { environment, manifest } from "./random.ts";
import { after, depend, NEEDS, put } from "./support.ts";

const RUNS = 500;

const extrasOf = (root: Table): Table => tableOf(tableOf(root.project)["optional-dependencies"]);

/** What has to hold of an edit, whoever made it. */
function judge(before: string, now: string): void {
  const block = put(before, now);
  expect(block).toBeDefined();
  if (/\r\n/.test(before)) expect(block).not.toMatch(/(?<!\r)\n/);
  else expect(block).not.toMatch(/\r/);
  const root = parse(now) as Table;
  const added = Object.keys(extrasOf(root)).filter((name) => !Object.hasOwn(extrasOf(parse(before) as Table), name));
  expect(added).toHaveLength(1);
  const names = Object.keys(extrasOf(root)).map(normal);
  expect(new Set(names).size).toBe(names.length);
  expect(extrasOf(root)[added[0] ?? ""]).toEqual(NEEDS);
  delete (extrasOf(root) as Record<string, unknown>)[added[0] ?? ""];
  const were = parse(before) as Table;
  if (Object.keys(extrasOf(root)).length === 0 && tableOf(were.project)["optional-dependencies"] === undefined)
    delete (tableOf(root.project) as Record<string, unknown>)["optional-dependencies"];
  expect(alike(root, were)).toBe(true);
}

describe("any pyproject.toml", () => {
  it("keeps every byte, gets the group, and gets it once", () => {
    let edited = 0;
    fc.assert(
      fc.property(manifest, (before) => {
        const files = { "pyproject.toml": before };
        const told = depend(files);
        const now = told.edits["pyproject.toml"];
        if (now === undefined) {
          expect(/optional-dependencies = \{/.test(before), "only an inline table has no place").toBe(true);
          expect(Object.keys(told.added)).toEqual(["requirements-ml.txt"]);
        } else {
          edited += 1;
          judge(before, now);
        }
        expect(depend(after(files, told))).toMatchObject({
          edits: {},
          added: {},
          install: told.install,
        });
      }),
      { numRuns: RUNS },
    );
    expect(edited).toBeGreaterThan(RUNS / 2);
  });

  it("is scanned into statements that cover it and mean what it means", () => {
    fc.assert(
      fc.property(manifest, (text) => {
        const statements = scan(text);
        for (const { kind, keys, value } of statements) {
          if (kind !== "pair") continue;
          expect(() => parse(`v = ${value}`), keys.join(".")).not.toThrow();
        }
        const ends = statements.map(({ end }) => end);
        expect(ends).toEqual([...ends].sort((a, b) => a - b));
        // Taken out one by one from the end, what is left of the text is comments and blanks.
        expect(Object.keys(parse(text.slice(ends.at(-1) ?? 0)))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});

describe("any environment.yml", () => {
  it("keeps every byte, gets the requirements in its list for pip, and gets them once", () => {
    let edited = 0;
    fc.assert(
      fc.property(environment, (before) => {
        const files = { "environment.yml": before };
        const told = depend(files);
        const now = told.edits["environment.yml"];
        if (now !== undefined) {
          edited += 1;
          expect(put(before, now)).toBeDefined();
          const were = meaning(before);
          const is = meaning(now);
          expect(is.pip).toEqual([...were.pip, ...NEEDS]);
          expect(is.conda).toEqual(
            were.conda.some((one) => /^(?:conda-forge::)?pip\b/.test(one)) || were.pips
              ? were.conda
              : [...were.conda, "pip"],
          );
          expect(is.others).toEqual(were.others);
        } else {
          const { conda, pip, pips } = meaning(before);
          expect(pips ? pip : conda, "only what is empty has no place").toEqual([]);
        }
        expect(depend(after(files, told))).toMatchObject({
          edits: {},
          added: {},
        });
      }),
      { numRuns: RUNS },
    );
    expect(edited).toBeGreaterThan(RUNS / 2);
  });
});

function meaning(text: string) {
  const { dependencies, ...others } = parseYaml(text) as {
    dependencies: readonly unknown[] | null;
  };
  const pips = (dependencies ?? []).filter((one) => typeof one === "object");
  return {
    conda: (dependencies ?? []).filter((one) => typeof one === "string"),
    pips: pips.length > 0,
    pip: pips.flatMap((one) => (tableOf(one).pip as string[] | null) ?? []),
    others,
  };
}

describe("any text", () => {
  const line = fc.oneof(
    anyText({ maxLength: 12 }),
    fc.constantFrom("[loggers]", "[alembic]", "# [ml]", "a = b", "  more", "0 1 * * * x", "", "\r", "[mlx]"),
  );
  const text = fc
    .tuple(fc.array(line, { maxLength: 8 }), fc.constantFrom("\n", "\r\n"))
    .map(([lines, ending]) => lines.join(ending));

  it("as a crontab or an alembic.ini keeps every byte, and gets its lines once", () => {
    fc.assert(
      fc.property(text, (before) => {
        const cron = crontabFile(before, "5 * * * * run", "ours");
        expect(cron.startsWith(before)).toBe(true);
        expect(cron.endsWith("# ours\n5 * * * * run\n")).toBe(true);
        expect(crontabFile(cron, "5 * * * * run", "ours")).toBe(cron);
        const ini = alembicIni(before, "ml", { script_location: "ours" });
        expect(put(before, ini)).toMatch(/^(?:\r?\n)*\[ml\]\r?\nscript_location = ours(?:\r?\n)*$/);
        expect(alembicIni(ini, "ml", { script_location: "ours" })).toBe(ini);
      }),
      { numRuns: RUNS },
    );
  });
});

describe("the judge of these tests", () => {
  const before = '[project]\nname = "x" # [a]\n\n[tool.x]\na = 1';
  const right = depend({ "pyproject.toml": before }).edits["pyproject.toml"] ?? "";
  it("takes what is right", () => judge(before, right));
  it.each([
    ["a blank of theirs goes", right.replace('"x" #', '"x"  #')],
    ["an ending is added to their last line", `${right}\n`],
    ["line endings are changed", right.replaceAll("\n", "\r\n")],
    ["it goes into the wrong table", before.replace("a = 1", `a = 1\nml = ${JSON.stringify(NEEDS)}`)],
    ["a value of theirs is changed", right.replace("a = 1", "a = 2")],
    ["it stands twice", right.replace("ml =", `ml-2 = ${JSON.stringify(NEEDS)}\nml =`)],
    [
      "it does not stand on a line of its own",
      before
        .replace("\n\n[tool", `\noptional-dependencies.ml = ${JSON.stringify(NEEDS)} # [a]\n\n[tool`)
        .replace(" # [a]", ""),
    ],
  ])("finds that %s", (_, planted) => {
    expect(() => judge(before, planted)).toThrow();
  });
});
