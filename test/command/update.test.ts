/** `update`: what a person wrote and what the template changed, merged; the hard cases, one each. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { snapshot } from "../support/snapshot.ts";
import { smallPack } from "../unit/small-pack.ts";
import { type Ran, run } from "./world.ts";

const LINES = Array.from({ length: 30 }, (_, at) => `line ${at}`);
const text = (...changes: readonly [number, string][]): string =>
  `${LINES.map((line, at) => changes.find(([number]) => number === at)?.[1] ?? line).join("\n")}\n`;
const code = (name: string): string =>
  `${Array.from({ length: 20 }, (_, at) => `def ${name}_${at}():\n    return ${at}`).join("\n\n\n")}\n`;

let cwd: string;
beforeEach(() => {
  cwd = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "update-")));
});
afterEach(() => fs.rmSync(cwd, { recursive: true, force: true }));

type Texts = Readonly<Record<string, string>>;
const project = (files: Texts): ReturnType<typeof smallPack> =>
  smallPack(
    Object.fromEntries(
      Object.entries(files).map(([path, body]) => [
        path.includes("/") && /^(?:options|pack)/.test(path) ? path : `project/${path}`,
        body,
      ]),
    ),
  );
const git = (...args: string[]): string =>
  execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.org", ...args], { cwd, encoding: "utf8" });
const commit = (): void => {
  git("add", "-A");
  git("commit", "-qm", "As it is", "--allow-empty");
};
const put = (path: string, body: string | Uint8Array): void => {
  fs.mkdirSync(dirname(join(cwd, path)), { recursive: true });
  fs.writeFileSync(join(cwd, path), body);
};
const read = (path: string): string => fs.readFileSync(join(cwd, path), "utf8");
const there = (path: string): boolean => fs.existsSync(join(cwd, path));

/** A project of the first files, committed. */
async function made(files: Texts): Promise<void> {
  fs.mkdirSync(cwd, { recursive: true });
  const { exit, err } = await run(cwd, [".", "--name", "rain", "--yes", "--no-install", "--no-git"], 80, [
    project(files),
  ]);
  expect([exit, err]).toEqual([0, ""]);
  git("init", "-q");
  commit();
}
const update = (files: Texts, ...argv: string[]): Promise<Ran> =>
  run(cwd, ["update", "--yes", ...argv], 80, [project(files)]);

/** Changes, committed, then updated to other files. */
async function updated(before: Texts, edit: () => unknown, next: Texts, ...argv: string[]): Promise<Ran> {
  await made(before);
  edit();
  commit();
  return update(next, ...argv);
}
const bytes = (path: string): Buffer => fs.readFileSync(join(cwd, path));
const move = (from: string, to: string): void => {
  fs.mkdirSync(dirname(join(cwd, to)), { recursive: true });
  fs.renameSync(join(cwd, from), join(cwd, to));
};
const runs = (path: string): boolean => (fs.statSync(join(cwd, path)).mode & 0o100) !== 0;

describe("what only one side changed", () => {
  it("is taken from it, and a second update changes nothing", async () => {
    const next = { "a.txt": text([5, "theirs"]), "b.txt": text(), "new.txt": "new\n" };
    const { exit, out } = await updated(
      { "a.txt": text(), "b.txt": text(), "old.txt": "old\n" },
      () => put("b.txt", text([3, "mine"])),
      next,
    );
    expect([exit, out]).toEqual([0, expect.stringContaining("written")]);
    expect([read("a.txt"), read("b.txt"), read("new.txt"), there("old.txt")]).toEqual([
      text([5, "theirs"]),
      text([3, "mine"]),
      "new\n",
      false,
    ]);
    const before = snapshot(cwd);
    expect(await update(next)).toMatchObject({ exit: 0, out: expect.stringContaining("Up to date") });
    expect(snapshot(cwd)).toEqual(before);
  });

  it("6: what lies in a folder that the template has no more stays", async () => {
    await updated({ "d/a.txt": text(), "x.txt": "x" }, () => put("d/mine.txt", "mine\n"), { "x.txt": "x" });
    expect([there("d/a.txt"), read("d/mine.txt")]).toEqual([false, "mine\n"]);
  });

  it("11: what it has no more is taken away only where it is as it was rendered", async () => {
    const ran = await updated({ "a.txt": text(), "d/b.txt": text() }, () => put("a.txt", text([1, "mine"])), {});
    expect([ran.exit, read("a.txt"), there("d")]).toEqual([2, text([1, "mine"]), false]);
  });

  it("20: bytes that are no text stay as the person has them", async () => {
    await updated({ "a.bin": "\0one" }, () => put("a.bin", "\0two"), { "a.bin": "\0one", "b.txt": "b" });
    expect(read("a.bin")).toBe("\0two");
  });

  it("38: what is rendered again is the same, so an update to the same changes nothing", async () => {
    const ran = await updated({ "a.txt": text() }, () => put("a.txt", text([1, "mine"])), { "a.txt": text() });
    expect([ran.exit, read("a.txt")]).toEqual([0, text([1, "mine"])]);
    expect(git("status", "--porcelain")).toBe("");
  });
});

