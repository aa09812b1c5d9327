/** What git has of a folder: which files, which of them were changed since, what is under way. Leaves no trace. */
import { TargetRefused, ToolMissing } from "../errors.ts";
import { ELSEWHERE, NEUTRAL } from "./git.ts";
import { QUIET, underwayAt } from "./repository.ts";
import { through } from "./through.ts";
import { inPath } from "./tools.ts";

export interface Tracked {
  /** By path from the folder: whether it may be run. */
  readonly modes: ReadonlyMap<string, boolean>;
  /** Paths that differ from the last commit. */
  readonly dirty: ReadonlySet<string>;
}

/**
 * Asks git about a project.
 *
 * @throws ToolMissing without git, TargetRefused when the folder is in no repository or in the middle of a merge
 */
export async function trackedIn(root: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Tracked> {
  const git = inPath("git", env);
  if (git === undefined) {
    throw new ToolMissing("git", {
      what: "A project is updated with git, which is not installed",
      why: "git merges what you changed with what the template changed, and has every line if you do not like it",
      fix: "Install git, and commit the project; then run the same command again.",
    });
  }
  const ask = async (...args: string[]): Promise<{ readonly exitCode: number | undefined; readonly text: string }> => {
    const ended = await through({
      command: git,
      args: [...NEUTRAL, ...args],
      cwd: root,
      env: { ...ELSEWHERE, ...QUIET },
      signal,
    });
    return { exitCode: ended.exitCode, text: ended.bytes.toString("utf8") };
  };
  const [where, listed, status] = await Promise.all([
    ask("rev-parse", "--is-inside-work-tree", "--absolute-git-dir"),
    ask("ls-files", "-s", "-z", "--", "."),
    ask("status", "--porcelain=v2", "-z", "--untracked-files=no", "--no-renames", "--", "."),
  ]);
  const [inside, gitDir = ""] = where.text.split("\n");
  if (inside !== "true") {
    throw new TargetRefused("path", {
      what: "This project is in no git repository",
      where: root,
      why: "an update merges with git, so that every line you wrote can be had back",
      fix: 'Commit it first: git init && git add --all && git commit -m "As it is"',
    });
  }
  const underway = underwayAt(gitDir);
  if (underway !== undefined) {
    throw new TargetRefused("busy", {
      what: `This repository is in the middle of ${underway}`,
      where: root,
      fix: "End it first, or abort it; then run the same command again.",
    });
  }
  const prefix = status.text === "" ? "" : (await ask("rev-parse", "--show-prefix")).text.trimEnd();
  return {
    modes: new Map(listed.text.split("\0").flatMap((line) => modeOf(line))),
    dirty: new Set(status.text.split("\0").flatMap((line) => pathOf(line, prefix) ?? [])),
  };
}

/** `100755 ID STAGE`, a tab, the path. Links and submodules are no files. */
function modeOf(line: string): [string, boolean][] {
  const [, mode = "", path = ""] = /^(100\d{3}) \S+ \d\t([\s\S]+)$/.exec(line) ?? [];
  return path === "" ? [] : [[path, mode === "100755"]];
}

/** Porcelain v2 names paths from the top of the repository: `1 XY sub mH mI mW hH hI path`, `u …` with two more. */
function pathOf(line: string, prefix: string): string | undefined {
  const fields = line.startsWith("1 ") ? 8 : line.startsWith("u ") ? 10 : undefined;
  const path = fields === undefined ? "" : line.split(" ").slice(fields).join(" ");
  return path.startsWith(prefix) && path !== "" ? path.slice(prefix.length) : undefined;
}

/** Lines for `.gitattributes` that say of these paths how the project wants them merged. */
export async function mergeAttributes(
  root: string,
  paths: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<string> {
  const git = inPath("git", env);
  if (git === undefined || paths.length === 0) return "";
  const { bytes } = await through({
    command: git,
    args: [...NEUTRAL, "check-attr", "-z", "--stdin", "merge"],
    cwd: root,
    env: { ...ELSEWHERE, ...QUIET },
    input: Buffer.from(paths.map((path) => `${path}\0`).join("")),
    signal,
  });
  const fields = bytes.toString("utf8").split("\0");
  const lines: string[] = [];
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [path = "", , value = ""] = fields.slice(at, at + 3);
    // Such names are none that a template has; their lines merge as everybody's do.
    if (value === "unspecified" || /[\\"\n]/.test(path)) continue;
    const word = value === "unset" ? "-merge" : value === "set" ? "merge" : `merge=${value}`;
    lines.push(`"/${path.replace(/[*?[\]]/g, "\\\\$&")}" ${word}\n`);
  }
  return lines.join("");
}
