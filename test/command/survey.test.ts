import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { snapshot } from "../support/snapshot.ts";
import { run } from "./world.ts";

let cwd: string;
beforeEach(() => {
  cwd = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "survey-")));
});
afterEach(() => {
  fs.chmodSync(cwd, 0o755);
  fs.rmSync(cwd, { recursive: true, force: true });
});

const put = (path: string, content: string | Buffer = ""): void => {
  fs.mkdirSync(dirname(join(cwd, path)), { recursive: true });
  fs.writeFileSync(join(cwd, path), content);
};
const git = (...args: string[]): string =>
  execFileSync(
    "git",
    ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main", ...args],
    { cwd, encoding: "utf8" },
  );

interface Shown {
  readonly layout: { readonly shape: string; readonly kinds: readonly string[] };
  readonly git: {
    readonly kind: string;
    readonly dirty: readonly string[];
    readonly branch?: string;
    readonly underway?: string;
  };
  readonly passed: readonly { readonly path: string; readonly why: string }[];
  readonly add: { readonly form: string; readonly path: string; readonly why: readonly string[] };
  readonly modules: readonly { readonly path: string; readonly importedBy: readonly string[] }[];
  readonly uses: readonly { readonly group: string; readonly id: string }[];
  readonly untested: readonly { readonly what: string }[];
}

async function look(...argv: string[]): Promise<Shown> {
  const { exit, out, err } = await run(cwd, ["survey", ...argv, "--json"]);
  expect([exit, err]).toEqual([0, ""]);
  return (JSON.parse(out) as { survey: Shown }).survey;
}

