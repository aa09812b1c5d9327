/** Runs the tests of a repository in a copy, twice, then with functions broken one at a time. See `verify.py`. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { StepFailed } from "../errors.ts";
import type { Interpreter } from "../run/interpreter.ts";
import { reduced } from "../run/reduced.ts";
import { start } from "../run/start.ts";
import type { Progress } from "../run.ts";
import type { Survey } from "../survey/survey.ts";
import { walk } from "../survey/walk.ts";
import { copyTree } from "../write/copy.ts";
import { scripts } from "./scripts.ts";
import type { FoundByTests, Verified } from "./types.ts";

export interface Work {
  readonly python: Interpreter;
  readonly runner: "pytest" | "unittest";
  /** Seconds that one run of the tests may take. */
  readonly limit: number;
  readonly env: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Functions that are broken, at most, and how they are chosen. */
export const SAMPLE = 10;
export const SEED = 1;
/** Runs with a function broken end after so many limits. */
export const BUDGET = 2;

/** Bytes of a file that is copied, at most. */
export const LARGEST = 100_000_000;

/** Does all of it; the copy is taken away, however it ends. */
export async function verify(found: Survey, work: Work): Promise<Verified> {
  const { python, runner, limit, env, signal, progress } = work;
  const telling = progress.begin("Running the tests in a copy");
  const { paths, passed } = walk(found.folder, undefined);
  const before = stamps(found.folder, paths);
  const copy = await copyTree(found.folder, paths, { largest: LARGEST, signal });
  try {
    for (const [name, text] of Object.entries(scripts))
      copy.put(`${name.startsWith("create_") ? "plugin" : "scripts"}/${name}`, text);
    const job = copy.put(
      "job.json",
      JSON.stringify({ ...jobOf(found, runner, copy.tree), limit, budget: BUDGET * limit }),
    );
    const ended = await start({
      command: python.path,
      args: ["-B", join(copy.scratch, "scripts", "verify.py"), job],
      cwd: copy.scratch,
      env: { ...reduced(env, python, copy), PYTHONDONTWRITEBYTECODE: "1", PYTHONIOENCODING: "utf-8" },
      signal,
      heard: (line) => telling.heard(line),
    });
    if (!ended.ok)
      throw new StepFailed("verify", ended.tail, undefined, {
        what: "The program that runs the tests ended before its time",
        where: python.path,
        why: ended.tail.at(-1),
        fix: "Report it with the lines above; the survey without --verify is not concerned.",
      });
    const seen = JSON.parse(readFileSync(join(copy.scratch, "found.json"), "utf8")) as FoundByTests;
    const after = stamps(found.folder, walk(found.folder, undefined).paths);
    return {
      runner,
      python: python.path,
      version: python.version,
      limitSeconds: limit,
      copied: { files: copy.files, bytes: copy.bytes, left: [...copy.left, ...passed] },
      changed: [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path)),
      ...seen,
    };
  } finally {
    telling.failed();
    copy.remove();
  }
}

/** What `verify.py` has to know of the repository. */
function jobOf(
  { folder, files, layout, tooling }: Survey,
  runner: Work["runner"],
  copy: string,
): Record<string, unknown> {
  const own = files.filter(({ isTest }) => !isTest);
  const tests = files.filter(({ isTest }) => isTest);
  const modules = tests.filter(({ path }) => /(?:^|\/)(?:test[^/]*|[^/]*_tests?)\.py$/.test(path));
  // An editable installation leads to the original tree: the copy has to be found before it.
  const roots = ["", ...layout.packages.map(({ path }) => parentOf(path))];
  if (runner === "unittest")
    for (const { path, module } of modules)
      roots.push(path.slice(0, -`${module.replaceAll(".", "/")}.py`.length).replace(/\/$/, ""));
  // A pytest-xdist of theirs would run tests in processes that are not watched.
  const spread = /(?:^|\s)(?:-n|--numprocesses)/.test(tooling.tests?.options ?? "");
  return {
    copy,
    original: folder,
    runner,
    args: spread ? ["-n", "0"] : [],
    roots: [...new Set(roots)].map((root) => join(copy, root)),
    own: own.map(({ path }) => path),
    tests: tests.map(({ path, module }) => [path, module]),
    modules: modules.map(({ module }) => module),
    sample: SAMPLE,
    seed: SEED,
  };
}

const parentOf = (path: string): string => (path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "");

/** Size and time of change of each file. */
function stamps(root: string, paths: readonly string[]): Map<string, string> {
  return new Map(
    paths.flatMap((path) => {
      const facts = statSync(join(root, path), { throwIfNoEntry: false });
      return facts === undefined ? [] : [[path, `${facts.size} ${facts.mtimeMs}`] as const];
    }),
  );
}
