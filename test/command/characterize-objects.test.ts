/** `characterize` of methods, with how their objects are made; of async functions, which are awaited; of generators, which are listed. */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PYTHON } from "./with-pytest.ts";
import { type Ran, run } from "./world.ts";

let cwd: string;
beforeEach(() => {
  cwd = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "characterize-")));
  put("desk.py", DESK);
});
afterEach(() => fs.rmSync(cwd, { recursive: true, force: true }));

const put = (path: string, content: string): void => fs.writeFileSync(join(cwd, path), content);
const made = (): string => fs.readFileSync(join(cwd, "tests/characterization/test_desk.py"), "utf8");
const characterize = (...argv: string[]): Promise<Ran> =>
  run(cwd, ["characterize", ...argv, "--yes", "--python", PYTHON]);
const plain = (text: string): string => text.replace(/\s+/g, " ");
const pytest = (): string =>
  spawnSync(PYTHON, ["-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"], { cwd, encoding: "utf8" }).stdout;

const DESK = `import asyncio

class Account:
    kind = "plain"
    def __init__(self, start, rate=0.1):
        if start < 0:
            raise ValueError("no debts")
        self.rows, self.rate, self.lock = [start], rate, object()
    def add(self, amount):
        """Put some in."""
        self.rows.append(amount)
    def total(self):
        return sum(self.rows) * (1 + self.rate)
    async def fetch(self, n):
        await asyncio.sleep(0)
        return self.rows[0] * n
    @classmethod
    def empty(cls):
        return cls.kind
    @staticmethod
    def fee(n):
        return n / 4
    @property
    def size(self):
        return len(self.rows)

class Gold(Account):
    kind = "gold"

class Slim:
    __slots__ = ("n",)
    def __init__(self, n): self.n = n
    def up(self): self.n += 1; return self

class Bare:
    def one(self): return 1

async def wait(n):
    await asyncio.sleep(0)
    if n < 0:
        raise KeyError(n)
    return n + 1

def some(n):
    for one in range(n):
        yield one * 2

def forever():
    n = 0
    while True:
        n += 1
        yield n

def breaks():
    yield 1
    raise ValueError("half way")

async def stream(n):
    for one in range(n):
        yield one

def outer():
    def inner(): return 1
    return inner()
`;

describe("a method", () => {
  it("is pinned with its object, what it returns and what it changes, from typed cases", async () => {
    const words = [
      "desk.py::Account.add",
      "--case",
      "Account(10, rate=0.5).add(3)",
      "--case",
      "Account(1).add(amount=2)",
    ];
    const { exit, err } = await characterize(...words);
    expect([exit, err]).toEqual([0, ""]);
    expect(made()).toContain("it = desk.Account(10, rate=0.5)\n    result = it.add(3)\n");
    expect(made()).toContain("assert_same(it.rows, [10, 3])  # it changes its object");
    expect(pytest()).toContain("2 passed");
    put("desk.py", DESK.replace("self.rows.append(amount)", "self.rows.append(-amount)"));
    expect(pytest()).toContain("2 failed");
  });

  it("is pinned from a file, beside static and class methods, and documented", async () => {
    put(
      "cases.yaml",
      "Account.total: [{new: [10], call: []}, {new: {start: 1, rate: 1}, call: []}]\nAccount.fee: [[3]]\nAccount.empty: [[]]\n",
    );
    const words = ["total", "fee", "empty"].map((name) => `desk.py::Account.${name}`);
    expect(await characterize(...words, "--cases", "cases.yaml", "--document")).toMatchObject({ exit: 0, err: "" });
    expect(made()).toContain("it = desk.Account(start=1, rate=1)");
    expect(made()).toContain("result = desk.Account.fee(3)");
    expect(fs.readFileSync(join(cwd, "tests/characterization/desk.md"), "utf8")).toContain(
      "| `Account(10).total()` | `11.0` |",
    );
    expect(pytest()).toContain("4 passed");
  });

  it("is recorded with how each object was made; what came between makes it differ, and that is told", async () => {
    put(
      "run.py",
      `import asyncio
from desk import Account, Bare, Gold
one = Account(10)
one.total()
one.add(5)
one.total()
Gold(1).total()
Account(2, rate=object() and 0.5).total()
assert Gold.empty() == "gold" and Account.empty() == "plain" and Account.fee(8) == Gold.fee(8) == 2
Bare().one()
async def many():
    return await asyncio.gather(*(Account(n).fetch(3) for n in (1, 2)))
assert asyncio.run(many()) == [3, 6]
try: Bare(1)
except TypeError: pass
else: raise SystemExit("Bare took an argument")
`,
    );
    const words = ["Account.total", "Account.add", "Account.empty", "Account.fee", "Account.fetch", "Bare.one"];
    const line = [...words.map((name) => `desk.py::${name}`), "--record", "python run.py"];
    const { exit, err } = await characterize(...line);
    const told = plain(err);
    expect([exit, told]).toEqual([
      0,
      expect.stringContaining("Account.total was called 4 times; 2 different calls are kept"),
    ]);
    expect(told).toContain("A call of Account.total is not kept: it is not known how its object was made");
    expect(told).toContain("A call of Account.empty is not kept: it is called on another class");
    expect(told).not.toContain("The recorded run");
    expect(made()).toContain("result = asyncio.run(it.fetch(3))");
    // Account(10).total() twice is one call to us; the second of them, after add(5), gave something else.
    expect(pytest()).toContain("8 passed");
  });

  it("is not pinned where the real run had changed its object before", async () => {
    put("run.py", "from desk import Account\none = Account(10)\none.add(5)\none.total()\n");
    const { exit, err } = await characterize("desk.py::Account.total", "--record", "python run.py");
    expect([exit, plain(err)]).toEqual([3, expect.stringContaining("the real run gave something else")]);
  });

  it("knows attributes without a dictionary, and tells of a result that no file holds", async () => {
    const { exit, err } = await characterize("desk.py::Slim.up", "--case", "Slim(3).up()");
    expect([exit, plain(err)]).toEqual([3, expect.stringContaining("the result is a value of desk.Slim")]);
    put("desk.py", DESK.replace("self.n += 1; return self", "self.n += 1"));
    expect((await characterize("desk.py::Slim.up", "--case", "Slim(3).up()")).exit).toBe(0);
    expect(made()).toContain("assert_same(it.n, 4)");
  });

  it.each([
    [
      "whose object can't be made",
      "Account.total",
      "Account(-1).total()",
      "making its object ends with ValueError: no debts",
    ],
    [
      "of an object that no literal makes",
      "Account.total",
      "Account(open('x')).total()",
      "of a method write Account(...).total(...)",
    ],
    ["that is a property", "Account.size", "Account(1).size()", "is no function but a property"],
    ["that is none", "Account.nothing", "", "there is no Account.nothing"],
    ["that is a function in a function", "outer.inner", "", "it lives in another function"],
  ])("%s is refused with the reason", async (_what, name, typed, why) => {
    const { exit, err } = await characterize(`desk.py::${name}`, "--case", typed);
    expect([exit, plain(err)]).toEqual([3, expect.stringContaining(why)]);
  });
});

