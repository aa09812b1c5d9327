/** The prompts in a real terminal, from start to end, as a person types; and Ctrl-C at every moment. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { openQuestions } from "../../src/open.ts";
import { asked, keyOf } from "../../src/options/asked.ts";
import { builtinPack } from "../../src/packs/builtin.ts";
import { bundle } from "../support/places.ts";
import { scratch } from "../support/scratch.ts";
import { snapshot } from "../support/snapshot.ts";
import { Terminal } from "../support/terminal.ts";

const size = { columns: 70, rows: 40 };
const all = asked([builtinPack()]);
/** What is asked when every answer is the default. */
const open = openQuestions(all, {});
const messageOf = (key: string): string => {
  const one = all.find((other) => keyOf(other) === key);
  return one === undefined ? key : (one.as === "question" ? one.question : one.group).message;
};
/** Enough of a message to know it again when the terminal has wrapped it. */
const start = (key: string): string => messageOf(key).slice(0, 30);

let cwd: string;
let terminal: Terminal;
beforeEach(async () => {
  cwd = await scratch();
});
afterEach(() => terminal.close());

const begin = (flags: readonly string[], env: Readonly<Record<string, string>> = {}): void => {
  terminal = Terminal.open([process.execPath, bundle, ...flags], cwd, size, env);
};

const answersOf = (project: string): Record<string, unknown> =>
  parse(readFileSync(join(cwd, project, ".ml-project", "answers.yaml"), "utf8")) as Record<string, unknown>;

describe("the prompts", () => {
  it("ask everything that is open, and Enter takes the default", async () => {
    begin(["--no-install"]);
    for (const one of open) {
      await terminal.shows(start(keyOf(one)));
      terminal.type("", "Enter");
    }
    const screen = await terminal.shows("exit=0");
    if (process.env.SHOW_SCREENS) console.log(screen);
    expect(screen).toContain("files (");
    expect(screen).toMatch(/Next\n\s+cd my-project/);
    expect(existsSync(join(cwd, "my-project", ".git", "HEAD"))).toBe(true);
    expect(Object.keys(answersOf("my-project"))).toEqual(
      expect.arrayContaining(open.map(keyOf).filter((key) => key !== "problem")),
    );
  });

  it("say why an answer won't do, and take what is typed, whatever it holds", async () => {
    begin(["--no-install", "--no-git"]);
    const problem = `Who's "dry"? 5 $ & {{ x }} \\ Ägypten`;
    await terminal.shows(start("name"));
    terminal.type("class", "Enter");
    await terminal.shows("Try class-ml");
    terminal.type("-rain", "Enter");
    await terminal.shows(start("problem"));
    terminal.type(problem, "Enter");
    for (const key of open.map(keyOf).slice(2)) {
      await terminal.shows(start(key));
      if (key === "interval") {
        terminal.type("dayly", "Enter");
        await terminal.shows("cron expression");
        terminal.type("", "C-u");
        terminal.type("week");
      }
      terminal.type("", "Enter");
    }
    await terminal.shows("exit=0");
    expect(answersOf("class-rain")).toMatchObject({ name: "class-rain", problem, interval: "week" });
    expect(readFileSync(join(cwd, "class-rain", "README.md"), "utf8")).toContain("Ägypten");
  });

  it("take a file of one's own: its path, the table of its columns, the column to predict", async () => {
    const rows = Array.from({ length: 80 }, (_, at) => `c${at},${20 + (at % 50)},${at % 3 ? "yes" : "no"}`);
    writeFileSync(join(cwd, "people.csv"), ["id,age,left", ...rows].join("\n"));
    begin(["people", "--problem=", "--no-install"]);
    await terminal.shows(start("data"));
    // Wherever it stands among the others.
    for (let screen = await terminal.shows(/CSV/); !/❯[^\n]*CSV/.test(screen); screen = await terminal.shows(/CSV/)) {
      const chosen = /❯[^\n]*/.exec(screen)?.[0] ?? "";
      terminal.type("", screen.indexOf("CSV") < screen.indexOf("❯") ? "Up" : "Down");
      await terminal.shows(new RegExp(`❯(?!${chosen.slice(1, 12)})`));
    }
    terminal.type("", "Enter");
    await terminal.shows("Path of the data file");
    terminal.type("poeple.csv", "Enter");
    await terminal.shows("no such data file");
    terminal.type("", "C-u");
    terminal.type("people.csv", "Enter");
    await terminal.shows(start("target"));
    await terminal.shows(/❯ left/);
    terminal.type("", "Enter");
    await terminal.shows(/80 rows, 3 columns/);
    for (const key of ["scheduler", "interval", "database", "license", "extras"]) {
      await terminal.shows(start(key));
      terminal.type("", "Enter");
    }
    const screen = await terminal.shows("exit=0");
    if (process.env.SHOW_SCREENS) console.log(screen);
    expect(answersOf("people")).toMatchObject({ profile: { target: "left", task: "binary" } });
    expect(readdirSync(join(cwd, "people", "data", "01_raw", "people"))).toEqual(["people.csv"]);
  });
});

