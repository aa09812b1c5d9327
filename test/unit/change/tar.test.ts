import { extract } from "tar-stream";
import { expect, test } from "vitest";
import { readTar, tarSize, writeTar } from "../../../src/change/tar.ts";
import type { FileEntry, Files } from "../../../src/types.ts";
import { filesOf } from "../small-pack.ts";

interface Entry {
  readonly path: string;
  readonly mode: number | undefined;
  readonly text: string;
  readonly traces: unknown;
}

/** Reads an archive with tar-stream, a tool that did not write it. */
async function entriesOf(files: Files): Promise<Entry[]> {
  const entries: Entry[] = [];
  const stream = extract();
  stream.end(writeTar(files));
  for await (const entry of stream) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    const { name, mode, mtime, uid, gid, uname, gname } = entry.header;
    entries.push({
      path: name,
      mode,
      text: Buffer.concat(chunks).toString(),
      traces: [mtime?.getTime(), uid, gid, uname, gname],
    });
  }
  return entries;
}

test("every path, mode and byte comes back, sorted, without owner and time", async () => {
  const long = `${"deep/".repeat(30)}file.txt`;
  const endless = `a/${"x".repeat(150)}/${"y".repeat(120)}.txt`;
  const texts = { "b.txt": "b", "a/ü雨.txt": "x".repeat(512), [long]: "", [endless]: "z".repeat(70_000) };
  const files = new Map(filesOf(texts)).set("run", { bytes: new Uint8Array(3), mode: 0o755 });
  const entries = await entriesOf(files);
  expect(tarSize(files)).toBe(writeTar(files).length);
  expect(Object.fromEntries(entries.map(({ path, text }) => [path, text]))).toEqual({ ...texts, run: "\0\0\0" });
  expect(entries.map(({ path }) => path)).toEqual([...files.keys()].sort());
  expect(entries.find(({ path }) => path === "run")?.mode).toBe(0o755);
  expect(new Set(entries.map(({ traces }) => JSON.stringify(traces)))).toEqual(new Set(['[0,0,0,"",""]']));
});

test("the order in which files came makes no difference", () => {
  const files = [...filesOf({ a: "1", b: "2", "c/d": "3" })];
  expect(Buffer.compare(writeTar(new Map(files)), writeTar(new Map(files.reverse())))).toBe(0);
});

test("an empty tree is an archive, too", async () => {
  expect(await entriesOf(new Map())).toEqual([]);
});

test("what was read is written again with the same bytes, whatever came, went or changed between", () => {
  const long = `${"deep/".repeat(30)}file.txt`;
  const endless = `a/${"x".repeat(150)}/${"y".repeat(40)}.txt`;
  const before = new Map(
    filesOf({ "b.txt": "b", "a/ü雨.txt": "x".repeat(512), [long]: "", [endless]: "z".repeat(70_000) }),
  );
  before.set("run", { bytes: new Uint8Array(3), mode: 0o755 });
  const read = readTar(writeTar(before));
  expect([...read].map(([path, { bytes, mode }]) => [path, Buffer.from(bytes).toString(), mode])).toEqual(
    [...before.keys()].sort().map((path) => {
      const { bytes, mode } = before.get(path) ?? { bytes: "", mode: 0 };
      return [path, Buffer.from(bytes).toString(), mode];
    }),
  );
  expect(Buffer.compare(writeTar(read), writeTar(before))).toBe(0);
  for (const edit of [
    (files: Map<string, FileEntry>) => files.delete("b.txt"),
    (files: Map<string, FileEntry>) => files.set("b/new.txt", { bytes: Buffer.from("new"), mode: 0o644 }),
    (files: Map<string, FileEntry>) => files.set("run", { bytes: new Uint8Array(3), mode: 0o644 }),
    (files: Map<string, FileEntry>) => files.set("moved", files.get("run") ?? { bytes: new Uint8Array(), mode: 0 }),
  ]) {
    const [mine, plain] = [new Map<string, FileEntry>(read), new Map(before)];
    edit(mine);
    edit(plain);
    expect(Buffer.compare(writeTar(mine), writeTar(plain))).toBe(0);
    expect(tarSize(mine)).toBe(writeTar(plain).length);
  }
});
