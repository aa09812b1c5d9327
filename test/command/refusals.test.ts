/** Everything that is refused before the first byte, from the command line, with its code and a message that says what to do. */
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { run } from "./world.ts";

let cwd: string;
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), "refusals-")));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cwd, { recursive: true, force: true });
});

const rows = (count: number, row: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => row(at)).join("\n");
const people = (count = 100): string =>
  `id,age,left\n${rows(count, (at) => `c${at},${20 + (at % 50)},${at % 3 ? "yes" : "no"}`)}\n`;
const file = (name: string, content: string | Uint8Array): void => writeFileSync(join(cwd, name), content);
const nothing = (): void => undefined;

interface Case {
  readonly what: string;
  readonly prepare: () => void;
  readonly argv: readonly string[];
  readonly code: string | RegExp;
  /** What the advice has to hold. */
  readonly fix?: string;
}

const target = (what: string, prepare: () => void, directory: string, code: string): Case => ({
  what,
  prepare,
  argv: [directory, "--yes"],
  code,
});
const data = (
  what: string,
  content: string | Uint8Array | undefined,
  code: string | RegExp,
  column = "left",
): Case => ({
  what: `a data file ${what}`,
  prepare: () => content !== undefined && file("my.csv", content),
  argv: ["shop", "--yes", "--data", "my.csv", "--target", column],
  code,
});

const cases: readonly Case[] = [
  target("a target that is a file", () => file("rain", ""), "rain", "target/file"),
  target("a target that is a link", () => symlinkSync("elsewhere", join(cwd, "rain")), "rain", "target/link"),
  target(
    "a target inside a package",
    () => {
      mkdirSync(join(cwd, "shop"));
      file("shop/__init__.py", "");
    },
    "shop/rain",
    "target/inside-package",
  ),
  target("a target that is not empty", () => file("notes.txt", ""), ".", "target/not-empty"),
  ...(["class", "email", "pandas", "nul", "2rain", "日本"] as const).map((name) => ({
    what: `the name ${name}`,
    prepare: nothing,
    argv: ["shop", "--yes", "--name", name],
    code: /^name\//,
    fix: "--name ",
  })),
  {
    what: "a folder whose name can't be imported",
    prepare: nothing,
    argv: ["json", "--yes"],
    code: "name/stdlib",
    fix: "--name json-ml",
  },
  {
    what: "an over-long name",
    prepare: nothing,
    argv: ["shop", "--yes", `--name=${"x".repeat(61)}`],
    code: "name/long",
  },
  data("that is missing", undefined, "data/missing"),
  data("that is empty", "", "data/empty"),
  data(
    "of binary junk",
    new Uint8Array(4096).map((_, at) => (at * 7919) % 256),
    /^data\//,
  ),
  data("with a doubled header", people().replace("age", "id"), /^data\//),
  data("with an empty header", people().replace("age", ""), /^data\//),
  data("without the target", people(), /^data\//, "gone"),
  data("with one class only", people().replaceAll("no", "yes"), /^data\//),
  data("with an empty target", people().replaceAll(/(yes|no)$/gm, ""), /^data\//),
  data("with too few rows", people(8), /^data\//),
  {
    what: "a data folder",
    prepare: () => mkdirSync(join(cwd, "my")),
    argv: ["shop", "--yes", "--data", "./my", "--target", "x"],
    code: "data/directory",
  },
  {
    what: "a data file without a target",
    prepare: () => file("my.csv", people()),
    argv: ["shop", "--yes", "--data", "my.csv"],
    code: "answer/missing",
    fix: "id, age, left",
  },
  {
    what: "an unknown option",
    prepare: nothing,
    argv: ["shop", "--yes", "--license", "mitt"],
    code: "option/unknown",
    fix: "mit",
  },
  {
    what: "an unknown interval",
    prepare: nothing,
    argv: ["shop", "--yes", "--interval", "dayly"],
    code: "answer/value",
  },
  {
    what: "an unknown flag",
    prepare: nothing,
    argv: ["shop", "--yes", "--licens", "mit"],
    code: "flag/unknown",
    fix: "--license",
  },
  {
    what: "an answer with a bidirectional character",
    prepare: nothing,
    argv: ["shop", "--yes", "--problem", "a\u202eb"],
    code: "answer/characters",
  },
  {
    what: "an answers file with an unknown key",
    prepare: () => file("a.yaml", "licence: mit\n"),
    argv: ["shop", "--yes", "--answers", "a.yaml"],
    code: "answer/unknown",
    fix: "license",
  },
  {
    what: "an answers file with a wrong type",
    prepare: () => file("a.yaml", "name: 3\n"),
    argv: ["shop", "--yes", "--answers", "a.yaml"],
    code: "answer/type",
  },
  {
    what: "an answers file with an alias bomb",
    prepare: () => file("a.yaml", "extras: &a [x]\nname: *a\n"),
    argv: ["shop", "--yes", "--answers", "a.yaml"],
    code: "answer/aliases",
  },
  {
    what: "an answers file that is missing",
    prepare: nothing,
    argv: ["shop", "--yes", "--answers", "a.yaml"],
    code: "answer/file",
  },
  {
    what: "an answers file that is not text",
    prepare: () => file("a.yaml", new Uint8Array([0xff, 0xfe, 0xfd])),
    argv: ["shop", "--yes", "--answers", "a.yaml"],
    code: "answer/file",
  },
  {
    what: "open questions without a terminal",
    prepare: nothing,
    argv: ["shop"],
    code: "answer/missing",
    fix: "--scheduler=",
  },
];

describe("refused before the first byte", () => {
  it.each(cases)("$what", async ({ prepare, argv, code, fix = "" }) => {
    prepare();
    const before = readdirSync(cwd, { recursive: true }).sort();
    const { exit, out, err } = await run(cwd, [...argv, "--no-install", "--json"]);
    expect(err).toBe("");
    const document = JSON.parse(out) as {
      ok: boolean;
      exit: number;
      error: { code: string; what: string; fix: string };
    };
    expect(document).toMatchObject({ ok: false, exit: 3 });
    expect(exit).toBe(3);
    expect(document.error.code).toMatch(typeof code === "string" ? new RegExp(`^${code}$`) : code);
    expect(document.error.what).not.toBe("");
    expect(document.error.fix).toContain(fix);
    expect(readdirSync(cwd, { recursive: true }).sort()).toEqual(before);
  });

  it("a machine with neither uv nor Python, with the command that installs uv", async () => {
    vi.stubEnv("PATH", join(cwd, "nothing"));
    const { exit, err } = await run(cwd, ["rain", "--yes"]);
    expect(exit).toBe(4);
    expect(err).toContain("curl -LsSf https://astral.sh/uv/install.sh | sh");
    expect(err).toContain("--no-install");
    expect(readdirSync(cwd)).toEqual([]);
  });

  it("in words a person reads at 60 columns", async () => {
    file("notes.txt", "");
    const { err } = await run(cwd, [".", "--yes", "--no-install"], 60);
    expect(err).toMatch(/✗ "\." is not empty: it holds notes\.txt/);
    for (const line of err.split("\n")) if (!line.includes("/")) expect(line.length, line).toBeLessThanOrEqual(60);
  });
});
