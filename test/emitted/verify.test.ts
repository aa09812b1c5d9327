/** `survey --verify` with real pytest: what it says of tests of every kind, and that the tree stays as it is. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Ended, execute, must } from "../support/command.ts";
import { bundle } from "../support/places.ts";
import { scratch } from "../support/scratch.ts";
import { snapshot } from "../support/snapshot.ts";

interface Verified {
  readonly why?: string;
  readonly runner: string;
  readonly tests: readonly {
    readonly id: string;
    readonly outcome: string;
    readonly first: string;
    readonly second: string;
    readonly why: string;
    readonly asserts: boolean | null;
  }[];
  readonly broken: readonly {
    readonly name: string;
    readonly how: string;
    readonly noticed: readonly string[];
    readonly stillPass: readonly string[];
  }[];
  readonly uncollected: readonly { readonly path: string; readonly why: string }[];
  readonly foreign: readonly string[];
  readonly changed: readonly string[];
  readonly copied: { readonly left: readonly { readonly path: string; readonly why: string }[] };
}

let parent: string;
let python: string;
beforeAll(async () => {
  parent = await scratch();
  await must("uv", ["venv", "-q", join(parent, "env")], { cwd: parent });
  python = join(parent, "env", "bin", "python");
  await must("uv", ["pip", "install", "-q", "--python", python, "pytest"], { cwd: parent });
});

async function repository(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(parent, name, path)), { recursive: true });
    await writeFile(join(parent, name, path), text);
  }
  return join(parent, name);
}

/** Verifies, and holds that the tree is as it was, byte for byte. */
async function look(folder: string, ...flags: string[]): Promise<{ verify: Verified; ended: Ended }> {
  const before = snapshot(folder);
  const line = [bundle, "survey", folder, "--verify", "--yes", "--json", "--python", python, ...flags];
  const ended = await execute("node", line, { cwd: parent, env: { SHOP_KEY: "secret" } });
  expect(ended.stderr).toBe("");
  expect(snapshot(folder)).toEqual(before);
  return { verify: (JSON.parse(ended.stdout) as { survey: { verify: Verified } }).survey.verify, ended };
}

const outcomes = ({ tests }: Verified): Record<string, string> =>
  Object.fromEntries(tests.map(({ id, outcome }) => [id.replace(/^.*?::/, ""), outcome]));

const SHOP = {
  "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n[tool.pytest.ini_options]\ntestpaths = ["tests"]\n',
  "src/shop/__init__.py": "",
  "src/shop/prices.py": `"""Prices."""
import functools

def twice(amount):
    """Double."""
    return amount * 2

def tax(amount): return amount / 5

@functools.lru_cache(maxsize=0)
def rate(country):
    text = country.upper()
    return len(text)

def is_free(amount):
    return amount == 0

def inner(amount):
    return amount

def logged(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)
    return wrapper

@logged
def outer(amount):
    return inner(amount) + 1
`,
};