describe("what both changed", () => {
  it("is merged where the lines are apart", async () => {
    const ran = await updated({ "a.txt": text() }, () => put("a.txt", text([3, "mine"])), {
      "a.txt": text([20, "theirs"]),
    });
    expect([ran.exit, read("a.txt")]).toEqual([0, text([3, "mine"], [20, "theirs"])]);
  });

  const clash = (...argv: string[]): Promise<Ran> =>
    updated({ "a.txt": text() }, () => put("a.txt", text([3, "mine"])), { "a.txt": text([3, "theirs"]) }, ...argv);

  it("stands between markers where it is the same lines, with both owners named", async () => {
    const { exit, out } = await clash();
    expect(exit).toBe(2);
    expect(out.replace(/\s+/g, " ")).toContain(
      "a.txt: you and the template changed the same lines; between markers stand yours and that of small:project",
    );
    expect(read("a.txt")).toBe(text([3, "<<<<<<< yours\nmine\n=======\ntheirs\n>>>>>>> template-0.1.0"]));
  });

  it("is the person's with --conflict mine, and the template's lies beside it", async () => {
    expect(await clash("--conflict", "mine")).toMatchObject({ exit: 2 });
    expect([read("a.txt"), read(".ml-project/conflicts/a.txt")]).toEqual([text([3, "mine"]), text([3, "theirs"])]);
  });

  it("is the template's with --conflict template, and the person's lies beside it, listed", async () => {
    const { exit, out } = await clash("--conflict", "template");
    expect([exit, out]).toEqual([2, expect.stringContaining(".ml-project/conflicts/a.txt")]);
    expect([read("a.txt"), read(".ml-project/conflicts/a.txt")]).toEqual([text([3, "theirs"]), text([3, "mine"])]);
  });

  it("1: a file that the template has no more stays when it was edited, and is named", async () => {
    const ran = await updated({ "a.txt": text(), "b.txt": "b" }, () => put("a.txt", text([3, "mine"])), {
      "b.txt": "b",
    });
    expect([ran.exit, ran.out]).toEqual([2, expect.stringContaining("a.txt: the template has it no more")]);
    expect(read("a.txt")).toBe(text([3, "mine"]));
  });

  it("12: a new file of the same name is merged or stands between markers", async () => {
    const ran = await updated({ "x.txt": "x" }, () => put("a.txt", "mine\n"), { "x.txt": "x", "a.txt": "theirs\n" });
    expect([ran.exit, read("a.txt")]).toEqual([2, "<<<<<<< yours\nmine\n=======\ntheirs\n>>>>>>> template-0.1.0\n"]);
  });

  it("19: of what is no text the person's stays, and the template's lies beside it", async () => {
    const ran = await updated({ "a.bin": "\0one" }, () => put("a.bin", "\0mine"), { "a.bin": "\0theirs" });
    expect([ran.exit, read("a.bin"), read(".ml-project/conflicts/a.bin")]).toEqual([2, "\0mine", "\0theirs"]);
  });

  it("21: notebooks merge as the lines they are", async () => {
    const book = (first: string, last: string): string =>
      `${JSON.stringify({ cells: [{ source: [first] }, ...LINES.map((line) => ({ source: [line] })), { source: [last] }] }, null, 1)}\n`;
    const ran = await updated({ "a.ipynb": book("a", "z") }, () => put("a.ipynb", book("mine", "z")), {
      "a.ipynb": book("a", "theirs"),
    });
    expect([ran.exit, read("a.ipynb")]).toEqual([0, book("mine", "theirs")]);
  });

  it("25: lines next to each other, and blocks that are alike, are never dropped", async () => {
    const block = "if x:\n    y()\n\n";
    const before = block.repeat(6);
    const mine = `${block.repeat(3)}if x:\n    mine()\n\n${block.repeat(2)}`;
    const theirs = `${block.repeat(5)}if x:\n    theirs()\n\n`;
    const ran = await updated({ "a.py": before }, () => put("a.py", mine), { "a.py": theirs });
    expect([ran.exit, read("a.py")]).toEqual([
      0,
      `${block.repeat(3)}if x:\n    mine()\n\n${block}if x:\n    theirs()\n\n`,
    ]);
  });

  it("26: a file that was reformatted as a whole is one conflict, with both sides in it", async () => {
    const loose = text().replaceAll("line ", "line   ");
    const ran = await updated({ "a.txt": text() }, () => put("a.txt", loose), { "a.txt": text([4, "theirs"]) });
    expect(ran.exit).toBe(2);
    for (const line of [...loose.split("\n"), "theirs"]) expect(read("a.txt")).toContain(line);
  });

  it("27: lines that look like markers are lines", async () => {
    const odd = (line: string): string => `Title\n=======\n<<<<<<< x\n${line}\n>>>>>>> y\n${text()}`;
    const ran = await updated({ "a.md": odd("a") }, () => put("a.md", odd("mine")), { "a.md": `${odd("a")}theirs\n` });
    expect([ran.exit, read("a.md")]).toEqual([0, `${odd("mine")}theirs\n`]);
  });

  it("takes the way of merging from .gitattributes", async () => {
    const attributes = "*.md merge=union\n";
    const ran = await updated(
      { "a.md": text() },
      () => {
        put(".gitattributes", attributes);
        put("a.md", text([3, "mine"]));
      },
      { "a.md": text([3, "theirs"]) },
    );
    expect([ran.exit, read("a.md")]).toEqual([0, text([3, "mine\ntheirs"])]);
  });
});

