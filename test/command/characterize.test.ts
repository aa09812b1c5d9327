/** `characterize` with a real Python and a real pytest: what is pinned holds, what is not is told, nothing else happens. */
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { snapshot } from "../support/snapshot.ts";
import { PYTHON } from "./with-pytest.ts";
import { type Ran, run } from "./world.ts";

let cwd: string;
beforeEach(() => {
  cwd = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "characterize-")));
});
afterEach(() => fs.rmSync(cwd, { recursive: true, force: true }));

const put = (path: string, content: string): void => {
  fs.mkdirSync(dirname(join(cwd, path)), { recursive: true });
  fs.writeFileSync(join(cwd, path), content);
};
const read = (path: string): string => fs.readFileSync(join(cwd, path), "utf8");
const characterize = (...argv: string[]): Promise<Ran> => run(cwd, ["characterize", ...argv, "--python", PYTHON]);
const plain = (text: string): string => text.replace(/\s+/g, " ");

const pytest = (...argv: string[]): { status: number | null; stdout: string } =>
  spawnSync(PYTHON, ["-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", ...argv], { cwd, encoding: "utf8" });

const BILL = `"""Bills."""
import datetime, os, random, time

def total(rows, rate=0.1):
    """What a bill comes to."""
    rows.sort()
    return {"sum": sum(rows) * (1 + rate), "n": len(rows)}

def strict(x):
    if x < 0:
        raise ValueError("negative: %s" % x)
    return x

def clock(): return datetime.datetime.now().year
def chance(): return random.random()
def order(): return list({"a", "b", "c", "d", "e", "f", "g"})
def surroundings(): return os.environ.get("RATE", "1")
def frozen(at=time.time()): return int(at)

seen = []
def counted(x):
    seen.append(x)
    return len(seen)

def login(name): return {"name": name, "password": "hunter22aB"}
def mail(name): return name + "@shop.de"
`;

