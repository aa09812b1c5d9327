import { extract } from "tar-stream";
import { expect, test } from "vitest";
import { tarSize, writeTar } from "../../../src/change/tar.ts";
import type { Files } from "../../../src/types.ts";
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