describe("names", () => {
  it("2: what was edited follows a file that the template has renamed", async () => {
    const ran = await updated(
      { "old.py": code("f") },
      () => put("old.py", code("f").replace("return 3", "return 33")),
      {
        "new.py": code("f").replace("return 15", "return 155"),
      },
    );
    expect([ran.exit, ran.out]).toEqual([0, expect.stringContaining("old.py is new.py now, as the template named it")]);
    expect([there("old.py"), read("new.py")]).toEqual([
      false,
      code("f").replace("return 3", "return 33").replace("return 15", "return 155"),
    ]);
  });

  it("3: so it does when only the case is another", async () => {
    const ran = await updated(
      { "Readme.py": code("f") },
      () => put("Readme.py", code("f").replace("return 3", "return 33")),
      {
        "README.py": code("f"),
      },
    );
    expect([ran.exit, there("Readme.py"), read("README.py")]).toEqual([
      0,
      false,
      code("f").replace("return 3", "return 33"),
    ]);
  });

  it("4: what the template changed follows a file that was renamed here", async () => {
    const ran = await updated(
      { "old.py": code("f") },
      () => {
        move("old.py", "sub/mine.py");
        put("sub/mine.py", code("f").replace("return 3", "return 33"));
      },
      { "old.py": code("f").replace("return 15", "return 155") },
    );
    expect([ran.exit, ran.out]).toEqual([0, expect.stringContaining("old.py is sub/mine.py now, as you named it")]);
    expect([there("old.py"), read("sub/mine.py")]).toEqual([
      false,
      code("f").replace("return 3", "return 33").replace("return 15", "return 155"),
    ]);
  });

  it("renamed on both sides: both names are there, and the file is named", async () => {
    const ran = await updated({ "old.py": code("f") }, () => move("old.py", "mine.py"), { "theirs.py": code("f") });
    expect([ran.exit, read("mine.py"), read("theirs.py")]).toEqual([2, code("f"), code("f")]);
    expect(ran.out).toContain("mine.py: you and the template gave it another name each");
  });

  it("5: files of a person's stay where a folder was renamed around them", async () => {
    const ran = await updated(
      { "old/a.py": code("a"), "old/b.py": code("b") },
      () => {
        put("old/mine.py", code("mine"));
        put("old/a.py", code("a").replace("return 3", "return 33"));
      },
      { "new/a.py": code("a"), "new/b.py": code("b") },
    );
    expect([ran.exit, there("old/a.py"), there("old/b.py"), read("old/mine.py")]).toEqual([
      0,
      false,
      false,
      code("mine"),
    ]);
    expect(read("new/a.py")).toContain("return 33");
  });
});

