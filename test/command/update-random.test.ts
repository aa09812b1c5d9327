/**
 * Random base, random edits of a person, random new render: every line that a person wrote is there afterwards, and what
 * the template brings, too, unless it is named why not. `UPDATE_CASES=20000` for more of them.
 */
import { describe, expect, it } from "vitest";
import type { FileEntry, Tree } from "../../src/types.ts";
import { merge } from "../../src/update/merge.ts";
import { type Outcome, outcome, type Policy } from "../../src/update/outcome.ts";
import { same, sort } from "../../src/update/sort.ts";
import type { Now } from "../../src/update/types.ts";

const CASES = Number(process.env["UPDATE_CASES"] ?? 500);
const SEED = Number(process.env["UPDATE_SEED"] ?? 1);

/** The same numbers for the same seed: mulberry32. */
function random(seed: number) {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (most: number): number => Math.floor(next() * most);
  return {
    below,
    chance: (share: number) => next() < share,
    pick: <One>(list: readonly One[]) => list[below(list.length)] as One,
  };
}
type Random = ReturnType<typeof random>;

const WORDS = ["", "x = 1", "return x", "}", "  # note", "=======", "def f():", "import os"];
const file = (body: string | Buffer, mode = 0o644): FileEntry => ({ bytes: Buffer.from(body), mode });
const textOf = ({ bytes }: FileEntry): string => Buffer.from(bytes).toString("utf8");
const isBinary = ({ bytes }: FileEntry): boolean => Buffer.from(bytes).includes(0);
const plain = (text: string): string => text.replaceAll("\r\n", "\n").replace(/^\ufeff/, "");

/** Lines of one side are told apart by a word that no other line has. */
interface Side {
  readonly files: Map<string, FileEntry>;
  readonly written: Set<string>;
}

function edited({ files }: { readonly files: ReadonlyMap<string, FileEntry> }, mark: string, r: Random): Side {
  const side: Side = { files: new Map(files), written: new Set() };
  const line = (): string => {
    const word = `${mark}${side.written.size}`;
    side.written.add(word);
    return word;
  };
  for (const [path, was] of files) {
    if (r.chance(0.45)) continue;
    if (r.chance(0.1)) {
      side.files.delete(path);
      continue;
    }
    if (isBinary(was) || r.chance(0.04)) {
      if (r.chance(0.5)) side.files.set(path, file(`\0${line()}`));
      continue;
    }
    const lines = textOf(was).split("\n");
    for (let count = r.below(4); count > 0; count -= 1) {
      const at = r.below(lines.length);
      if (r.chance(0.4)) lines.splice(at, 0, line());
      else if (r.chance(0.5)) lines.splice(at, 1, line());
      else lines.splice(at, 1 + r.below(3));
    }
    let body = lines.join("\n");
    if (r.chance(0.08)) body = body.replaceAll("\n", "\r\n");
    if (r.chance(0.05)) body = `\ufeff${body}`;
    if (r.chance(0.06)) body = body.replace(/\n$/, "");
    const mode = r.chance(0.1) ? 0o755 : was.mode;
    const to = r.chance(0.12) ? `${r.pick(["", "new/", "a/"])}${mark}_${path.replaceAll("/", "_")}` : path;
    side.files.delete(path);
    side.files.set(to, file(body, mode));
  }
  for (let count = r.below(3); count > 0; count -= 1) {
    const path = r.pick([`a/${mark}${count}.py`, "both.py", "a/both.py", "c"]);
    if (
      !side.files.has(path) &&
      ![...side.files.keys()].some((other) => other.startsWith(`${path}/`) || path.startsWith(`${other}/`))
    )
      side.files.set(path, file(`${line()}\n${r.pick(WORDS)}\n`));
  }
  return side;
}

function baseOf(r: Random): Map<string, FileEntry> {
  const names = ["a/one.py", "a/two.py", "b/three.py", "four.md", "five.bin", "b/c/six.toml"].filter(() =>
    r.chance(0.8),
  );
  return new Map(
    names.map((name, at) => {
      if (name.endsWith(".bin")) return [name, file("\0base")] as const;
      const lines = Array.from({ length: 4 + r.below(30) }, (_, number) =>
        r.chance(0.5) ? `base ${at} ${number}` : r.pick(WORDS),
      );
      return [name, file(`${lines.join("\n")}\n`)] as const;
    }),
  );
}

