/** Dependencies into a `pyproject.toml`: every byte of theirs stays, and it means what it meant and the new group. */
import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import { type Added, withDependencies } from "../../../src/edit/manifest.ts";
import { bytesOf, textOf } from "../../../src/edit/text.ts";

const NEEDS = ["pandas>=3.0,<4", "scikit-learn>=1.8,<2"];
const LINE = 'ml = ["pandas>=3.0,<4", "scikit-learn>=1.8,<2"]';

const manifest = (text: string) => ({ path: "pyproject.toml", bytes: bytesOf(text) });
const add = (text: string, locks: readonly string[] = [], others: readonly string[] = []): Added =>
  withDependencies(
    [{ path: "pyproject.toml", bytes: bytesOf(text) }, ...others.map((path) => ({ path, bytes: bytesOf("") }))],
    NEEDS,
    "ml",
    locks,
  );
const edited = (text: string, locks: readonly string[] = []): string => {
  const { edits, added } = add(text, locks);
  expect(added).toEqual([]);
  return textOf(edits[0] as { path: string; bytes: Uint8Array });
};

describe("an extra in [project]", () => {
  it("comes behind the last one of the table", () => {
    const before =
      '[project]\nname = "x"\n\n[project.optional-dependencies] # extras\ndev = [\n  "pytest",  # [not.a.header]\n] # end\n# after\n\n[tool.x]\na = 1\n';
    expect(edited(before)).toBe(before.replace("] # end\n", `] # end\n${LINE}\n`));
  });

  it("goes into an empty table", () => {
    const before = '[project.optional-dependencies]\n\n[project]\nname = "x"';
    expect(edited(before)).toBe(before.replace("dependencies]\n", `dependencies]\n${LINE}\n`));
  });

  it("gets a table behind the tables of the project, with their line endings", () => {
    const before =
      '\ufeff[project]\r\nname = "x"\r\n[project.urls]\r\nhome = "http://x"\r\n# the build\r\n[build-system]\r\nrequires = []\r\n';
    expect(edited(before)).toBe(before.replace("# the", `\r\n[project.optional-dependencies]\r\n${LINE}\r\n\r\n# the`));
  });

  it("leaves a last line without an ending as it is", () => {
    expect(edited('[project]\nname = "x"')).toBe(`[project]\nname = "x"\n\n[project.optional-dependencies]\n${LINE}`);
  });

  it("is one more dotted key where theirs are", () => {
    const before = '[project]\n\tname = "x"\n\toptional-dependencies."d.ev" = ["pytest"]\n\tversion = "1"\n';
    expect(edited(before)).toBe(before.replace('st"]\n', `st"]\n\toptional-dependencies.${LINE}\n`));
  });

  it("is indented as the pairs of its table", () => {
    const before = "[project.optional-dependencies]\n\tdev = []\n";
    expect(edited(before)).toBe(`${before}\t${LINE}\n`);
  });

  it("is called as installers spell it, so that a name of theirs is seen", () => {
    const theirs = '[project]\nname = "x"\n[project.optional-dependencies]\n"Ml.Models" = ["x"]\n';
    const { edits } = withDependencies([manifest(theirs)], NEEDS, "ml_models", []);
    expect(edits[0] && textOf(edits[0])).toContain("\nml-models-models = ");
  });

  it("takes over the indentation and the quotes of their lists", () => {
    const before = "[project]\ndependencies = [\n\t'numpy',\n]\n";
    const { edits } = withDependencies(
      [{ path: "pyproject.toml", bytes: bytesOf(before) }],
      ["a", "b", "c", "d ; os_name == 'nt'"],
      "ml",
      [],
    );
    expect(textOf(edits[0] as { path: string; bytes: Uint8Array })).toBe(
      `${before}\n[project.optional-dependencies]\nml = [\n\t'a',\n\t'b',\n\t'c',\n\t"d ; os_name == 'nt'",\n]\n`,
    );
  });

  it("has another name where the wanted one is taken, by whatever tool and however it is spelled", () => {
    const before =
      '[project]\nname = "x"\n[project.optional-dependencies]\nML = ["x"]\n[dependency-groups]\nml_models = []\n';
    expect(parse(edited(before))).toMatchObject({ project: { "optional-dependencies": { "ml-module": NEEDS } } });
  });

  it("is taken as it is where all of it is there", () => {
    const before = `[project]\nname = "x"\n[project.optional-dependencies]\nml = ['Scikit_Learn >= 1.8, <2', "pandas>=3.0,<4", "mine"]\n`;
    expect(add(before, ["uv.lock"])).toMatchObject({ edits: [], added: [], install: "uv sync --extra ml" });
  });

  it("is put into a file of its own where the table is inline or dynamic", () => {
    for (const form of ["optional-dependencies = { dev = [] }", 'dynamic = ["version", "optional-dependencies"]']) {
      const { edits, added, notes, install } = add(`[project]\nname = "x"\n${form}\n`);
      expect(edits).toEqual([]);
      expect(added.map(textOf)).toEqual(["pandas>=3.0,<4\nscikit-learn>=1.8,<2\n"]);
      expect(notes[0]).toMatch(/^pyproject\.toml is left alone: .*To have it there, add: ml = /);
      expect(install).toBe("pip install -r requirements-ml.txt");
    }
  });
});