describe("Ctrl-C", () => {
  it.each(open.map((one, at) => [keyOf(one), at] as const))(
    "at the question for %s exits 130 and leaves nothing",
    async (_key, at) => {
      begin(["--no-install"]);
      for (const one of open.slice(0, at)) {
        await terminal.shows(start(keyOf(one)));
        terminal.type("", "Enter");
      }
      await terminal.shows(start(keyOf(open[at] ?? { as: "question", question: {} as never })));
      terminal.type("", "C-c");
      expect(await terminal.shows("exit=130")).toContain("Interrupted");
      expect(readdirSync(cwd)).toEqual([]);
    },
  );

  it.each(["TERM", "HUP", "INT"])("from outside, as SIG%s, ends a prompt, too", async (name) => {
    begin(["--no-install"]);
    await terminal.shows(start("name"));
    terminal.signal(name);
    await terminal.shows("exit=130");
    expect(readdirSync(cwd)).toEqual([]);
  });

  /** A uv that is found, and never ends installing. */
  function endlessUv(): string {
    const bin = join(cwd, "bin");
    mkdirSync(bin);
    writeFileSync(
      join(bin, "uv"),
      '#!/bin/sh\n[ "$1" = --version ] && echo "uv 9.9.9" && exit\nmkdir -p .venv/bin; echo half > .venv/bin/python; echo "Downloading something"; exec sleep 300\n',
    );
    chmodSync(join(bin, "uv"), 0o755);
    return `${bin}:/usr/bin:/bin`;
  }

  it("while packages install takes the whole project back", async () => {
    const path = endlessUv();
    begin(["rain", "--yes"], { PATH: path });
    await terminal.shows(/Installing packages with uv 9\.9\.9 +[1-9]\d* s +Downloading/);
    expect(existsSync(join(cwd, "rain", ".venv"))).toBe(true);
    terminal.type("", "C-c");
    await terminal.shows("exit=130");
    expect(readdirSync(cwd)).toEqual(["bin"]);
  });

  it("while packages install into a folder of mine leaves that folder as it was", async () => {
    const path = endlessUv();
    mkdirSync(join(cwd, "rain"));
    writeFileSync(join(cwd, "rain", "README.md"), "# Mine\n");
    writeFileSync(join(cwd, "rain", ".gitignore"), "mine\n", { mode: 0o600 });
    const before = snapshot(join(cwd, "rain"));
    begin(["rain", "--yes"], { PATH: path });
    await terminal.shows(/Installing packages .* Downloading/);
    terminal.type("", "C-c");
    await terminal.shows("exit=130");
    expect(snapshot(join(cwd, "rain"))).toEqual(before);
  });
});
