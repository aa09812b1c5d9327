/** The runs: a recorded one where it is wanted, one that counts, and others that tell what it depends on; then the tests themselves. */
import { join } from "node:path";
import type { Around } from "../commands.ts";
import { StepFailed } from "../errors.ts";
import type { Interpreter } from "../run/interpreter.ts";
import type { Json, TreeFile } from "../types.ts";
import { copyTree, inShort } from "../write/copy.ts";
import { type Again, judge, outcome } from "./judge.ts";
import { probe } from "./probe.ts";
import { scripts } from "./scripts.ts";
import type { Subject } from "./subject.ts";
import type { Case, Judged, Recorded, Told } from "./types.ts";

export interface Wanted {
  readonly subject: Subject;
  readonly functions: readonly string[];
  readonly cases: Readonly<Record<string, readonly Case[]>>;
  readonly record: readonly string[] | undefined;
  readonly live: boolean;
  readonly python: Interpreter;
}

export interface Observed {
  readonly judged: readonly Judged[];
  readonly files: ReadonlyMap<string, TreeFile>;
  /** What a person has to know. */
  readonly told: readonly string[];
  /** The pytest that ran the tests. */
  readonly verified: string | null;
}

/** Bytes of a file that is copied, at most: it is copied before anything is asked of it. */
const LARGEST = 20_000_000;
/** Recorded calls that are kept of one function. */
const LIMIT = 50;
const PLAIN = { seed: "1", zone: "UTC", user: "somebody" };
const OTHER = { seed: "4242", zone: "XXX-13", user: "another" };

/** Runs all of it in a scratch folder, which is gone afterwards. */
export async function observe(
  { subject, functions, cases, record, live, python }: Wanted,
  { world, signal }: Around,
  emitted: (judged: readonly Judged[]) => ReadonlyMap<string, TreeFile>,
): Promise<Observed> {
  const copy = await copyTree(subject.root, subject.paths, { largest: LARGEST, signal });
  try {
    for (const [name, text] of Object.entries(scripts)) copy.put(`probe/${name}`, text);
    const told: string[] = [];
    const left = [...copy.left, ...subject.left];
    told.push(...inShort(left, 5).map((line) => `Not in the copy: ${line}`));
    const { root, file, importRoot } = subject;
    const job = {
      scratch: copy.scratch,
      tree: copy.tree,
      cwd: copy.tree,
      real: root,
      left: left.map(({ path }) => path),
      root: join(copy.tree, importRoot),
      module: file.module,
      file: join(copy.tree, file.path),
    };
    const around = { env: world.env, signal };
    let all: Record<string, readonly Case[]> = { ...cases };
    const real: Record<string, string[]> = {};
    if (record !== undefined) {
      const place = live ? { cwd: root, root: join(root, importRoot), live } : {};
      const empty = Object.fromEntries(functions.map((name) => [name, []]));
      const found = await probe<Recorded>(
        python,
        copy,
        { ...job, ...place, mode: "record", command: [...record], functions: empty, limit: LIMIT },
        PLAIN,
        { ...around, live },
      );
      if (found.ended !== "") told.push(`The recorded run: ${found.ended}`);
      for (const { kind, what, where } of found.notes)
        if (kind === "refused") told.push(`The recorded run tried to ${what}, in ${where}: refused`);
      for (const name of functions) {
        const calls = found.calls[name] ?? [];
        for (const why of found.left[name] ?? []) told.push(`A call of ${name} is not kept: ${why}`);
        const count = found.counts[name] ?? 0;
        told.push(
          `${name} was called ${count} times; ${calls.length} different calls are kept${calls.length === LIMIT ? ", the most there may be" : ""}`,
        );
        const typed = cases[name] ?? [];
        all = { ...all, [name]: [...typed, ...calls] };
        const list: string[] = [];
        calls.forEach((call, at) => {
          if (call.differs === true) list[typed.length + at] = "";
          else if (call.unwritable === undefined) list[typed.length + at] = outcome(call);
        });
        real[name] = list;
      }
    }
    const call = { ...job, mode: "call", functions: all as unknown as Json, later: 0, reverse: false };
    const first = await probe<Told>(python, copy, call, PLAIN, around);
    const run = async (why: string, change: { readonly [key: string]: Json }, at = PLAIN): Promise<Again> => ({
      told: await probe<Told>(python, copy, { ...call, preload: [...first.loaded], ...change }, at, around),
      why,
    });
    const both = await run(
      "it differs when the clock, the order of sets and of calls, and the environment differ together",
      { later: 400, reverse: true },
      OTHER,
    );
    const differs = (again: Again): boolean =>
      judge(first, [again], {}).some(({ open }) => open.some(({ why }) => why.includes(again.why)));
    // Only when something differs is it worth asking what.
    const causes = differs(both)
      ? [
          await run("it differs from run to run: chance, the moment, or an address in memory", {}),
          await run("it depends on the clock, perhaps frozen into a default at import", { later: 400 }),
          await run("it depends on the order of a set, or on another hash", {}, { ...PLAIN, seed: OTHER.seed }),
          await run("it depends on the time zone or the user", {}, { ...OTHER, seed: PLAIN.seed }),
          { ...(await run("it depends on calls that went before", { reverse: true })), ties: true as const },
          both,
        ]
      : [];
    if (first.fences.length < 2)
      told.push(
        "The kernel does not fence this machine's processes in: only Python's own hook did, which compiled code can pass",
      );
    const judged = judge(first, causes, real);
    const files = emitted(judged);
    return { judged, files, told, verified: await verify(files) };

    /** Runs the emitted tests in the copy: they must pass before anybody sees them. */
    async function verify(made: ReadonlyMap<string, TreeFile>): Promise<string | null> {
      if (judged.every(({ pinned }) => pinned.length === 0)) return null;
      for (const [path, { bytes }] of made) copy.put(`tree/${path}`, bytes);
      const test = join(copy.tree, subject.test);
      const ended = await probe<{ pytest: string | null; code: number; output?: string }>(
        python,
        copy,
        { ...job, mode: "verify", test },
        PLAIN,
        around,
      );
      if (ended.pytest === null) {
        told.push(`${python.path} has no pytest: the tests could not be tried out`);
        return null;
      }
      if (ended.code === 0) return ended.pytest;
      throw new StepFailed("pytest", (ended.output ?? "").split("\n").slice(-15), undefined, {
        what: "The tests that were made do not pass in the copy; nothing was written",
        where: subject.test,
        why: "what was recorded is not what a test sees, such as with a conftest.py that changes it",
        fix: "Leave the case away that fails, or report it.",
      });
    }
  } finally {
    copy.remove();
  }
}
