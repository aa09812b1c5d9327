/** The module that is meant, and what can be told of it before anything of it runs. Only reads. */
import { realpathSync, statSync } from "node:fs";
import { basename, dirname, relative, resolve } from "node:path";
import { RECORD } from "../change/record.ts";
import { CharacterizeRefused, TargetRefused } from "../errors.ts";
import { gitState, ignoredIn } from "../run/repository.ts";
import { closely } from "../survey/closely.ts";
import { importRoot, packagesOf } from "../survey/modules.ts";
import { type Survey, survey } from "../survey/survey.ts";
import type { Passed, PythonFile } from "../survey/types.ts";
import { isMade, walk } from "../survey/walk.ts";
import { safe } from "../text.ts";
import type { Targets } from "./cases.ts";

export interface Subject {
  /** The top of the repository, or the folder one is in. */
  readonly root: string;
  readonly found: Survey;
  readonly file: PythonFile;
  /** The folder to import from, from the top. */
  readonly importRoot: string;
  /** Files that are copied. */
  readonly paths: readonly string[];
  /** What lies there and is none of the repository's files. */
  readonly left: readonly Passed[];
  /** Where the test goes. */
  readonly test: string;
}

/** Finds it. */
export async function subjectOf(
  { path, functions }: Targets,
  cwd: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Subject> {
  const whole = resolve(cwd, path);
  if (!statSync(whole, { throwIfNoEntry: false })?.isFile() || !/\.py$/.test(path))
    throw new TargetRefused("path", {
      what: "There is no such Python file",
      where: safe(path),
      fix: "Write PATH::FUNCTION with the path of a .py file.",
    });
  const real = realpathSync(whole);
  const asked = await gitState(dirname(real), env, signal);
  const here = realpathSync(cwd);
  const root =
    asked.kind === "tree" && asked.top !== undefined
      ? realpathSync(asked.top)
      : real.startsWith(`${here}/`)
        ? here
        : dirname(real);
  const git = root === dirname(real) ? asked : await gitState(root, env, signal);
  const seen = survey(root, git, []);
  const inside = relative(root, real).replaceAll("\\", "/");
  const found = await closely(seen, (path) => path === inside);
  const refuse = (reason: string, what: string, why: string, fix: string): CharacterizeRefused =>
    new CharacterizeRefused(reason, { what, where: safe(inside), why, fix });
  const file = found.files.find((one) => one.path === inside);
  if (file === undefined)
    throw refuse(
      "file",
      "This file is not among the repository's own",
      "git ignores it, or it could not be read",
      "Choose a file of the repository.",
    );
  const { python2, broken } = file.skeleton;
  if (python2 !== undefined || broken !== undefined) {
    const { line, what } = python2 ?? broken ?? { line: 0, what: "" };
    throw refuse(
      "python2",
      python2 === undefined ? "This file can't be read as Python" : "This file is Python 2",
      `line ${line}: ${what}`,
      "Record it after it was moved to Python 3 (2to3 or futurize), or under its old interpreter by hand.",
    );
  }
  for (const name of functions) {
    const one = file.skeleton.functions.findLast((known) => known.name === name);
    if (one?.inside === "function")
      throw refuse(
        "method",
        `${name} can't be called by itself`,
        "it lives in another function",
        "Choose the function that calls it.",
      );
  }
  const walked = walk(root, git.kind === "tree" ? git.files : undefined);
  const ignored = git.kind === "tree" ? await ignoredIn(root, env, signal) : [];
  const swallowed = ignored.filter((one) => !isMade(one) && !one.startsWith(`${RECORD}/`));
  const home = importRoot(inside, packagesOf(walked.paths));
  return {
    root,
    found,
    file,
    importRoot: home,
    paths: walked.paths,
    left: [...walked.passed, ...swallowed.map((one) => ({ path: one, why: "git ignores it" }))],
    test: testPath(found, file),
  };
}

/** Among their tests; under another name where theirs has that one, since pytest knows a plain file by its name only. */
function testPath({ tooling, files }: Survey, { module }: PythonFile): string {
  const [declared] = tooling.tests?.paths ?? [];
  const theirs = files.find(({ path, isTest }) => isTest && /^tests?\//.test(path))?.path.split("/")[0];
  const folder = `${(declared ?? theirs ?? "tests").replace(/^\.\/|\/+$/g, "") || "tests"}/characterization`;
  const name = `test_${module.replaceAll(".", "_")}`;
  const taken = files.some(({ path }) => basename(path) === `${name}.py` && dirname(path) !== folder);
  return `${folder}/${taken ? `${name}_as_is` : name}.py`;
}
