/** Packs out of archives: pinned to their bytes; hostile ones are refused before anything is written, and nothing leaves them. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Header, pack } from "tar-stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hashFiles } from "../../src/packs/hash.ts";
import { readPackSync } from "../../src/packs/load.ts";
import { snapshot } from "../support/snapshot.ts";
import { smallPack } from "../unit/small-pack.ts";
import { type Ran, run } from "./world.ts";

let home: string;
beforeEach(() => {
  home = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "archives-")));
});
afterEach(() => fs.rmSync(home, { recursive: true, force: true }));

const put = (path: string, body: string | Uint8Array): void => {
  fs.mkdirSync(dirname(join(home, path)), { recursive: true });
  fs.writeFileSync(join(home, path), body);
};
const read = (path: string): string => fs.readFileSync(join(home, "rain", path), "utf8");
const manifest = (more = ""): string =>
  `name: acme\nversion: 1.0.0\ngenerator: ">=0.1 <1"\ndescription: Acme.\n${more}`;
const OURS = smallPack();
const create = (source = "acme.tar.gz"): Promise<Ran> =>
  run(home, ["rain", "--pack", source, "--yes", "--no-install", "--no-git"], 80, [OURS]);
const inside = (...argv: string[]): Promise<Ran> => run(join(home, "rain"), argv, 80, [OURS]);

type Entry = readonly [Partial<Header> & { readonly name: string }, (string | Uint8Array)?];

/** An archive with these entries behind a manifest, as an evil program would write it. */
async function archive(entries: readonly Entry[], text = manifest()): Promise<Buffer> {
  const writer = pack();
  const all: readonly Entry[] = [[{ name: "pack.yaml" }, text], ...entries];
  for (const [header, body] of all)
    writer.entry(header as Header, typeof body === "string" || body === undefined ? (body ?? "") : Buffer.from(body));
  writer.finalize();
  const pieces: Uint8Array[] = [];
  for await (const piece of writer) pieces.push(piece as Uint8Array);
  return gzipSync(Buffer.concat(pieces));
}

describe("a pack in an archive", () => {
  const folder = (): void => {
    put("src/acme-1.0.0/pack.yaml", manifest());
    put("src/acme-1.0.0/project/a.txt", "one\n");
    put("src/acme-1.0.0/project/run.sh", "#!/bin/sh\n");
    fs.chmodSync(join(home, "src/acme-1.0.0/project/run.sh"), 0o755);
  };
  const tar = (...words: string[]): unknown => execFileSync("tar", ["-czf", join(home, "acme.tar.gz"), ...words]);

  it.each([
    ["around its folder", () => tar("-C", join(home, "src"), "acme-1.0.0")],
    ["from inside it", () => tar("-C", join(home, "src/acme-1.0.0"), ".")],
  ])("packed %s has the hash of the folder", async (_how, act) => {
    folder();
    act();
    expect(await create()).toMatchObject({ exit: 0, err: "" });
    expect([read("a.txt"), fs.statSync(join(home, "rain/run.sh")).mode & 0o111]).toEqual(["one\n", 0o111]);
    const { hash } = readPackSync(join(home, "src/acme-1.0.0"));
    expect(JSON.parse(read(".ml-project/lock.json")).packs[1]).toEqual({
      name: "acme",
      version: "1.0.0",
      hash,
      source: "../acme.tar.gz",
    });
    expect(read(".ml-project/answers.yaml")).toContain('- "../acme.tar.gz"');
    expect(await inside("why", "a.txt")).toMatchObject({ exit: 0, out: expect.stringContaining("acme 1.0.0") });
  });

  it("with other bytes than the locked ones is refused with both hashes", async () => {
    put("acme.tar.gz", await archive([[{ name: "project/a.txt" }, "one\n"]]));
    expect(await create()).toMatchObject({ exit: 0, err: "" });
    const before = JSON.parse(read(".ml-project/lock.json")).packs[1].hash;
    put("acme.tar.gz", await archive([[{ name: "project/a.txt" }, "two\n"]]));
    const bytes = (text: string) => ({ bytes: Buffer.from(text), mode: 0o644 });
    const after = hashFiles(
      new Map([
        ["pack.yaml", bytes(manifest())],
        ["project/a.txt", bytes("two\n")],
      ]),
    );
    const { exit, err } = await inside("why", "a.txt");
    expect(exit).toBe(3);
    for (const hash of [before, after]) expect(err.replace(/\s+/g, "")).toContain(hash);
  });
});

const LONG = "x".repeat(256);
const ZEROS = new Uint8Array(21_000_000);