describe("what was deleted here", () => {
  const files = { "a.txt": text(), "sub/a.txt": text() };

  it("7, 8: stays deleted, is listed, and comes back with --restore", async () => {
    const next = { "a.txt": text([3, "theirs"]), "sub/a.txt": text() };
    const ran = await updated(files, () => fs.rmSync(join(cwd, "a.txt")), next);
    expect([ran.exit, there("a.txt")]).toEqual([0, false]);
    expect(ran.out).toContain("a.txt stays deleted, as you left it (--restore a.txt brings it back)");
    expect(await update(next, "--restore", "a.txt")).toMatchObject({ exit: 0 });
    expect(read("a.txt")).toBe(text([3, "theirs"]));
    expect(await update(next, "--restore", "a.txt")).toMatchObject({
      exit: 3,
      err: expect.stringContaining("is there"),
    });
    expect(await update(next, "--restore", "b.txt")).toMatchObject({
      exit: 3,
      err: expect.stringContaining("no b.txt"),
    });
  });

  it("9: says nothing of a file of that name elsewhere", async () => {
    await updated(files, () => fs.rmSync(join(cwd, "a.txt")), { "a.txt": text(), "sub/a.txt": text([3, "theirs"]) });
    expect([there("a.txt"), read("sub/a.txt")]).toEqual([false, text([3, "theirs"])]);
  });

  it("stays deleted under the name the template gives it", async () => {
    const ran = await updated({ "old.py": code("f"), "b.py": "b" }, () => fs.rmSync(join(cwd, "old.py")), {
      "new.py": code("f"),
      "b.py": "b",
    });
    expect([ran.exit, there("old.py"), there("new.py")]).toEqual([0, false, false]);
    expect(ran.out).toContain("new.py stays deleted");
  });
});

describe("what git does not have", () => {
  it("14: a file that is ignored is never written over", async () => {
    const ran = await updated(
      { "x.txt": "x" },
      () => {
        put(".gitignore", ".env\n");
        put(".env", "SECRET=1\n");
      },
      { "x.txt": "x", ".env": "SECRET=\n" },
    );
    expect([ran.exit, read(".env"), read(".ml-project/conflicts/.env")]).toEqual([2, "SECRET=1\n", "SECRET=\n"]);
    expect(ran.out).toContain(".env: it is not in git");
  });

  it("15: one that is as it was rendered is brought up to date", async () => {
    const ignoring = (body: string): Texts => ({ ".gitignore": "made.txt\n", "made.txt": body });
    await updated(ignoring("a\n"), () => undefined, ignoring("b\n"));
    expect(read("made.txt")).toBe("b\n");
  });

  it("16: one that is ignored no more is brought up to date, too", async () => {
    await updated({ ".gitignore": "made.txt\n", "made.txt": "a\n" }, () => put(".gitignore", ""), {
      ".gitignore": "",
      "made.txt": "b\n",
    });
    expect(read("made.txt")).toBe("b\n");
  });

  it("17, 18: nor is one that is not tracked, nor what an earlier update left", async () => {
    await made({ "a.txt": text() });
    put("new.txt", "mine\n");
    put("a.txt.rej", "old\n");
    put(".ml-project/conflicts/new.txt", "earlier\n");
    expect(await update({ "a.txt": text([3, "theirs"]), "new.txt": "theirs\n", "a.txt.rej": "x" })).toMatchObject({
      exit: 2,
    });
    expect([read("new.txt"), read(".ml-project/conflicts/new.txt"), read(".ml-project/conflicts/new.txt.2")]).toEqual([
      "mine\n",
      "earlier\n",
      "theirs\n",
    ]);
    expect([read("a.txt"), read("a.txt.rej")]).toEqual([text([3, "theirs"]), "old\n"]);
  });

  it("dirty files are never touched: if the plan needs one it is refused, and named", async () => {
    await made({ "a.txt": text(), "b.txt": text() });
    put("a.txt", text([3, "mine"]));
    put("b.txt", text([3, "mine"]));
    const before = snapshot(cwd);
    const ran = await update({ "a.txt": text([9, "theirs"]), "b.txt": text() });
    expect([ran.exit, ran.err]).toEqual([3, expect.stringMatching(/not committed[\s\S]+where {2}a\.txt\n/)]);
    expect(snapshot(cwd)).toEqual(before);
    git("checkout", "--", "a.txt");
    expect(await update({ "a.txt": text([9, "theirs"]), "b.txt": text() })).toMatchObject({ exit: 0 });
    expect([read("a.txt"), read("b.txt")]).toEqual([text([9, "theirs"]), text([3, "mine"])]);
  });
});

