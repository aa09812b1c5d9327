/**
 * All or nothing: the write fails at every operation in turn, the process is killed, interrupted or runs out of room
 * during real creates. Afterwards the folder is as before, or the project is whole; never anything between.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { changeInto } from "../../src/change/change.ts";
import { WriteFailed } from "../../src/errors.ts";
import { select } from "../../src/options/select.ts";
import { builtinPack } from "../../src/packs/builtin.ts";
import { plan } from "../../src/plan.ts";
import { checkTarget } from "../../src/refuse/target.ts";
import { render } from "../../src/render.ts";
import type { Disk } from "../../src/write/disk.ts";
import { recover, write } from "../../src/write.ts";
import { testEnvironment } from "../support/command.ts";
import { failing, full } from "../support/faulty.ts";
import { bundle } from "../support/places.ts";
import { snapshot } from "../support/snapshot.ts";

const tree = render(plan(select([builtinPack()], { name: "rain", year: "2026" })));
const FLAGS = ["--yes", "--no-install", "--no-git"];

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "faults-"));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

/** A folder as a person may have it before. */
function fill(folder: string): void {
  mkdirSync(join(folder, ".git"), { recursive: true });
  writeFileSync(join(folder, ".git", "HEAD"), "ref: refs/heads/main\n");
  writeFileSync(join(folder, "README.md"), "# Mine\r\n");
  writeFileSync(join(folder, ".gitignore"), "secret.txt\n", { mode: 0o600 });
}

const kinds = [
  { kind: "a new folder", directory: "rain", prepare: (): void => undefined },
  { kind: "a new folder below new ones", directory: "a/b/rain", prepare: (): void => undefined },
  { kind: "a folder with files of mine", directory: "rain", prepare: (): void => fill(join(parent, "rain")) },
];

async function create(directory: string, disk: Disk): Promise<void> {
  const target = checkTarget(directory, parent);
  await write(await changeInto(tree, target.kept), target, { disk });
}

describe.each(kinds)("writing into $kind", ({ directory, prepare }) => {
  let operations: number;
  let whole: Record<string, string>;

  beforeAll(async () => {
    parent = mkdtempSync(join(tmpdir(), "faults-"));
    prepare();
    const counting = failing(0, full, false);
    await create(directory, counting.disk);
    operations = counting.count();
    whole = snapshot(parent);
    rmSync(parent, { recursive: true, force: true });
    expect(operations).toBeGreaterThan(tree.size);
  });

  it("leaves it as before when any one operation fails", async () => {
    prepare();
    const before = snapshot(parent);
    for (let at = 1; at <= operations; at += 1) {
      const refused = await create(directory, failing(at, full, false).disk).catch((error: unknown) => error);
      if (refused === undefined) {
        // Only clearing the stage may fail without harm; the next start clears it away.
        expect(at, "an operation whose failure does not matter").toBe(operations);
        expect(directory === "rain" && existsSync(join(parent, "rain", "README.md"))).toBe(true);
      } else {
        expect(refused, `operation ${at}`).toBeInstanceOf(WriteFailed);
        expect((refused as WriteFailed).code).toBe("write/full");
        expect(snapshot(parent), `operation ${at} of ${operations}`).toEqual(before);
      }
    }
  });

  it("is as before at the next start when the process died at any operation", async () => {
    const pid = process.pid;
    for (let at = 1; at <= operations; at += 1) {
      rmSync(parent, { recursive: true, force: true });
      mkdirSync(parent, { mode: 0o700 });
      prepare();
      const before = snapshot(parent);
      // A process that is dead does nothing after: neither that operation nor any clearing up.
      const ghost = failing(at, full, true).disk;
      Object.defineProperty(process, "pid", { value: 2 ** 30, configurable: true });
      await create(directory, ghost).catch(() => undefined);
      Object.defineProperty(process, "pid", { value: pid, configurable: true });
      recover(join(parent, directory));
      const after = snapshot(parent);
      expect(
        JSON.stringify(after) === JSON.stringify(before) || JSON.stringify(after) === JSON.stringify(whole),
        `operation ${at}`,
      ).toBe(true);
    }
  });
});