describe("survey", () => {
  it("reads a repository, and leaves every byte of it and of .git as it was", async () => {
    put(
      "pyproject.toml",
      '[project]\nname = "corner-shop"\nrequires-python = ">=3.12"\ndependencies = ["psycopg2-binary", "pandas>=3"]\n' +
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n',
    );
    put("src/shop/__init__.py", "");
    put(
      "src/shop/orders.py",
      '"""Orders."""\nimport psycopg2\nfrom . import prices\n\ndef load(day):\n    return prices.of(day)\n\ndef rows():\n    """All."""\n',
    );
    put("src/shop/prices.py", "def of(day): return 1\n");
    put("tests/test_orders.py", "from shop.orders import load\n\ndef test_load():\n    assert load(1)\n");
    put("README.md", "Call `load()` and `forget()`.\n");
    put("ignored.log", "x");
    put(".gitignore", "*.log\n");
    git("init", "-q");
    git("add", "-A");
    git("commit", "-qm", "one");
    put("src/shop/prices.py", "def of(day): return 2\n");
    const before = snapshot(cwd);
    const found = await look();
    expect(snapshot(cwd)).toEqual(before);
    expect(found.layout).toMatchObject({ shape: "src", kinds: [] });
    expect(found.git).toMatchObject({ kind: "tree", branch: "main", dirty: ["src/shop/prices.py"] });
    expect(found.uses).toMatchObject([{ group: "database" }]);
    expect(found.add).toMatchObject({ form: "mounted", path: "src/shop/ml" });
    expect(found.untested.map(({ what }) => what)).toEqual(["rows", "of"]);
    expect(found.modules.find(({ path }) => path.endsWith("prices.py"))?.importedBy).toEqual(["src/shop/orders.py"]);
    const page = (await run(cwd, ["survey"])).out;
    expect(page).toContain("# Survey of survey-");
    expect(page).toContain("`README.md:1` the function forget");
    expect(page).not.toContain("the function load");
  });

  it("says who calls what has no docstring, by name and import", async () => {
    put("shop/__init__.py", "from .prices import of\n");
    put(
      "shop/prices.py",
      'def of(day):\n    return tax(day)\n\ndef tax(day):\n    return 1\n\ndef told():\n    """T."""\n',
    );
    put("shop/orders.py", "from shop import of\n\ndef load(day):\n    return of(day) + of(1) + told()\n");
    put("shop/other.py", "from shop import prices\n\ndef of(day):\n    return of(day - 1)\n");
    put("shop/stranger.py", "def mine():\n    return tax(1)\n");
    put("tests/test_a.py", "from shop.prices import tax\n\ndef test_a():\n    assert tax(1)\n");
    const { callers } = (await look()) as unknown as {
      callers: { path: string; what: string; calls: number; by: string[] }[];
    };
    expect(callers.map(({ path, what, calls, by }) => [path, what, calls, by])).toEqual([
      ["shop/prices.py", "of", 2, ["shop/orders.py"]],
      ["shop/other.py", "of", 1, ["shop/other.py"]],
      ["shop/prices.py", "tax", 1, ["shop/prices.py"]],
    ]);
    expect((await run(cwd, ["survey"])).out).toContain("`shop/prices.py:1` `of`: 2 calls in `shop/orders.py`");
  });

  it("survives loops, what is not ours to read, binary, UTF-16 and huge files, and names them", async () => {
    put("a.py", "x = 1\n");
    fs.symlinkSync("loop", join(cwd, "loop"));
    fs.symlinkSync("..", join(cwd, "up"));
    fs.symlinkSync("nothing.py", join(cwd, "dead.py"));
    put("binary.py", Buffer.from([1, 0, 2, 0]));
    put("wide.py", Buffer.from("\ufeffy = 1\n", "utf16le"));
    put("huge.py", Buffer.alloc(2_100_000, "#"));
    put("closed.py", "z = 1\n");
    put("line\nbreak.py", "q = 1\n");
    put(".venv/lib/x.py", "no\n");
    fs.chmodSync(join(cwd, "closed.py"), 0);
    const found = await look();
    const why = Object.fromEntries(found.passed.map(({ path, why }) => [path, why]));
    expect(why).toMatchObject({
      loop: "a link in a circle",
      up: "a link to a folder, not followed",
      "dead.py": "a link to nothing",
      "binary.py": "binary",
      "wide.py": "UTF-16, which Python does not read",
      "huge.py": "2.1 MB: too large to be written by hand",
    });
    if (process.getuid?.() !== 0) expect(why["closed.py"]).toBe("not ours to read");
    expect(found.modules.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["a.py", "wide.py", "line\nbreak.py"]),
    );
    expect(found.modules.map(({ path }) => path)).not.toContain(".venv/lib/x.py");
    expect((await run(cwd, ["survey"])).out).toContain("line\\u{a}break.py");
  });

  it.each([
    ["a bare repository", (): unknown => git("init", "-q", "--bare", "."), { kind: "bare" }],
    ["no repository", (): unknown => put("a.py"), { kind: "none" }],
    [
      "a merge that has not ended",
      (): unknown => {
        put("a.py", "1\n");
        git("init", "-q");
        git("add", "-A");
        git("commit", "-qm", "1");
        git("checkout", "-qb", "other");
        put("a.py", "2\n");
        git("commit", "-qam", "2");
        git("checkout", "-q", "main");
        put("a.py", "3\n");
        git("commit", "-qam", "3");
        return expect(() => git("merge", "-q", "other")).toThrow();
      },
      { kind: "tree", underway: "a merge", dirty: ["a.py"] },
    ],
  ])("knows %s", async (_name, prepare, wanted) => {
    prepare();
    expect((await look()).git).toMatchObject(wanted);
  });

  it.each([
    [["survey", "nowhere"], 3, "There is no such folder"],
    [["survey", "--jsn"], 3, "Did you mean --json?"],
    [["survey", "a", "b"], 3, "survey takes [DIR], not 2 words"],
    [["survey", "--json=1"], 3, "--json"],
  ])("%j is refused", async (argv, exit, told) => {
    const ran = await run(cwd, argv);
    expect(ran.exit).toBe(exit);
    expect(ran.err + ran.out).toContain(told);
  });

  it("is in the help, and has one of its own", async () => {
    expect((await run(cwd, ["--help"])).out).toContain("survey");
    expect((await run(cwd, ["survey", "--help"])).out).toContain("create-ml-project survey [DIR] [flags]");
  });
});