describe("a recorded call", () => {
  it("is not pinned where the same call gave something else later in the run", async () => {
    put("desk.py", `${DESK}\nseen = []\ndef count(n):\n    seen.append(n)\n    return len(seen)\n`);
    put(
      "run.py",
      "import desk\ndesk.count(1)\ndesk.count(1)\nassert desk.wait and desk.Account.fee(3) == desk.Account.fee(3)\n",
    );
    const { exit, err } = await characterize("desk.py::count", "desk.py::Account.fee", "--record", "python run.py");
    expect([exit, plain(err)]).toEqual([
      2,
      expect.stringContaining("Not pinned: count(1): the real run gave something else"),
    ]);
    expect(pytest()).toContain("1 passed");
  });

  it("is never broken by being recorded: what can't be written down is told, and the run goes on", async () => {
    put(
      "desk.py",
      "class Odd(Exception):\n    def __str__(self): raise RuntimeError\nclass Mine(dict): pass\ndef give(n): return Mine()\ndef fail(n): raise Odd(n)\n",
    );
    put("run.py", "import desk\ndesk.give(object())\ndesk.give(1)\ntry: desk.fail(1)\nexcept desk.Odd: pass\n");
    const { exit, err } = await characterize("desk.py::give", "desk.py::fail", "--record", "python run.py");
    expect([exit, plain(err)]).toEqual([3, expect.stringContaining("it raises a Odd, which can't be written")]);
    expect(plain(err)).not.toContain("The recorded run");
  });
});

describe("what does not return at once", () => {
  it("is awaited, with its errors", async () => {
    const words = ["desk.py::wait", "--case", "1", "--case=-1"];
    expect(await characterize(...words)).toMatchObject({ exit: 0, err: "" });
    expect(made()).toContain("result = asyncio.run(desk.wait(1))");
    expect(pytest()).toContain("2 passed");
    put("desk.py", DESK.replace("return n + 1", "return n + 2"));
    expect(pytest()).toContain("1 failed, 1 passed");
  });

  it("is listed up to a bound, with its errors", async () => {
    put("cases.json", '{"some": [[3], [0]], "forever": [[]], "breaks": [[]]}');
    const words = ["some", "forever", "breaks"].map((name) => `desk.py::${name}`);
    expect(await characterize(...words, "--cases", "cases.json")).toMatchObject({ exit: 0, err: "" });
    expect(made()).toContain("result = first_of(desk.some(3))\n    assert_same(result, [0, 2, 4])");
    expect(made()).toContain("99, 100])");
    expect(pytest()).toContain("4 passed");
    put("desk.py", DESK.replace("yield one * 2", "yield one * 3").replace("half way", "at once"));
    expect(pytest()).toContain("2 failed, 2 passed");
    put("desk.py", DESK.replace("        yield one * 2", "        pass\n    return [one * 2 for one in range(n)]"));
    expect(pytest()).toContain("2 failed, 2 passed");
  });

  it("is recorded by what it takes", async () => {
    put("run.py", "import desk\nassert sum(desk.some(4)) == 12\nassert next(desk.forever()) == 1\n");
    const { exit, err } = await characterize("desk.py::some", "desk.py::forever", "--record", "python run.py");
    expect([exit, plain(err)]).toEqual([0, expect.not.stringContaining("Not pinned")]);
    expect(pytest()).toContain("2 passed");
  });

  it("is refused where it is an async generator", async () => {
    const { exit, err } = await characterize("desk.py::stream", "--case", "2");
    expect([exit, plain(err)]).toEqual([3, expect.stringContaining("async_generator, which no plain file holds")]);
  });
});