describe("how a file is written down", () => {
  const [mine, theirs] = [text([3, "mine é"]), text([20, "theirs ü"])];
  const both = text([3, "mine é"], [20, "theirs ü"]);
  const wide = (body: string): Buffer => Buffer.from(`\ufeff${body}`, "utf16le");
  it.each([
    ["22: with a mark at its start", (body: string) => Buffer.from(`\ufeff${body}`)],
    ["22: UTF-16, little end first", wide],
    ["22: UTF-16, big end first", (body: string) => wide(body).swap16()],
    ["23: with CRLF", (body: string) => Buffer.from(body.replaceAll("\n", "\r\n"))],
    ["23: with CRLF and a mark", (body: string) => Buffer.from(`\ufeff${body.replaceAll("\n", "\r\n")}`)],
    ["24: without a line end at its end", (body: string) => Buffer.from(body.replace(/\n$/, ""))],
    ["24: with blanks at the end of lines", (body: string) => Buffer.from(body.replace("line 1\n", "line 1  \n"))],
  ])("%s", async (_name, form) => {
    const ran = await updated({ "a.txt": text() }, () => put("a.txt", form(mine)), { "a.txt": theirs });
    expect([ran.exit, bytes("a.txt").toString("latin1")]).toEqual([0, form(both).toString("latin1")]);
  });

  it("22: latin-1 loses no byte", async () => {
    await updated({ "a.txt": text() }, () => put("a.txt", Buffer.from(text([3, "café"]), "latin1")), {
      "a.txt": text([20, "theirs"]),
    });
    expect(bytes("a.txt").equals(Buffer.from(text([3, "café"], [20, "theirs"]), "latin1"))).toBe(true);
  });

  it("a conflict in a file with CRLF has CRLF, too", async () => {
    await updated({ "a.txt": text() }, () => put("a.txt", text([3, "mine"]).replaceAll("\n", "\r\n")), {
      "a.txt": text([3, "theirs"]),
    });
    expect(read("a.txt").replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    expect(read("a.txt")).toContain("<<<<<<< yours\r\nmine\r\n=======\r\ntheirs\r\n");
  });

  it("30: whether it may be run is the person's, and follows the template where they left it", async () => {
    await made({ "a.sh": text(), "b.sh": text() });
    fs.chmodSync(join(cwd, "a.sh"), 0o755);
    commit();
    await update({ "a.sh": text([3, "theirs"]), "b.sh": text([3, "theirs"]) });
    expect([runs("a.sh"), read("a.sh"), runs("b.sh")]).toEqual([true, text([3, "theirs"]), false]);
  });

  it("30: also where the disk knows no such thing", async () => {
    await made({ "a.sh": text() });
    git("config", "core.fileMode", "false");
    git("update-index", "--chmod=+x", "a.sh");
    git("commit", "-qm", "run");
    await update({ "a.sh": text([3, "theirs"]) });
    expect(read("a.sh")).toBe(text([3, "theirs"]));
    git("add", "a.sh");
    expect(git("ls-files", "-s", "a.sh")).toMatch(/^100755/);
  });
});

describe("28: a file, a folder and a link in each other's place", () => {
  it("a file here where the template needs a folder", async () => {
    const ran = await updated({ "x.txt": "x" }, () => put("d", "mine\n"), { "x.txt": "x", "d/a.txt": "a\n" });
    expect([ran.exit, read("d"), read(".ml-project/conflicts/d/a.txt")]).toEqual([2, "mine\n", "a\n"]);
  });

  it("a folder here where the template has a file", async () => {
    const ran = await updated({ "x.txt": "x" }, () => put("d/mine.txt", "mine\n"), { "x.txt": "x", d: "a\n" });
    expect([ran.exit, read("d/mine.txt"), read(".ml-project/conflicts/d")]).toEqual([2, "mine\n", "a\n"]);
  });

  it("29: a link is neither followed nor lost, wherever it leads", async () => {
    const outside = fs.mkdtempSync(join(tmpdir(), "outside-"));
    fs.writeFileSync(join(outside, "secret"), "secret\n");
    const ran = await updated(
      { "a.txt": text(), "d/b.txt": text() },
      () => {
        fs.rmSync(join(cwd, "a.txt"));
        fs.symlinkSync(join(outside, "secret"), join(cwd, "a.txt"));
        fs.rmSync(join(cwd, "d"), { recursive: true });
        fs.symlinkSync(outside, join(cwd, "d"));
      },
      { "a.txt": text([3, "theirs"]), "d/b.txt": text([3, "theirs"]), "d/c.txt": "c" },
    );
    expect([ran.exit, fs.readlinkSync(join(cwd, "a.txt")), fs.readlinkSync(join(cwd, "d"))]).toEqual([
      2,
      join(outside, "secret"),
      outside,
    ]);
    expect([fs.readdirSync(outside), fs.readFileSync(join(outside, "secret"), "utf8")]).toEqual([
      ["secret"],
      "secret\n",
    ]);
    fs.rmSync(outside, { recursive: true });
  });
});