/** Starts a real create and sends it a signal at a moment; resolves when it has ended. */
async function stopped(
  directory: string,
  signal: NodeJS.Signals,
  when: (child: ChildProcess) => Promise<void>,
): Promise<number | null> {
  const child = spawn(process.execPath, [bundle, directory, ...FLAGS], {
    cwd: parent,
    env: testEnvironment(),
    stdio: "ignore",
  });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  await when(child);
  child.kill(signal);
  return ended;
}

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Resolves as soon as the create writes its first byte: only then is there something to be torn. */
async function firstByte(child: ChildProcess): Promise<void> {
  const before = readdirSync(parent).length;
  const inside = existsSync(join(parent, "rain")) ? readdirSync(join(parent, "rain")).length : 0;
  while (child.exitCode === null && child.signalCode === null) {
    if (readdirSync(parent).length > before) return;
    if (inside > 0 && readdirSync(join(parent, "rain")).length > inside) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe.each([
  { kind: "a new folder", prepare: (): void => undefined },
  { kind: "a folder with files of mine", prepare: (): void => fill(join(parent, "rain")) },
])("a real create into $kind", ({ prepare }) => {
  let whole: Record<string, string>;
  let before: Record<string, string>;
  const reset = (): void => {
    rmSync(parent, { recursive: true, force: true });
    mkdirSync(parent, { mode: 0o700 });
    prepare();
  };

  beforeEach(async () => {
    reset();
    before = snapshot(parent);
    await stopped("rain", "SIGCONT", (child) => new Promise((resolve) => child.once("exit", () => resolve())));
    whole = snapshot(parent);
    expect(Object.keys(whole).length).toBeGreaterThan(tree.size);
  });

  it("killed at random moments is undone by the next start, or is whole", async () => {
    const states = new Set<string>();
    for (let round = 0; round < 30; round += 1) {
      reset();
      const moment = Math.random() * 12;
      await stopped("rain", "SIGKILL", async (child) => {
        if (round % 3 === 0) return wait(40 + moment * 10);
        await firstByte(child);
        await wait(round % 3 === 1 ? 0 : moment);
      });
      if (!isSame(snapshot(parent), whole)) {
        // Any next start does: this one is refused for its folder's name only after it has looked for what was left.
        const next = spawn(process.execPath, [bundle, "rain", ...FLAGS, "--dry-run"], {
          cwd: parent,
          env: testEnvironment(),
          stdio: "ignore",
        });
        await new Promise((resolve) => next.once("exit", resolve));
      }
      const after = snapshot(parent);
      states.add(
        isSame(after, before) ? "before" : isSame(after, whole) ? "whole" : JSON.stringify(Object.keys(after)),
      );
    }
    expect([...states].filter((state) => state !== "before" && state !== "whole")).toEqual([]);
    expect(states).toContain("before");
  });

  it("interrupted at random moments cleans up by itself, or is whole", async () => {
    for (let round = 0; round < 20; round += 1) {
      reset();
      const code = await stopped("rain", round % 2 ? "SIGINT" : "SIGTERM", async (child) => {
        if (round % 4 < 2) return wait(20 + Math.random() * 120);
        await firstByte(child);
      });
      const after = snapshot(parent);
      // Before its first line of JavaScript, and after its last, the process ends by the signal itself, without a code.
      expect([0, 130, null]).toContain(code);
      const right = code === 0 ? [whole] : code === 130 ? [before] : [before, whole];
      expect(
        right.some((state) => isSame(after, state)),
        `round ${round}, exit ${code}: ${Object.keys(after)}`,
      ).toBe(true);
    }
  });

  it.skipIf(process.platform === "win32")("out of room is refused, and leaves nothing", async () => {
    reset();
    const child = spawn(
      "bash",
      ["-c", `ulimit -f 4; exec "$0" "$@"`, process.execPath, bundle, "rain", ...FLAGS, "--json"],
      {
        cwd: parent,
        env: testEnvironment(),
      },
    );
    let printed = "";
    child.stdout.on("data", (data) => {
      printed += data;
    });
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect(code).toBe(4);
    expect(JSON.parse(printed)).toMatchObject({ ok: false, error: { code: "write/full" } });
    expect(snapshot(parent)).toEqual(before);
  });
});

it("a reader of the output that goes away does not stop a create half-way", async () => {
  const script = `"$0" "$@" | head -c 1; exit "\${PIPESTATUS[0]}"`;
  const child = spawn("bash", ["-c", script, process.execPath, bundle, "rain", ...FLAGS, "--json"], {
    cwd: parent,
    env: testEnvironment(),
    stdio: "ignore",
  });
  expect(await new Promise((resolve) => child.once("exit", resolve))).toBe(0);
  expect(existsSync(join(parent, "rain", "pyproject.toml"))).toBe(true);
});

function isSame(a: Record<string, string>, b: Record<string, string>): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });
