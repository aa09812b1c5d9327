/** `survey` on what real tools make, and its lexer and parser against Python's own parser. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parserOfPython } from "../../src/survey/parser.ts";
import { skeletonOf } from "../../src/survey/skeleton.ts";
import { must } from "../support/command.ts";
import { makers, makersEnvironment } from "../support/makers.ts";
import { bundle } from "../support/places.ts";
import { scratch } from "../support/scratch.ts";
import { snapshot } from "../support/snapshot.ts";

let parent: string;
beforeAll(async () => {
  parent = await scratch();
});

interface Found {
  readonly layout: {
    readonly shape: string;
    readonly kinds: readonly string[];
    readonly packages: readonly { readonly path: string }[];
  };
  readonly manifests: readonly { readonly path: string; readonly kinds: readonly string[] }[];
  readonly names: { readonly distribution?: string };
  readonly add: { readonly form: string };
}

describe("survey of what is made by", () => {
  it.each([
    ["uv", makers.uv, { shape: "src", kinds: [] }, ["PEP 621", "uv"]],
    ["Poetry", makers.Poetry, { shape: "src", kinds: [] }, ["PEP 621", "Poetry"]],
    ["Hatch", makers.Hatch, { shape: "src", kinds: [] }, ["PEP 621", "Hatch"]],
    ["PDM", makers.PDM, { shape: "src", kinds: [] }, ["PEP 621", "PDM"]],
    ["Django", makers.Django, { shape: "flat", kinds: ["Django"] }, undefined],
    ["Kedro", makers.Kedro, { shape: "src", kinds: ["Kedro"] }, ["PEP 621", "setuptools"]],
    ["PyScaffold", makers.PyScaffold, { shape: "src", kinds: [] }, ["setuptools"]],
  ] as const)("%s", async (name, [command, args], layout, kinds) => {
    const folder = join(parent, name);
    await must("mkdir", ["-p", join(folder, "made")], { cwd: parent });
    if (name !== "PDM") await must("rmdir", ["made"], { cwd: folder });
    await must(command, [...args], { cwd: folder, env: makersEnvironment });
    const made = join(folder, "made");
    const before = snapshot(made);
    const { stdout } = await must("node", [bundle, "survey", made, "--json"], { cwd: parent });
    const { survey } = JSON.parse(stdout) as { survey: Found };
    expect(survey.layout).toMatchObject(layout);
    expect(survey.layout.packages.map(({ path }) => path)).toEqual([layout.shape === "src" ? "src/made" : "made"]);
    if (kinds) {
      expect(survey.names.distribution).toBe("made");
      expect(survey.manifests.find(({ path }) => path === "pyproject.toml")?.kinds).toEqual(
        expect.arrayContaining([...kinds]),
      );
    }
    expect(snapshot(made)).toEqual(before);
  });
});

/** What Python's parser says of the same files: functions with line, last line and docstring, classes, imports. */
const JUDGE = `
import ast, json, sys
out = {}
for path in sys.stdin.read().splitlines():
    try:
        tree = ast.parse(open(path, "rb").read())
    except (SyntaxError, ValueError):
        continue
    found = {"f": [], "c": [], "i": 0}
    def walk(node, owners):
        for child in ast.iter_child_nodes(node):
            inner = owners
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                inner = [*owners, child.name]
                doc = ast.get_docstring(child, clean=False) is not None
                kind = "c" if isinstance(child, ast.ClassDef) else "f"
                found[kind].append([".".join(inner), child.lineno, child.end_lineno, doc])
            elif isinstance(child, ast.Import):
                found["i"] += len(child.names)
            elif isinstance(child, ast.ImportFrom):
                found["i"] += 1
            walk(child, inner)
    walk(tree, [])
    found["f"].sort(); found["c"].sort()
    out[path] = found
json.dump(out, sys.stdout)
`;

describe("the lexer", () => {
  it("finds what Python's own parser finds, in each file of its library", async () => {
    const { stdout: library } = await must("python3", ["-c", "import os; print(os.path.dirname(os.__file__))"], {
      cwd: parent,
    });
    const paths = filesOf(library.trim());
    const judged = await must("python3", ["-c", JUDGE], { cwd: parent, input: paths.join("\n") });
    const right = JSON.parse(judged.stdout) as Record<string, { f: unknown[]; c: unknown[]; i: number }>;
    expect(Object.keys(right).length).toBeGreaterThan(500);
    const wrong = Object.entries(right).filter(([path, { f, c, i }]) => {
      const { functions, classes, imports, broken, python2 } = skeletonOf(
        readFileSync(path, "utf8"),
        (name) => name,
        false,
      );
      const plain = (list: readonly { name: string; line: number; docstring: boolean }[]): string =>
        JSON.stringify(
          list
            .map(({ name, line, docstring, ...rest }) => [
              name,
              line,
              (rest as { lastLine?: number }).lastLine,
              docstring,
            ])
            .sort(compare),
        );
      const sorted = (list: unknown[]): string =>
        JSON.stringify((list as (string | number | boolean)[][]).sort(compare));
      return (
        plain(functions) !== sorted(f) || plain(classes) !== sorted(c) || imports.length !== i || broken || python2
      );
    });
    expect(wrong.map(([path]) => path)).toEqual([]);
    // The parser, which must not take a good file for a broken one, reads each third of them.
    const parse = await parserOfPython();
    const refused = Object.keys(right)
      .filter((_, number) => number % 3 === 0)
      .map((path) => ({ path, ...parse(readFileSync(path, "utf8")) }))
      .filter(({ broken, python2 }) => broken || python2);
    expect(refused).toEqual([]);
  });
});

/** Code points, as Python sorts; then by line. */
function compare(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[0]) < String(b[0]) ? -1 : String(a[0]) > String(b[0]) ? 1 : Number(a[1]) - Number(b[1]);
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".py") && !/site-packages|(?:^|\/)tests?\/|bad_coding|badsyntax/.test(path))
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile());
}