describe("a group", () => {
  it("is used where no project is declared", () => {
    const before = '[dependency-groups]\ndev = [{ include-group = "test" }]\ntest = []\n';
    expect(edited(before)).toBe(`${before}${LINE}\n`);
    expect(add(before).install).toBe("pip install --group ml");
  });

  it("is Poetry's own where [tool.poetry] declares the project, and optional", () => {
    const before =
      '[tool.poetry]\nname = "x"\n\n[tool.poetry.dependencies]\npython = "^3.11"\n\n[build-system]\nrequires = []\n';
    const group =
      '[tool.poetry.group.ml]\noptional = true\n\n[tool.poetry.group.ml.dependencies]\npandas = ">=3.0,<4"\nscikit-learn = ">=1.8,<2"\n\n';
    expect(edited(before, ["poetry.lock"])).toBe(before.replace("[build", `${group}[build`));
    const { install, notes } = add(before, ["poetry.lock"]);
    expect(install).toBe("poetry install --with ml");
    expect(notes).toContain("poetry.lock is left alone. Refresh it: poetry lock");
  });
});

describe("who installs it", () => {
  it.each([
    ["[tool.uv]\n", [], "uv sync --extra ml"],
    ["[tool.pdm]\n", [], "pdm install -G ml"],
    ["[tool.pdm]\n", ["uv.lock"], "uv sync --extra ml"],
    ['[build-system]\nbuild-backend = "poetry.core.masonry.api"\n', [], "poetry install --extras ml"],
    ['[build-system]\nbuild-backend = "hatchling.build"\n', [], 'pip install -e ".[ml]"'],
  ])("%j with locks %j", (settings, locks, command) => {
    expect(add(`${settings}[project]\nname = "x"\n`, locks).install).toBe(command);
  });
});

it("refuses what can't be read, with the place", () => {
  expect(() => add('[project]\nname = "x\n')).toThrowError(
    expect.objectContaining({ code: "manifest/syntax", where: expect.stringMatching(/^pyproject\.toml:2:\d+$/) }),
  );
  expect(() =>
    withDependencies([{ path: "pyproject.toml", bytes: Uint8Array.of(0x61, 0xff) }], NEEDS, "ml", []),
  ).toThrowError(expect.objectContaining({ code: "manifest/encoding" }));
});

it("says that uv and Poetry take out other extras", () => {
  const text = '[project]\nname = "x"\n[project.optional-dependencies]\ndev = []\n';
  expect(add(text, ["uv.lock"]).notes).toContain(
    "uv takes out what other extras brought (dev), unless they are named with ml.",
  );
  expect(add(text).notes).toHaveLength(1);
});

it("names the other manifests it leaves", () => {
  expect(add('[project]\nname = "x"\n', [], ["setup.py", "requirements.txt"]).notes[0]).toBe(
    "The dependencies are in pyproject.toml, in the extra ml. It declares the project; setup.py, requirements.txt stay as they are.",
  );
});
