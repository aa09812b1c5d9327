/** A change of an existing folder (new files in folders that are there, others replaced, others removed): all of it, or nothing. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Change, Operation } from "../../src/types.ts";
import type { Disk } from "../../src/write/disk.ts";
import { recover, write } from "../../src/write.ts";
import { failing, full } from "../support/faulty.ts";
import { snapshot } from "../support/snapshot.ts";

let root: string;
const bytes = (text: string): Uint8Array => Buffer.from(text);
const put = (path: string, text: string, mode = 0o644): void => {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text, { mode });
};

function prepare(): void {
  put("src/shop/models/__init__.py", "# theirs\r\n");
  put("src/shop/old/model.py", "old");
  put("src/shop/old/deep/notes.txt", "notes");
  put("conf.toml", "a = 1", 0o755);
  put("gone.txt", "gone", 0o600);
}

const add = (path: string): Operation => ({
  op: "add",
  path,
  file: { bytes: bytes(path), mode: 0o644, owner: "part/model:new" },
});
const change: Change = {
  operations: [
    add("src/shop/models/new/model.py"),
    add("src/shop/models/new/sub/x.py"),
    add("tests/unit/test_new.py"),
    add("plain.txt"),
    {
      op: "replace",
      path: "conf.toml",
      file: { bytes: bytes("a = 2"), mode: 0o755, owner: "x" },
      before: { bytes: bytes("a = 1"), mode: 0o755 },
      diff: "",
    },
  ],
  removed: ["src/shop/old", "gone.txt"],
};

const make = (disk?: Disk): Promise<unknown> =>
  write(change, { path: root, shown: ".", exists: true, kept: new Map() }, disk === undefined ? {} : { disk });

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "add-faults-")));
  prepare();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it("adds inside folders that are there, replaces and removes, and touches nothing else", async () => {
  const before = snapshot(root);
  await make();
  const after = snapshot(root);
  const differing = Object.keys({ ...before, ...after }).filter((path) => before[path] !== after[path]);
  expect(differing.sort()).toEqual([
    "conf.toml",
    "gone.txt",
    "plain.txt",
    "src/shop/models/new",
    "src/shop/models/new/model.py",
    "src/shop/models/new/sub",
    "src/shop/models/new/sub/x.py",
    "src/shop/old",
    "src/shop/old/deep",
    "src/shop/old/deep/notes.txt",
    "src/shop/old/model.py",
    "tests",
    "tests/unit",
    "tests/unit/test_new.py",
  ]);
});

it("is as before when any one operation fails, and at the next start when the process died at it", async () => {
  const counting = failing(0, full, false);
  await make(counting.disk);
  const whole = snapshot(root);
  const pid = process.pid;
  for (const dead of [false, true]) {
    for (let at = 1; at <= counting.count(); at += 1) {
      rmSync(root, { recursive: true, force: true });
      mkdirSync(root, { mode: 0o700 });
      prepare();
      const before = snapshot(root);
      // As a process that is no more, so that what it leaves may be cleared away.
      Object.defineProperty(process, "pid", { value: 2 ** 30, configurable: true });
      const failed = await make(failing(at, full, dead).disk).then(
        () => undefined,
        (error: unknown) => error,
      );
      Object.defineProperty(process, "pid", { value: pid, configurable: true });
      const what = `operation ${at}, ${dead ? "killed" : "refused"}`;
      if (!dead && failed !== undefined) expect(snapshot(root), what).toEqual(before);
      recover(root);
      const after = JSON.stringify(snapshot(root));
      expect(after === JSON.stringify(before) || after === JSON.stringify(whole), what).toBe(true);
      if (failed === undefined) expect(after, what).toBe(JSON.stringify(whole));
    }
  }
});
