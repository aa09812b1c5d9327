import { describe, expect, it } from "vitest";
import { gone, mentionsIn } from "../../../src/survey/docs.ts";
import { readManifest } from "../../../src/survey/manifests.ts";
import { graphOf, importRoot, moduleName, packagesOf } from "../../../src/survey/modules.ts";
import { clashes, meet } from "../../../src/survey/ranges.ts";
import { secretsIn } from "../../../src/survey/secrets.ts";
import { decoded, shapeOf } from "../../../src/survey/shape.ts";
import { skeletonOf } from "../../../src/survey/skeleton.ts";
import type { PythonFile } from "../../../src/survey/types.ts";

describe("manifests", () => {
  it.each([
    [
      "pyproject.toml",
      '[project]\nname = "a-b"\nrequires-python = ">=3.9"\ndependencies = ["pandas>=2"]\n[project.scripts]\nrun-it = "a:b"\n[dependency-groups]\ndev = ["pytest", {include-group = "x"}]\n[build-system]\nbuild-backend = "hatchling.build"\n',
      {
        kinds: ["PEP 621", "PEP 735", "Hatch"],
        distribution: "a-b",
        python: ">=3.9",
        requirements: ["pandas>=2", "pytest"],
        scripts: ["run-it"],
      },
    ],
    [
      "pyproject.toml",
      '[tool.poetry]\nname = "shop"\n[tool.poetry.dependencies]\npython = "^3.8"\nnumpy = {version = "^1.2", optional = true}\n[tool.poetry.group.dev.dependencies]\npytest = "*"\n',
      { kinds: ["Poetry"], distribution: "shop", python: "^3.8", requirements: ["numpy ^1.2", "pytest"] },
    ],
    ["pyproject.toml", "[tool.black]\nline-length = 100\n", { kinds: ["settings of tools only"] }],
    [
      "setup.cfg",
      "[metadata]\nname = shop\n[options]\npython_requires = >=3.6\ninstall_requires =\n    flask>=1\n    # no\n    six\n[options.entry_points]\nconsole_scripts =\n    shop = shop.cli:main\n",
      {
        kinds: ["setup.cfg"],
        distribution: "shop",
        python: ">=3.6",
        requirements: ["flask>=1", "six"],
        scripts: ["shop"],
      },
    ],
    [
      "setup.py",
      "from setuptools import setup\nsetup(\n  name='shop', python_requires='>=2.7',\n  install_requires=[\n 'six',  # x\n 'flask>=1'],\n entry_points={'console_scripts': ['shop = shop:main']})\n",
      {
        kinds: ["setup.py"],
        distribution: "shop",
        python: ">=2.7",
        requirements: ["six", "flask>=1"],
        scripts: ["shop"],
      },
    ],
    [
      "requirements-dev.txt",
      "# x\n-r base.txt\npytest==7  # why\n\n",
      { kinds: ["requirements"], requirements: ["pytest==7"] },
    ],
    ["requirements/prod.txt", "flask\r\n", { kinds: ["requirements"], requirements: ["flask"] }],
    [
      "Pipfile",
      '[packages]\nflask = "*"\n[requires]\npython_version = "3.9"\n',
      { kinds: ["Pipfile"], python: "==3.9.*", requirements: ["flask"] },
    ],
    [
      "environment.yml",
      "dependencies:\n  - python=3.10\n  - numpy>=1\n  - pip:\n    - luigi\n",
      { kinds: ["conda environment"], python: "==3.10", requirements: ["numpy>=1", "luigi"] },
    ],
  ])("%s", (path, text, wanted) => expect(readManifest(path, text)).toMatchObject(wanted));

  it("names the place where one can't be parsed", () => {
    expect(readManifest("pyproject.toml", '[project]\nname = "a"\nversion = \n').broken).toMatchObject({ line: 3 });
    expect(readManifest("environment.yml", "a: [1\nb: 2\n").broken?.line).toBeGreaterThan(0);
  });
});

describe("ranges", () => {
  it.each([
    [">=3.0,<4", ">=2", true],
    [">=3.0,<4", "~=2.0", false],
    [">=3.0,<4", "==2.1", false],
    [">=3.0,<4", "^3.1", true],
    [">=1.8,<2", "<1.8", false],
    [">=1.8,<2", "!=1.9", true],
    [">=2.3,<3", "", true],
    [">=0.20,<1", "^0.19.2", false],
  ])("%s and %s: %s", (ours, theirs, together) => expect(meet(ours, theirs)).toBe(together));

  it("a clash is told with both", () => {
    const manifests = [readManifest("requirements.txt", "Pandas==1.5.3\nnumpy\n")];
    expect(clashes(["pandas>=3.0,<4", "numpy>=2"], manifests)).toEqual([
      "requirements.txt wants Pandas==1.5.3, a module of ours pandas>=3.0,<4",
    ]);
  });
});

