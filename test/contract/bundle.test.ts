/** The published bundle: complete, small, lazy, and the same in what it emits as the sources. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { select } from "../../src/options/select.ts";
import { builtinPack } from "../../src/packs/builtin.ts";
import { plan } from "../../src/plan.ts";
import { render } from "../../src/render.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
let scratch = "";

const bundle = (): string => join(scratch, "dist/create-ml-project.cjs");

function run(node: readonly string[], args: readonly string[]): string {
  return execFileSync(process.execPath, [...node, bundle(), ...args], {
    cwd: join(scratch, "work"),
    encoding: "utf8",
    stdio: "pipe",
  });
}

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "bundle-"));
  mkdirSync(join(scratch, "work"));
  execFileSync(process.execPath, [join(root, "src/build/bundle.mjs"), join(scratch, "dist")], {
    cwd: root,
    stdio: "pipe",
  });
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test("it emits, byte for byte, what the sources emit", () => {
  run([], ["rain", "--yes", "--no-git", "--no-install", "--year", "2026", "--author", 'A "B" & C']);
  const wanted = render(plan(select([builtinPack()], { name: "rain", year: "2026", author: 'A "B" & C' })));
  const folder = join(scratch, "work/rain");
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
  expect(found.sort()).toEqual([...wanted.keys()].sort());
  for (const [path, { bytes }] of wanted)
    expect([path, readFileSync(join(folder, path)).equals(bytes)]).toEqual([path, true]);
});

test("a create without questions loads no library for prompts, processes, data or YAML, and --version loads nothing", () => {
  const hook = join(scratch, "loaded.cjs");
  writeFileSync(
    hook,
    'process.on("exit", () => require("fs").writeFileSync(process.env.LOADED, Object.keys(require.cache).join("\\n")));',
  );
  const loaded = (args: readonly string[]): string[] => {
    process.env["LOADED"] = join(scratch, "loaded.txt");
    run(["-r", hook], args);
    return readFileSync(join(scratch, "loaded.txt"), "utf8")
      .split("\n")
      .filter((path) => path.includes("/dist/") && path.endsWith(".cjs"));
  };
  expect(loaded(["--version"]).length).toBe(1);
  const text = loaded(["snow", "--yes", "--no-git", "--no-install"])
    .map((path) => readFileSync(path, "utf8"))
    .join("");
  for (const library of ["ERR_USE_AFTER_CLOSE", "BLOCK_FOLDED", "setGenerator", "node:child_process", "PAR1"])
    expect([library, text.includes(library)]).toEqual([library, false]);
});

test("it needs nothing beside it and stays under 2.5 MB", () => {
  const files = readdirSync(join(scratch, "dist"));
  const size = files.reduce((total, name) => total + statSync(join(scratch, "dist", name)).size, 0);
  expect(size).toBeLessThan(2_500_000);
  expect(readFileSync(join(scratch, "dist/THIRD-PARTY.txt"), "utf8")).toMatch(/inquirer \d[\s\S]*MIT/);
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { dependencies?: object };
  expect(dependencies).toBe(undefined);
});