const ownedBy = (files: ReadonlyMap<string, FileEntry>): Tree =>
  new Map([...files].map(([path, entry]) => [path, { ...entry, owner: "template" }]));

function nowOf(files: ReadonlyMap<string, FileEntry>): Now {
  return {
    at: (path) => {
      const entry = files.get(path);
      if (entry !== undefined) return { kind: "file", ...entry };
      return [...files.keys()].some((other) => other.startsWith(`${path}/`)) ? { kind: "folder" } : undefined;
    },
    inTheWay: (path) => [...files.keys()].find((other) => path.startsWith(`${other}/`)),
    tracked: new Map([...files].map(([path, { mode }]) => [path, (mode & 0o100) !== 0])),
  };
}

/** The files after a change, as writing would leave them. */
function applied(files: ReadonlyMap<string, FileEntry>, { change }: Outcome): Map<string, FileEntry> {
  const after = new Map(files);
  for (const path of change.removed ?? [])
    expect(after.delete(path), `${path} is removed, and was not there`).toBe(true);
  for (const one of change.operations) {
    if (one.op === "add") expect(files.has(one.path), `${one.path} is added, and is there`).toBe(false);
    if (one.op !== "keep") after.set(one.path, one.file);
  }
  return after;
}

async function check(seed: number): Promise<void> {
  const r = random(seed);
  const base = baseOf(r);
  const [ours, theirs] = [edited({ files: base }, "u", r), edited({ files: base }, "t", r)];
  const policy = r.pick<Policy>(["markers", "markers", "mine", "template"]);
  const next = ownedBy(theirs.files);
  const now = nowOf(ours.files);
  const sorted = sort(base, next, now, { restored: new Set(), renames: true });
  const names = { ours: "yours", theirs: "template" };
  const merged = await merge(sorted.contested, {
    names,
    attributes: "",
    env: process.env,
    signal: new AbortController().signal,
  });
  const found = outcome({ next, now, sorted, merged, policy });
  const after = applied(ours.files, found);
  const all = [...after.values()].map((entry) => textOf(entry)).join("\n");
  const words = new Set(all.split(/[\s\0\ufeff]+/));
  for (const word of ours.written) {
    // What a person took out again in the same breath is no line of theirs.
    if (
      ![...ours.files.values()].some((entry) =>
        textOf(entry)
          .split(/[\s\0\ufeff]+/)
          .includes(word),
      )
    )
      continue;
    expect(words.has(word), `the line ${word} is lost`).toBe(true);
  }
  const named = new Set([
    ...found.left.map(({ path }) => path),
    ...found.deleted,
    ...found.moved.flatMap(({ from, to }) => [from, to]),
  ]);
  for (const [path, entry] of ours.files) {
    const result = after.get(path);
    const untouched = same(base.get(path), theirs.files.get(path));
    if (untouched && !named.has(path))
      expect(same(result, entry), `${path} was changed, and the template did not`).toBe(true);
    if (result !== undefined && !isBinary(entry) && plain(textOf(entry)) === plain(textOf(result))) continue;
    if (result !== undefined && textOf(result).includes("<<<<<<< yours"))
      expect(named.has(path), `${path} has markers`).toBe(true);
  }
  for (const [path, entry] of theirs.files) {
    if (named.has(path) || same(base.get(path), entry) || isBinary(entry)) continue;
    for (const word of textOf(entry).split(/\s+/)) {
      if (theirs.written.has(word))
        expect(words.has(word), `the template's ${word} of ${path} is missing, unnamed`).toBe(true);
    }
  }
}

describe("an update of anything", () => {
  const share = Math.ceil(CASES / 10);
  it.each(Array.from({ length: 10 }, (_, at) => at))(
    "loses no line, part %i",
    async (part) => {
      for (let at = 0; at < share; at += 1) {
        const seed = SEED * 1_000_000 + part * share + at;
        try {
          await check(seed);
        } catch (error) {
          throw new Error(`UPDATE_SEED case ${seed}: ${(error as Error).message}`, { cause: error });
        }
      }
    },
    3_600_000,
  );
});
