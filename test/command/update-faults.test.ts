/** An update that fails at any operation, or is killed at any moment: the project is as before, or updated; the next command sees to it. */
import { execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { standing } from "../../src/add/keep.ts";
import { select } from "../../src/options/select.ts";
import { builtinPack } from "../../src/packs/builtin.ts";
import { plan } from "../../src/plan.ts";
import { render } from "../../src/render.ts";
import type { Answers, Tree } from "../../src/types.ts";
import { gather } from "../../src/update/gather.ts";
import { recover, write } from "../../src/write.ts";
import { failing, full } from "../support/faulty.ts";
import { root } from "../support/places.ts";
import { snapshot } from "../support/snapshot.ts";
import { run } from "./world.ts";

let home: string;
let made: string;
let cwd: string;
const rendered = (more: Answers): Tree =>
  render(plan(select([builtinPack()], { name: "rain", year: "2026", ...more })));
const usual = rendered({});
/** Another answer with which files go, come and change. */
const SET = builtinPack()
  .groups.filter(({ kind, options: [first] }) => kind === "one" && !first?.takes)
  .flatMap(({ id, options, default: [first] }) =>
    options.flatMap((one) => (one.id === first ? [] : [[id, one.id] as const])),
  )
  .filter(([group, id]) => {
    const paths = rendered({ [group]: id });
    return [...usual.keys()].some((path) => !paths.has(path)) && [...paths.keys()].some((path) => !usual.has(path));
  })
  .map(([group, id]) => `${group}=${id}`)
  .slice(0, 1);

beforeAll(async () => {
  home = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "update-faults-")));
  [made, cwd] = [join(home, "made"), join(home, "rain")];
  await run(home, ["made", "--name", "rain", "--yes", "--no-install", "--no-git"]);
  const git = (...args: string[]): unknown =>
    execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.org", ...args], { cwd: made });
  fs.appendFileSync(join(made, "README.md"), "\nMine.\n");
  git("init", "-q");
  git("add", "-A");
  git("commit", "-qm", "As it is");
});
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

function again(withGit = true): void {
  fs.rmSync(cwd, { recursive: true, force: true });
  fs.cpSync(made, cwd, { recursive: true, filter: (from) => withGit || !from.endsWith(".git") });
}
const state = (): string => JSON.stringify(snapshot(cwd, [".git"]));

it("is as before when any operation fails, and at the next start when the process died at it", async () => {
  again();
  const signal = new AbortController().signal;
  const { change } = await gather(
    cwd,
    { set: SET, restored: [], policy: "markers" },
    [builtinPack()],
    process.env,
    signal,
  );
  expect(change.removed?.length, "something goes").toBeGreaterThan(0);
  const target = standing(cwd, cwd);
  const before = state();
  const counting = failing(0, full, false);
  await write(change, target, { disk: counting.disk });
  const whole = state();
  const { pid } = process;
  for (const dead of [false, true]) {
    for (let at = 1; at <= counting.count(); at += 1) {
      again(false);
      // As a process that is no more, so that what it leaves may be cleared away.
      Object.defineProperty(process, "pid", { value: 2 ** 30, configurable: true });
      const failed = await write(change, target, { disk: failing(at, full, dead).disk }).then(
        () => false,
        () => true,
      );
      Object.defineProperty(process, "pid", { value: pid, configurable: true });
      if (failed && !dead) expect(state(), `operation ${at}`).toBe(before);
      recover(cwd);
      expect([before, whole], `operation ${at}, ${dead ? "killed" : "refused"}`).toContain(state());
    }
  }
});

it("is as before or whole when it is killed at any moment, and the next update ends it", async () => {
  again();
  const before = state();
  const start = (): ReturnType<typeof spawn> => {
    const argv = [
      "--import",
      join(root, "node_modules/tsx/dist/esm/index.mjs"),
      join(root, "test/support/typed.ts"),
      "update",
      "--yes",
    ];
    return spawn(process.execPath, [...argv, ...SET.flatMap((one) => ["--set", one])], {
      cwd,
      stdio: "ignore",
      detached: true,
      env: { ...process.env, TMPDIR: home }, // what a killed one leaves there goes with it
    });
  };
  const ended = (child: ReturnType<typeof spawn>): Promise<unknown> =>
    new Promise((resolve) => child.on("exit", resolve));
  expect(await ended(start())).toBe(0);
  const whole = state();
  let takes = Number.POSITIVE_INFINITY;
  let stopped = 0;
  // Most of the time goes into starting up; what is written comes last. The first run that is not stopped says how long it takes.
  for (const share of [1, 0.5, 0.7, 0.8, 0.87, 0.93, 0.98]) {
    again();
    const began = Date.now();
    const child = start();
    const most = Math.min(takes * share, 30_000);
    const wait = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, "SIGKILL"), most);
    if ((await ended(child)) === null) stopped += 1;
    else takes = Math.min(takes, Date.now() - began);
    clearTimeout(wait);
    recover(cwd);
    expect([before, whole], `killed at ${share}`).toContain(state());
  }
  expect(stopped).toBeGreaterThan(0);
  expect(await run(cwd, ["update", "--yes", ...SET.flatMap((one) => ["--set", one])])).toMatchObject({ exit: 0 });
  expect(state()).toBe(whole);
}, 60_000);