describe("modules", () => {
  const paths = [
    "src/shop/__init__.py",
    "src/shop/db/__init__.py",
    "src/shop/db/base.py",
    "tools/run.py",
    "pkg/__init__.py",
    "pkg/a.py",
  ];
  const packages = packagesOf(paths);
  it.each([
    ["src/shop/db/base.py", "src", "shop.db.base"],
    ["src/shop/db/__init__.py", "src", "shop.db"],
    ["tools/run.py", "tools", "run"],
    ["pkg/a.py", "", "pkg.a"],
  ])("%s", (path, root, name) => {
    expect(importRoot(path, packages)).toBe(root);
    expect(moduleName(path, root)).toBe(name);
  });

  it("are joined by who imports whom, near ones first", () => {
    const file = (path: string, text: string): PythonFile => ({
      path,
      module: moduleName(path, importRoot(path, packages)),
      isTest: false,
      shape: shapeOf({ text, encoding: "utf-8" }),
      skeleton: skeletonOf(text, (name) => name, false),
    });
    const graph = graphOf([
      file("src/shop/__init__.py", "from .db import base\nimport numpy.linalg\n"),
      file("src/shop/db/__init__.py", ""),
      file("src/shop/db/base.py", "from .. import db\nfrom . import nothing\n"),
      file("tools/run.py", "import shop.db.base\n"),
    ]);
    expect(graph.imports.get("src/shop/__init__.py")).toEqual(["src/shop/db/__init__.py", "src/shop/db/base.py"]);
    expect(graph.imports.get("src/shop/db/base.py")).toEqual(["src/shop/__init__.py", "src/shop/db/__init__.py"]);
    expect(graph.importedBy.get("src/shop/db/base.py")).toEqual(["src/shop/__init__.py", "tools/run.py"]);
    expect([...graph.foreign]).toEqual(["numpy"]);
  });
});

describe("how a file is written", () => {
  const shape = (bytes: Buffer): unknown => {
    const text = decoded(bytes);
    return text === undefined ? undefined : shapeOf(text);
  };
  it.each([
    ["a\r\n\tb\r\n", { encoding: "utf-8", ending: "crlf", indentation: "tabs", width: 1, finalNewline: true }],
    ["a\n  b\r\n", { ending: "mixed", indentation: "spaces", width: 2 }],
    ["\ufeffa\r  b\r", { encoding: "utf-8 with BOM", ending: "cr" }],
    ["if a:\n    b\nif c:\n\td", { indentation: "mixed", finalNewline: false }],
  ])("%j", (text, wanted) => expect(shape(Buffer.from(text))).toMatchObject(wanted));

  it("is read in the encoding it declares, or said to be none", () => {
    expect(shape(Buffer.from("# -*- coding: latin-1 -*-\nx = '\xe9'\n", "latin1"))).toMatchObject({
      encoding: "latin-1",
    });
    expect(shape(Buffer.from("x = '\xe9'\n", "latin1"))).toMatchObject({ encoding: "other" });
    expect(shape(Buffer.from("\ufeffx = 1\n", "utf16le"))).toMatchObject({ encoding: "utf-16" });
    expect(shape(Buffer.from("a\0b"))).toBeUndefined();
  });
});

describe("secrets", () => {
  it.each([
    'PASSWORD = "hunter2-is-long"',
    "db: postgresql://me:hunter2@db.internal/shop",
    `key = "AKIA${"A".repeat(16)}"`,
    "-----BEGIN RSA PRIVATE KEY-----",
    '"api_key": "a8f5f167f44f4964"',
  ])("%s is one, and is not shown", (line) => {
    const [found] = secretsIn("a.py", `x = 1\n${line}\n`);
    expect(found).toMatchObject({ path: "a.py", line: 2 });
    expect(JSON.stringify(found)).not.toMatch(/hunter2|a8f5|AAAA/);
  });
  it.each([
    'password = os.environ["PASSWORD"]',
    'PASSWORD = "changeme"',
    "token: ${TOKEN}",
    "url = postgresql://user:${PW}@host",
    'secret = "<your secret>"',
    'if password == "":',
  ])("%s is none", (line) => expect(secretsIn("a.py", line)).toEqual([]));
});

describe("documentation", () => {
  it("is held against what is there", () => {
    const text = [
      "# Shop",
      "Run `load_orders()`, then `gone_function()` in `src/shop/db.py` or `old/thing.py`.",
      "```sh",
      "$ python run.py --rows 3 --never",
      "python -m shop.cli",
      "python -m shop.missing",
      "python -m pytest",
      "```",
      "    python lost.py",
    ].join("\n");
    const paths = new Set(["src/shop/db.py", "run.py", "src/shop/cli.py"]);
    const found = gone(
      mentionsIn("README.md", text),
      paths,
      new Set(["shop", "shop.cli", "shop.db"]),
      new Set(["load_orders", "--rows"]),
    );
    expect(found.map(({ line, what }) => `${line} ${what}`)).toEqual([
      "2 the function gone_function",
      "2 the file old/thing.py",
      "4 the flag --never",
      "6 the module shop.missing",
      "9 the file lost.py",
    ]);
    expect(mentionsIn("CHANGELOG.md", text)).toEqual([]);
  });
});