describe("refused, and nothing is written", () => {
  it.each<readonly [string, readonly Entry[], string]>([
    ["a path that leads out", [[{ name: "project/../../evil.txt" }, "x"]], "pack/path"],
    ["a path that begins above", [[{ name: "../evil.txt" }, "x"]], "pack/path"],
    ["a path that begins above, behind a dot", [[{ name: "./../evil.txt" }, "x"]], "pack/path"],
    ["an absolute path", [[{ name: "/tmp/evil.txt" }, "x"]], "pack/path"],
    ["a folder that leads out", [[{ name: "../evil/", type: "directory" }]], "pack/path"],
    ["a drive", [[{ name: "C:\\evil.txt" }, "x"]], "pack/path"],
    ["a path relative to a drive", [[{ name: "C:evil.txt" }, "x"]], "pack/path"],
    ["another machine", [[{ name: "\\\\srv\\evil.txt" }, "x"]], "pack/path"],
    ["encoded dots", [[{ name: "project/%2e%2e/evil.txt" }, "x"]], "pack/path"],
    ["doubly encoded dots", [[{ name: "project/%252e%252e/evil.txt" }, "x"]], "pack/path"],
    ["a NUL in an extended header", [[{ name: "project/a", pax: { path: "project/a\0b" } }, "x"]], "pack/path"],
    ["an escape sequence", [[{ name: "project/\u001b[2Jx" }, "x"]], "pack/path"],
    ["a reordered name", [[{ name: "project/\u202etxt.exe" }, "x"]], "pack/path"],
    ["git's own folder", [[{ name: "project/.git/config" }, "x"]], "pack/path"],
    ["git's own folder, in capitals", [[{ name: "project/.GIT/hooks/x" }, "x"]], "pack/path"],
    ["git's own folder, as Windows shortens it", [[{ name: "project/git~1/config" }, "x"]], "pack/path"],
    ["git's own folder, with a dot behind", [[{ name: "project/.git./config" }, "x"]], "pack/path"],
    ["a device of Windows", [[{ name: "project/aux.txt" }, "x"]], "pack/path"],
    ["a stream of Windows", [[{ name: "project/a.txt:b" }, "x"]], "pack/path"],
    ["an overlong name", [[{ name: `project/${LONG}` }, "x"]], "pack/path"],
    [
      "two names that differ in case",
      [
        [{ name: "project/a" }, "x"],
        [{ name: "project/A" }, "y"],
      ],
      "pack/path",
    ],
    [
      "two forms of one name",
      [
        [{ name: "project/\u00e9" }, "x"],
        [{ name: "project/e\u0301" }, "y"],
      ],
      "pack/path",
    ],
    [
      "a file twice",
      [
        [{ name: "project/a" }, "x"],
        [{ name: "project/a" }, "y"],
      ],
      "pack/path",
    ],
    [
      "a file as a folder",
      [
        [{ name: "project/a" }, "x"],
        [{ name: "project/a/b" }, "y"],
      ],
      "pack/path",
    ],
    ["a link", [[{ name: "project/a", type: "symlink", linkname: "/etc/passwd" }]], "pack/link"],
    [
      "a link to a folder, and a file below it",
      [[{ name: "project/up", type: "symlink", linkname: "../.." }], [{ name: "project/up/evil.txt" }, "x"]],
      "pack/link",
    ],
    ["a hard link", [[{ name: "project/a", type: "link", linkname: "../../etc/passwd" }]], "pack/link"],
    ["a device", [[{ name: "project/a", type: "character-device", devmajor: 1, devminor: 3 }]], "pack/link"],
    ["a pipe", [[{ name: "project/a", type: "fifo" }]], "pack/link"],
    ["a file above the limit", [[{ name: "project/a" }, ZEROS]], "pack/size"],
    ["a bomb", Array.from({ length: 10 }, (_, at): Entry => [{ name: `x/${at}` }, ZEROS]), "pack/size"],
  ])("%s", async (_what, entries, code) => {
    put("acme.tar.gz", await archive(entries));
    const before = snapshot(home);
    const { exit, out, err } = await create();
    expect([exit, out, err]).toEqual([3, "", expect.stringContaining(code)]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not be there
    expect(err).not.toMatch(/[\u001b\u202e]/);
    expect(snapshot(home)).toEqual(before);
  });

  it.each([
    ["no archive", Buffer.from("hello")],
    ["nothing", Buffer.alloc(0)],
    ["an archive of no tar", gzipSync(Buffer.from("hello".repeat(500)))],
  ])("%s", async (_what, bytes) => {
    put("acme.tar.gz", bytes);
    expect(await create()).toMatchObject({ exit: 3, err: expect.stringMatching(/pack\/(?:archive|manifest)/) });
    expect(fs.readdirSync(home)).toEqual(["acme.tar.gz"]);
  });

  it("one that ends too early", async () => {
    const whole = await archive([[{ name: "project/a" }, "x".repeat(5000)]]);
    put("acme.tar.gz", whole.subarray(0, whole.length - 40));
    expect(await create()).toMatchObject({ exit: 3, err: expect.stringContaining("pack/archive") });
  });

  it("one that extends a folder of this machine", async () => {
    put("org/pack.yaml", manifest().replace("acme", "org"));
    put("acme.tar.gz", await archive([], manifest("extends: ./org\n")));
    expect(await create()).toMatchObject({ exit: 3, err: expect.stringContaining("which is no address") });
  });
});
