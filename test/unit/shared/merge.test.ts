import fc from "fast-check";
import { expect, test } from "vitest";
import { plain } from "../../../src/shared/doc.ts";
import { mergeDocuments } from "../../../src/shared/merge.ts";
import { readToml } from "../../../src/shared/toml-read.ts";
import { readYaml } from "../../../src/shared/yaml-read.ts";

const toml = (owner: string, text: string) => ({ owner, root: readToml(text) });

test("tables merge deeply and lists unite", () => {
  const merged = mergeDocuments("conf.toml", [
    toml("a/1", "[t]\nx = 1\nl = [1, 2]\n"),
    toml("b/2", "[t]\ny = 2\nl = [2, 3]\n[u]\nz = 3\n"),
  ]);
  expect(plain(merged)).toEqual({ t: { x: 1, l: [1, 2, 3], y: 2 }, u: { z: 3 } });
});

test("two different scalars are an error that names both owners, the key and both values", () => {
  const merge = () =>
    mergeDocuments("conf.toml", [
      toml("a/1", "[t]\nx = 1\n"),
      toml("b/2", "[t]\ny = 1\n"),
      toml("c/3", "[t]\nx = 2\n"),
    ]);
  expect(merge).toThrow(
    expect.objectContaining({
      what: "a/1 and c/3 both set t.x and do not agree",
      where: "conf.toml, key t.x",
      why: "a/1 says 1, c/3 says 2.",
    }),
  );
});

test("equal scalars agree, and a table never replaces a scalar", () => {
  expect(plain(mergeDocuments("c.toml", [toml("a", "x = 1\n"), toml("b", "x = 1\n")]))).toEqual({ x: 1 });
  expect(() => mergeDocuments("c.toml", [toml("a", "x = 1\n"), toml("b", "[x]\ny = 1\n")])).toThrow(/both set x/);
});

test("requirements unite by the package's name and are sorted, whatever the order of the sources", () => {
  const lists = ['"pandas>=3"', '"Scikit_Learn >=1.8"', '"scikit-learn>=1.8", "typer[all]>=0.2"', '"alembic"'].slice(
    0,
    2,
  );
  const sources = lists.map((list, at) => toml(`o/${at}`, `[project]\ndependencies = [${list}]\n`));
  fc.assert(
    fc.property(fc.shuffledSubarray(sources, { minLength: 2 }), (order) => {
      expect(plain(mergeDocuments("pyproject.toml", order))).toEqual({
        project: { dependencies: ["pandas>=3", "Scikit_Learn >=1.8"] },
      });
    }),
  );
});

test("one package with two ranges is an error; group includes stay behind the packages", () => {
  const first = toml("a", '[dependency-groups]\ndev = ["ruff>=1", { include-group = "docs" }]\n');
  const other = toml("b", '[dependency-groups]\ndev = ["mypy"]\n');
  expect(plain(mergeDocuments("pyproject.toml", [first, other]))).toEqual({
    "dependency-groups": { dev: ["mypy", "ruff>=1", { "include-group": "docs" }] },
  });
  const clash = toml("c", '[dependency-groups]\ndev = ["Ruff>=2"]\n');
  expect(() => mergeDocuments("pyproject.toml", [first, clash])).toThrow(/a and c both set dependency-groups.dev/);
});

test("YAML lists of tables unite by value", () => {
  const yaml = (owner: string, text: string) => ({ owner, root: readYaml(text) });
  const merged = mergeDocuments("x.yaml", [yaml("a", "r:\n  - id: 1\n"), yaml("b", "r:\n  - id: 1\n  - id: 2\n")]);
  expect(plain(merged)).toEqual({ r: [{ id: 1 }, { id: 2 }] });
});