describe("survey --verify", () => {
  it("tells tests apart by what they come to, and by what they notice", async () => {
    const folder = await repository("kinds", {
      ...SHOP,
      ".env": "SHOP_KEY=secret\n",
      "tests/helpers.py": "def agree(a, b):\n    assert a == b\n",
      "tests/test_kinds.py": `import os, pathlib, pytest, sys
from unittest import mock
from helpers import agree
from shop.prices import is_free, outer, rate, tax, twice

seen = []

def ours(value):
    assert value

class TestClass:
    def check(self, value):
        assert value == 8

    def test_in_class(self):
        self.check(twice(4))

def test_pass():
    assert twice(2) == 4

@pytest.mark.parametrize("amount", [5, 10])
def test_many(amount):
    assert tax(amount) == amount / 5

def test_fail():
    assert twice(2) == 5

@pytest.mark.skip(reason="not today")
def test_skip():
    assert False

@pytest.mark.xfail(strict=False)
def test_known():
    assert False

def test_hash():
    assert hash("b") % 2 == hash("b") % 2 and os.environ["PYTHONHASHSEED"] == "1"

def test_order_one():
    seen.append(1)
    assert True

def test_order_two():
    assert seen == [1]

def test_never():
    rate("de")

def test_raises():
    with pytest.raises(TypeError):
        twice(None)

def test_mock():
    one = mock.Mock()
    one(1)
    one.assert_called_once_with(1)

def test_by_helper():
    ours(rate("de"))

def test_by_other_file():
    agree(rate("de"), 2)

def test_blind():
    assert not is_free(3)
    tax(3)
    assert True

def test_through():
    assert outer(1) == 2

def test_environment():
    assert "SHOP_KEY" not in os.environ and not pathlib.Path(".env").exists()

def test_writes():
    pathlib.Path("written.txt").write_text("x")
    (pathlib.Path(__file__).parent / "beside.txt").write_text("x")
    pathlib.Path(__file__).parents[1].joinpath("src/shop/prices.py").touch()
    assert True

@pytest.fixture
def bad():
    raise RuntimeError("no such server")

def test_fixture(bad):
    assert True
`,
    });
    const { verify, ended } = await look(folder);
    expect(ended.exit).toBe(0);
    expect(outcomes(verify)).toEqual({
      "TestClass::test_in_class": "passed",
      test_pass: "passed",
      "test_many[5]": "passed",
      "test_many[10]": "passed",
      test_fail: "failed",
      test_skip: "skipped",
      test_known: "xfailed",
      test_hash: "flaky",
      test_order_one: "passed",
      test_order_two: "flaky",
      test_never: "passed",
      test_raises: "passed",
      test_mock: "passed",
      test_by_helper: "passed",
      test_by_other_file: "passed",
      test_blind: "passed",
      test_through: "passed",
      test_environment: "passed",
      test_writes: "passed",
      test_fixture: "error",
    });
    const why = Object.fromEntries(verify.tests.map((test) => [test.id.replace(/^.*?::/, ""), test.why]));
    expect(why).toMatchObject({
      test_fail: "assert 4 == 5",
      test_skip: "Skipped: not today",
      test_fixture: "RuntimeError: no such server",
    });
    const idle = verify.tests.filter(({ asserts }) => asserts === false).map(({ id }) => id);
    expect(idle).toEqual(["tests/test_kinds.py::test_never"]);
    const broken = Object.fromEntries(
      verify.broken.map(({ name, how, noticed, stillPass }) => [
        name,
        [how, ...[noticed, stillPass].map((list) => list.map((id) => id.replace(/^.*?::/, "")).sort())],
      ]),
    );
    expect(broken).toEqual({
      // What another function calls is not under test by itself.
      outer: ["returns None at once", ["test_through"], []],
      is_free: ["returns True at once", ["test_blind"], []],
      tax: ["returns None at once", ["test_many[10]", "test_many[5]"], ["test_blind"]],
      twice: ["returns None at once", ["TestClass::test_in_class", "test_pass", "test_raises"], []],
      rate: ["returns None at once", ["test_by_helper", "test_by_other_file"], ["test_never"]],
    });
    expect(verify.copied.left.map(({ path }) => path)).toEqual([".env"]);
    const page = await must("node", [bundle, "survey", folder, "--verify", "--yes", "--python", python], {
      cwd: parent,
    });
    expect(page.stderr).toContain("Runs the tests of");
    expect(page.stdout).toContain(
      "- 20 tests: 14 passed, 1 failed as expected, 1 failed, 1 in error, 2 flaky, 1 skipped",
    );
    expect(page.stdout).toContain("`tests/test_kinds.py::test_order_two` passed, then failed");
    expect(page.stdout).toMatch(
      /when `tax` .* returns None at once: `tests\/test_kinds.py::test_blind`; 2 other tests notice/,
    );
  });

  it("goes on behind a test that hangs, and behind one that ends the process", async () => {
    const folder = await repository("stops", {
      ...SHOP,
      "tests/test_stops.py": `import os, subprocess, sys, time
from shop.prices import twice

def test_first():
    assert twice(1) == 2

def test_hangs():
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    time.sleep(600)

def test_dies():
    os._exit(7)

def test_loud():
    for _ in range(2000):
        sys.__stdout__.write("x" * 10000)
    assert True

def test_last():
    assert twice(2) == 4
`,
    });
    const { verify } = await look(folder, "--limit", "3");
    expect(outcomes(verify)).toEqual({
      test_first: "passed",
      test_hangs: "hangs",
      test_dies: "ends the process",
      test_loud: "passed",
      test_last: "passed",
    });
    expect(verify.tests.filter(({ why }) => why !== "").map(({ why }) => why)).toEqual([
      "exit code 7",
      "longer than 3 s",
    ]);
    expect(verify.broken.map(({ noticed }) => noticed.length)).toEqual([2]);
  });

  it("breaks the copy where an installed environment leads to the tree itself", async () => {
    const folder = await repository("installed", {
      ...SHOP,
      "tests/test_prices.py": "import shop.prices\ndef test_twice():\n    assert shop.prices.twice(1) == 2\n",
    });
    await must("uv", ["venv", "-q", join(folder, ".venv")], { cwd: parent });
    const own = join(folder, ".venv", "bin", "python");
    await must("uv", ["pip", "install", "-q", "--python", own, "pytest", "-e", folder], { cwd: parent });
    const before = snapshot(folder);
    const line = [bundle, "survey", folder, "--verify", "--yes", "--json"];
    const { stdout } = await must("node", line, { cwd: parent });
    const { verify } = (JSON.parse(stdout) as { survey: { verify: Verified & { python: string } } }).survey;
    expect(verify.python).toBe(own);
    expect(verify.foreign).toEqual([]);
    expect(verify.broken).toMatchObject([{ name: "twice", noticed: ["tests/test_prices.py::test_twice"] }]);
    expect(snapshot(folder)).toEqual(before);
  });

  it("says when a test changed the tree itself", async () => {
    const folder = await repository("reaching", SHOP);
    const target = join(folder, "reached.txt");
    await repository("reaching", {
      "tests/test_reach.py": `import time\ndef test_reach():\n    open(${JSON.stringify(target)}, "w").write(str(time.time()))\n`,
    });
    const line = [bundle, "survey", folder, "--verify", "--yes", "--json", "--python", python];
    const { stdout } = await must("node", line, { cwd: parent });
    expect((JSON.parse(stdout) as { survey: { verify: Verified } }).survey.verify.changed).toEqual(["reached.txt"]);
  });

  it("runs unittest where that is what there is", async () => {
    const folder = await repository("plain", {
      // Names of our own scripts: theirs have to be found.
      "runs.py": "",
      "source.py": "def half(n):\n    return n / 2\n",
      "prices.py": "import runs\nfrom source import half\n\ndef twice(n):\n    return n * 2\n\nassert half\n",
      "tests/test_prices.py": `import unittest
from prices import twice
from source import half

class Prices(unittest.TestCase):
    def setUp(self):
        self.one = 1
    def test_twice(self):
        self.assertEqual(twice(self.one), 2)
    def test_half(self):
        half(4)
    def test_wrong(self):
        self.assertEqual(twice(1), 3)
    @unittest.skip("later")
    def test_later(self):
        pass
    def test_parts(self):
        for n in (1, 2):
            with self.subTest(n=n):
                self.assertEqual(n, 1)
`,
      "tests/test_gone.py":
        "import unittest\nimport nowhere\nclass A(unittest.TestCase):\n    def test_a(self): pass\n",
    });
    const { verify } = await look(folder);
    expect(verify.runner).toBe("unittest");
    const named = Object.fromEntries(verify.tests.map(({ id, outcome }) => [id.split(".").at(-1), outcome]));
    expect(named).toEqual({
      test_twice: "passed",
      test_half: "passed",
      test_wrong: "failed",
      test_later: "skipped",
      test_parts: "failed",
    });
    expect(verify.tests.filter(({ asserts }) => asserts === false).map(({ id }) => id.split(".").at(-1))).toEqual([
      "test_half",
      "test_later",
    ]);
    expect(verify.broken.map(({ name, noticed, stillPass }) => [name, noticed.length, stillPass.length])).toEqual([
      ["twice", 1, 0],
      ["half", 0, 1],
    ]);
    expect(verify.uncollected).toMatchObject([{ path: "test_gone", why: expect.stringContaining("nowhere") }]);
  });

  it.each([
    ["no tests", { "prices.py": "def twice(n): return n * 2\n" }, "no tests were found"],
    ["only empty files", { ...SHOP, "tests/test_none.py": "import pytest\n" }, "no tests"],
    [
      "a conftest that fails",
      { ...SHOP, "tests/conftest.py": "import nowhere\n", "tests/test_a.py": "def test_a(): assert 1\n" },
      "nowhere",
    ],
    [
      "a file that can't be imported",
      { ...SHOP, "tests/test_a.py": "import nowhere\ndef test_a(): assert 1\n" },
      "no test could be collected",
    ],
    [
      "a hanging import",
      { ...SHOP, "tests/test_a.py": "import time\ntime.sleep(99)\ndef test_a(): assert 1\n" },
      "longer than 3 s to find",
    ],
  ])("says why of %s", async (name, files, why) => {
    const { verify, ended } = await look(await repository(name.replaceAll(" ", "-"), files), "--limit", "3");
    expect(ended.exit).toBe(2);
    expect(verify.why).toContain(why);
    expect(verify.tests).toEqual([]);
  });

  it("does without the repository's options where they end it, and says so", async () => {
    const folder = await repository("options", {
      ...SHOP,
      "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n[tool.pytest.ini_options]\naddopts = "--cov=shop"\n',
      "tests/test_a.py": "def test_a(): assert 1\n",
    });
    const { verify } = await look(folder);
    expect(outcomes(verify)).toEqual({ test_a: "passed" });
    expect(JSON.stringify(verify)).toContain("without the repository's options, which ended it");
    expect(JSON.stringify(verify)).toContain("--cov=shop");
  });

  it("says that pytest is missing, and asks before anything is run", async () => {
    const folder = await repository("asked", { ...SHOP, "tests/test_a.py": "def test_a(): assert 1\n" });
    await must("uv", ["venv", "-q", join(parent, "bare")], { cwd: parent });
    const bare = join(parent, "bare", "bin", "python");
    const page = await execute("node", [bundle, "survey", folder, "--verify", "--yes", "--python", bare], {
      cwd: parent,
    });
    expect([page.exit, page.stdout]).toEqual([2, expect.stringContaining("pytest is not installed")]);
    const settings = await repository("settings", { ".env": "KEY=1\n", "prices.py": "" });
    const found = await execute("node", [bundle, "survey", settings, "--verify", "--yes"], { cwd: parent });
    expect([found.exit, found.stdout]).toEqual([2, expect.stringContaining("no tests were found")]);
    const asked = await execute("node", [bundle, "survey", folder, "--verify", "--python", python], { cwd: parent });
    expect([asked.exit, asked.stdout]).toEqual([3, ""]);
    expect(asked.stderr).toContain("It is no prison");
    expect(asked.stderr).toContain("Add --yes");
  });
});
