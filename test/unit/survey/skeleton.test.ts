import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { skeletonOf } from "../../../src/survey/skeleton.ts";

const read = (text: string, isTest = false): ReturnType<typeof skeletonOf> => skeletonOf(text, (name) => name, isTest);
const names = (text: string): string[] => read(text).functions.map(({ name }) => name);

describe("a Python file by its lines", () => {
  it("has its definitions with their owners, places and docstrings", () => {
    const found = read(
      [
        '"""Of the module."""',
        "",
        "@decorated(1)",
        "class Shop(Base, metaclass=Meta):",
        "    '''Of the class.'''",
        "    async def open(",
        "        self, at: dict[str, int] = {'a': 1},  # : (",
        "    ) -> None:",
        "        def inner(): return 1",
        "",
        "    def shut(self): 'short'",
        "def after(*, a=')', b: 'x'): pass",
      ].join("\n"),
    );
    expect(found.docstring).toBe(true);
    expect(found.classes).toMatchObject([{ name: "Shop", line: 4, docstring: true, bases: "Base, metaclass=Meta" }]);
    expect(found.functions).toMatchObject([
      {
        name: "Shop.open",
        line: 6,
        lastLine: 9,
        inside: "class",
        parameters: "self, at: dict[str, int] = {'a': 1}",
        docstring: false,
      },
      { name: "Shop.open.inner", line: 9, inside: "function" },
      { name: "Shop.shut", line: 11, docstring: true },
      { name: "after", line: 12, inside: "module", parameters: "*, a=')', b: 'x'" },
    ]);
  });

  it("is not led astray by strings, comments and continued lines", () => {
    expect(
      names("x = '''\ndef no(): pass\n'''\n# def no2(): pass\ny = 'def no3(): \\\n pass'\ndef yes(): pass\n"),
    ).toEqual(["yes"]);
    expect(names('s = r"\\"\ndef yes(): pass\n')).toEqual(["yes"]);
    expect(names('s = f"{a[\'b\']}" \\\n  + "("\ndef yes(): pass\n')).toEqual(["yes"]);
    expect(names("if x: import a; import b\nfor y in z: def_ = 1\n")).toEqual([]);
  });

  it("tells imports by where they happen", () => {
    const found = read(
      [
        "import os, sys as system",
        "from ..shop.models import (  # all",
        "    Order as O,",
        "    Item,",
        ")",
        "try: import json5",
        "except ImportError: json5 = None",
        "if TYPE_CHECKING:",
        "    import pandas",
        "def f():",
        "    from . import late",
        "if __name__ == '__main__':",
        "    import argparse",
      ].join("\n"),
    );
    expect(found.main).toBe(true);
    expect(found.imports).toMatchObject([
      { module: "os", level: 0, atImport: true, guarded: false, line: 1 },
      { module: "sys" },
      { module: "shop.models", level: 2, names: ["Order", "Item"], line: 2 },
      { module: "json5", guarded: true, atImport: true },
      { module: "pandas", atImport: false },
      { module: "", level: 1, names: ["late"], atImport: false },
      { module: "argparse", atImport: false },
    ]);
  });

  it("tells what happens on import, and does not show the values", () => {
    const found = read(
      [
        "import sqlite3",
        "logger = logging.getLogger(__name__)",
        'DB = sqlite3.connect("secret.db")',
        "ROWS = [int(x) for x in range(3)]",
        "print('loaded')",
        "start()",
        "os.environ['A'] = '1'",
        "def f(): open('x')",
        "class C:",
        "    cache = make()",
        "if __name__ == '__main__':",
        "    main()",
      ].join("\n"),
    );
    expect(found.effects).toEqual([
      { line: 3, what: "connects to a database: DB = sqlite3.connect(…)" },
      { line: 5, what: "calls print(…)" },
      { line: 6, what: "calls start()" },
      { line: 7, what: "changes the process: os.environ[…] = …" },
    ]);
  });

  it.each([
    ["print 'a'", "a print statement"],
    ["print >>sys.stderr, x", "a print statement"],
    ["try: pass\nexcept IOError, e: pass", "except X, error"],
    ["raise ValueError, 'x'", "raise X, message"],
    ["exec 'x' in d", "an exec statement"],
    ["if a <> b: pass", "the operator <>"],
    ["x = `y`", "backticks for repr()"],
  ])("knows Python 2 by %j", (text, what) => {
    expect(read(`def f():\n    pass\n${text}\n`).python2).toMatchObject({ what, line: expect.any(Number) });
  });

  it.each([
    "print('a')",
    "print = log",
    "print\n",
    "print.x()",
    "exec('x')",
    "raise X(1, 2)",
    "except_ = a, b",
    "x = '<>`'",
    "def print(a): pass",
  ])("does not take %j for Python 2", (text) => expect(read(text).python2).toBeUndefined());

  it.each([
    ["def f(:\n    pass\n\ndef g(): pass\n", 1, "a bracket is not closed", ["f", "g"]],
    ["x = (1,\n\ndef g(): pass\n", 1, "a bracket is not closed", ["g"]],
    ["x = 1)\ndef g(): pass\n", 1, "a bracket is closed that was never opened", ["g"]],
    ["x = 'a\ndef g(): pass\n", 1, "a string is not closed", ["g"]],
    ["if x:\n        a\n    b\ndef g(): pass\n", 3, "its indentation fits no line above", ["g"]],
    ['def g(): pass\nx = """never', 2, "a string is not closed", ["g"]],
  ])("says where %j is broken, and reads on", (text, line, what, found) => {
    expect(read(text).broken).toEqual({ line, what });
    expect(names(text)).toEqual(found);
  });

  it("knows which tests assert nothing", () => {
    const text =
      "def test_a():\n    assert x\ndef test_b():\n    run()\ndef test_c():\n    with pytest.raises(E): run()\nclass T(TestCase):\n    def test_d(self):\n        self.assertEqual(1, f(2))\n";
    expect(read(text, true).functions.map(({ name, asserts }) => [name, asserts])).toEqual([
      ["test_a", true],
      ["test_b", false],
      ["test_c", true],
      ["T.test_d", true],
    ]);
  });

  it("never fails, and ends, whatever the text", () => {
    const piece = fc.constantFrom(
      "def f(",
      "):",
      "\n",
      "    ",
      "\t",
      "'''",
      '"',
      "'",
      "\\",
      "#",
      "(",
      ")",
      "class A",
      "import x",
      ";",
      ":",
      "\r\n",
      "é",
      "if x: ",
      "@d",
      "`",
      "<>",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join("");
        const { lines, functions } = read(text);
        expect(lines).toBe(text === "" ? 0 : text.split("\n").length - (text.endsWith("\n") ? 1 : 0));
        for (const { line, lastLine } of functions) expect(lastLine).toBeGreaterThanOrEqual(line);
      }),
      { numRuns: 500 },
    );
  });
});
