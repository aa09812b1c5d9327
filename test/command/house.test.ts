/** Rules of the house that no single module can hold: they are read off the files themselves. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { builtinPack } from "../../src/packs/builtin.ts";
import { VERSION } from "../../src/version.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((path) => join(folder, path))
    .filter((path) => statSync(join(root, path)).isFile() && !path.includes("__pycache__"));
}

const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** Ids that are words of the engine as well: `takes: file` and `takes: table`, `none` for an answer that says no, and git's `user.email`. */
const WORDS = new Set(["file", "none", "table", "email"]);

test("the engine knows no option by name", () => {
  const ids = builtinPack().groups.flatMap((group) =>
    group.options.map((option) => option.id).filter((id) => !WORDS.has(id)),
  );
  expect(ids.length).toBeGreaterThan(8);
  const found = filesIn("src").flatMap((path) => {
    const code = read(path).replace(/\/\*[\s\S]*?\*\/|\/\/ .*$/gm, "");
    return ids
      .filter((id) => new RegExp(`["'\`/.](?:[a-z]+[/.])?${id.replace(/[.]/g, "\\.")}["'\`]`, "i").test(code))
      .map((id) => `${path}: ${id}`);
  });
  expect(found).toEqual([]);
});

test("templates have no block helpers, partials or raw mustaches", () => {
  const found = filesIn("templates").filter((path) => /(?<!\\)\{\{\{?\s*[#^/>&*]/.test(read(path)));
  expect(found).toEqual([]);
});

test("files of the engine stay small enough to be read at once", () => {
  const lengths = [...filesIn("src"), ...filesIn("generators")].map(
    (path) => [path, read(path).split("\n").length - 1] as const,
  );
  expect(lengths.filter(([, lines]) => lines > 250)).toEqual([]);
});

test("the version is one", () => {
  const { version } = JSON.parse(read("package.json")) as { version: string };
  expect(version).toBe(VERSION);
});

test("only write.ts writes, only run.ts spawns, only report.ts prints", () => {
  const own = (path: string, home: string): boolean =>
    path === `src/${home}.ts` || path.startsWith(`src/${home}/`) || path.startsWith("src/build/");
  const rules = [
    [
      "write",
      /import \{[^}]*\b(?:writeFile|mkdir|mkdtemp|rename|rm|unlink|symlink|copyFile|appendFile)[^}]*\} from "(?:node:fs|fs-extra)/,
    ],
    ["run", /from "(?:execa|node:child_process)"|import\("(?:execa|node:child_process)"\)/],
    ["report", /\bconsole\.|process\.std(?:out|err)\.write/],
  ] as const;
  const found = filesIn("src").flatMap((path) =>
    rules.filter(([home, rule]) => !own(path, home) && rule.test(read(path))).map(([home]) => `${path}: ${home}`),
  );
  expect(found).toEqual([]);
});