describe("characterize", () => {
  it("pins results, floats, errors and changed arguments, and the test turns red when the code changes", async () => {
    put("shop/__init__.py", "");
    put("shop/bill.py", BILL);
    expect(
      (await characterize("shop/bill.py::total", "--case", "[3, 1], rate=0.5", "--case", "[0.1, 0.2]", "--yes")).exit,
    ).toBe(0);
    const text = read("tests/characterization/test_shop_bill.py");
    expect(text).toContain("a1 = [3, 1]");
    expect(text).toContain("assert_same(a1, [1, 3])  # it changes its argument");
    expect(text).toContain("rel=1e-9");
    expect(pytest("tests").status).toBe(0);
    put("shop/bill.py", BILL.replace("rows.sort()", "rows = sorted(rows)"));
    expect(pytest("tests")).toMatchObject({ status: 1, stdout: expect.stringContaining("1 failed, 1 passed") });
  });

  it("pins errors as errors, from a file of cases; 1 and 1.0 stay apart", async () => {
    put("bill.py", BILL);
    put("cases.json", '[[-1], {"x": 1.0}, [1]]');
    expect(await characterize("bill.py::strict", "--cases", "cases.json", "--yes")).toMatchObject({ exit: 0, err: "" });
    const text = read("tests/characterization/test_bill.py");
    expect(text).toContain('assert str(caught.value) == "negative: -1"');
    expect(pytest("tests").status).toBe(0);
    put("bill.py", BILL.replace("return x\n", "return float(x)\n"));
    expect(pytest("tests").stdout).toContain("1 failed, 2 passed");
    put("bill.py", BILL.replace("ValueError", "KeyError"));
    expect(pytest("tests").stdout).toContain("1 failed, 2 passed");
  });

  it.each([
    ["clock", "it depends on the clock"],
    ["chance", "it differs from run to run"],
    ["order", "it depends on the order of a set"],
    ["surroundings", "it reads the variable RATE"],
    ["frozen", "clock"],
  ])("tells that %s depends on more than its arguments, and pins nothing", async (name, why) => {
    put("bill.py", BILL);
    // Whole seconds may be the same in two runs; the clock that is set ahead is not.
    const before = snapshot(cwd);
    const { exit, err } = await characterize(`bill.py::${name}`, "--case", "", "--yes");
    expect(exit).toBe(3);
    expect(plain(err)).toContain(why);
    expect(snapshot(cwd)).toEqual(before);
  });

  it("pins what holds beside what does not, and exits with 2", async () => {
    put("bill.py", BILL);
    const { exit, err } = await characterize("bill.py::counted", "bill.py::total", "--cases", "c.yaml", "--yes");
    expect([exit, plain(err)]).toEqual([3, expect.stringContaining("no such file of cases")]);
    put("c.yaml", "counted: [[1], [2], [3]]\ntotal: [[[1, 2]]]\n");
    const some = await characterize("bill.py::counted", "bill.py::total", "--cases", "c.yaml", "--yes");
    expect([some.exit, plain(some.err)]).toEqual([2, expect.stringContaining("calls that went before")]);
    expect(read("tests/characterization/test_bill.py")).not.toContain("counted(1)");
    expect(pytest("tests").status).toBe(0);
  });

  it("refuses the socket and the file of a function, tells of both, and nothing outside is written", async () => {
    const outside = `${cwd}-outside`;
    put(
      "evil.py",
      `import socket, subprocess\ndef go():\n    try: open(${JSON.stringify(outside)}, "w").write("x")\n    except OSError: pass\n    try: subprocess.run(["touch", ${JSON.stringify(outside)}])\n    except OSError: pass\n    try: socket.create_connection(("127.0.0.1", 9))\n    except OSError: return "closed"\n`,
    );
    const { exit, err } = await characterize("evil.py::go", "--case", "", "--yes");
    expect(exit).toBe(3);
    expect(plain(err)).toMatch(/tried to write .*go \(evil.py:3\)/);
    expect(plain(err)).toMatch(/tried to subprocess.Popen .*tried to socket\./);
    expect(fs.existsSync(outside)).toBe(false);
    expect(fs.readdirSync(cwd)).toEqual(["evil.py"]);
  });

  it.each([
    ["Python 2", 'def f():\n    print "x"\n', "This file is Python 2"],
    [
      "a socket at import",
      'import socket\ntry:\n    socket.create_connection(("127.0.0.1", 9))\nexcept OSError: pass\ndef f(): return 1\n',
      "at import",
    ],
    ["a dependency that is missing", "import nothing_of_the_kind\ndef f(): return 1\n", "needs nothing_of_the_kind"],
    ["an import that ends in an error", "1 / 0\ndef f(): return 1\n", "ZeroDivisionError"],
    ["no such function", "def g(): return 1\n", "there is no f"],
    ["an object that no file holds", "def f(): return object()\n", "which no plain file holds"],
    [
      "compiled code that is called",
      "import ctypes\ndef f(): return ctypes.CDLL(None).getpid()\n",
      "which nobody watches",
    ],
    ["a file written in the tree", 'def f(): open("out.txt", "w").close()\n', "it writes out.txt"],
  ])("refuses %s with the reason", async (_what, code, why) => {
    put("old.py", code);
    const before = snapshot(cwd);
    const { exit, err } = await characterize("old.py::f", "--case", "", "--yes");
    expect([exit, plain(err)]).toEqual([3, expect.stringContaining(why)]);
    expect(snapshot(cwd)).toEqual(before);
  });

  it.each([
    ["login", "'ann'", "hunter22aB"],
    ["mail", "'ann.smith'", "ann.smith@shop.de"],
    ["total", "['4111 1111 1111 1111']", "4111 1111"],
  ])("neither shows nor writes what looks like a secret or personal: %s", async (name, typed, secret) => {
    put("bill.py", BILL);
    const { exit, out, err } = await characterize(`bill.py::${name}`, "--case", typed, "--yes");
    expect(exit).toBe(3);
    expect(out + err).not.toContain(secret);
  });

  it("records a run: its calls become cases, and it is run in the copy", async () => {
    put("bill.py", BILL);
    put(
      "run.py",
      'import bill\nfor x in (1, 2, 2, -3):\n    try: bill.strict(x)\n    except ValueError: pass\nopen("made.txt", "w").close()\n',
    );
    const { exit, err } = await characterize("bill.py::strict", "--record", "python run.py", "--yes");
    expect([exit, plain(err)]).toEqual([0, expect.stringContaining("called 4 times; 3 different calls are kept")]);
    expect(pytest("tests").stdout).toContain("3 passed");
    expect(read("tests/characterization/test_bill.py")).toContain("ValueError");
    expect(fs.existsSync(join(cwd, "made.txt"))).toBe(false);
  });

  it("runs nothing without agreement, writes nothing with --dry-run, and leaves what was edited alone", async () => {
    put("bill.py", BILL);
    execFileSync("git", ["init", "-q"], { cwd });
    const before = snapshot(cwd);
    expect(await characterize("bill.py::strict", "--case", "1")).toMatchObject({ exit: 3 });
    expect((await characterize("bill.py::strict", "--case", "1", "--dry-run")).out).toContain("Nothing was run");
    const shown = await characterize("bill.py::strict", "--case", "1", "--dry-run", "--yes");
    expect([shown.exit, shown.out]).toEqual([0, expect.stringContaining("+    assert_same(result, 1)")]);
    expect(snapshot(cwd)).toEqual(before);
    expect((await characterize("bill.py::strict", "--case", "1", "--document", "--yes")).exit).toBe(0);
    expect(read("tests/characterization/bill.md")).toContain("| `strict(1)` | `1` |");
    const first = snapshot(cwd);
    expect((await characterize("bill.py::strict", "--case", "2", "--yes")).exit).toBe(0);
    expect(await run(cwd, ["undo", "--yes"])).toMatchObject({ exit: 0, err: "" });
    expect(snapshot(cwd)).toEqual(first);
    expect(await run(cwd, ["undo", "--yes"])).toMatchObject({ exit: 0, err: "" });
    expect(snapshot(cwd)).toEqual(before);
    expect((await characterize("bill.py::strict", "--case", "2", "--yes")).exit).toBe(0);
    put("tests/characterization/test_bill.py", `# mine\n${read("tests/characterization/test_bill.py")}`);
    const edited = await characterize("bill.py::strict", "--case", "3", "--yes");
    expect([edited.exit, plain(edited.err)]).toEqual([3, expect.stringContaining("somebody wrote or edited it")]);
  });

  it("has run the tests in the copy before it shows them, and says with which pytest", async () => {
    put("bill.py", BILL);
    const { exit, out } = await characterize("bill.py::strict", "--case", "1", "--yes", "--json");
    expect([exit, JSON.parse(out)]).toEqual([
      0,
      expect.objectContaining({ ok: true, verified: expect.stringMatching(/^\d/) }),
    ]);
  });

  it.each([
    ["a case that is no literal", ["bill.py::strict", "--case", "__import__('os')"], "no list of Python literals"],
    ["no case", ["bill.py::strict"], "With what is it to be called?"],
    ["a record that is no python", ["bill.py::strict", "--record", "sh run.sh"], "starts with python"],
    ["a word that names no function", ["bill.py", "--case", ""], "names no function"],
    ["--live without --record", ["bill.py::strict", "--case", "1", "--live"], "--live goes with --record"],
  ])("refuses %s", async (_what, argv, told) => {
    put("bill.py", BILL);
    const { exit, err } = await characterize(...argv, "--yes");
    expect([exit, plain(err)]).toEqual([3, expect.stringContaining(told)]);
  });
});
