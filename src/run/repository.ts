/** What git knows of a folder, asked without a trace: no lock, no hook, no refreshed index. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ELSEWHERE, NEUTRAL } from "./git.ts";
import { type Ended, start } from "./start.ts";
import { inPath } from "./tools.ts";

export interface GitState {
  readonly kind: "none" | "bare" | "tree";
  /** Why there is none: no git on this machine, or no repository here. */
  readonly why?: string;
  /** There is one, but another user owns it, and git reads nothing of it. */
  readonly untrusted?: boolean;
  /** The top folder of the repository. */
  readonly top?: string;
  readonly branch?: string;
  readonly commit?: string;
  /** A merge, rebase, … that has begun and not ended. */
  readonly underway?: string;
  readonly submodule: boolean;
  readonly shallow: boolean;
  /** Paths from the folder asked about: changed, staged or new. */
  readonly dirty: readonly string[];
  /** Paths that are tracked, or new and not ignored. */
  readonly files: readonly string[];
}

/** No trace is left, and messages are in one language. */
export const QUIET = { ...ELSEWHERE, GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" };
const NOTHING = { submodule: false, shallow: false, dirty: [], files: [] } as const;
const UNDERWAY = [
  ["MERGE_HEAD", "a merge"],
  ["rebase-merge", "a rebase"],
  ["rebase-apply", "a rebase"],
  ["CHERRY_PICK_HEAD", "a cherry-pick"],
  ["REVERT_HEAD", "a revert"],
  ["BISECT_LOG", "a bisect"],
] as const;

/** A merge, rebase, … that has begun and not ended in the repository of a folder: one short question. */
export async function underwayIn(
  folder: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const git = inPath("git", env);
  if (git === undefined) return undefined;
  const args = [...NEUTRAL, "rev-parse", "--absolute-git-dir"];
  const { ok, stdout } = await start({ command: git, args, cwd: folder, env: QUIET, signal });
  return ok ? underwayAt(stdout[0] ?? "") : undefined;
}

export function underwayAt(gitDir: string): string | undefined {
  return UNDERWAY.find(([name]) => existsSync(join(gitDir, name)))?.[1];
}

/** Asks git about a folder. */
export async function gitState(folder: string, env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<GitState> {
  const git = inPath("git", env);
  if (git === undefined) return { ...NOTHING, kind: "none", why: "git is not installed" };
  const ask = (...args: string[]): Promise<Ended> =>
    start({ command: git, args: [...NEUTRAL, ...args], cwd: folder, env: QUIET, signal });
  const where = await ask("rev-parse", "--is-bare-repository", "--is-inside-work-tree", "--absolute-git-dir");
  const [bare, inside, gitDir = ""] = where.stdout;
  if (!where.ok && where.tail.some((line) => line.includes("dubious ownership")))
    return {
      ...NOTHING,
      kind: "none",
      why: "git does not trust this repository, which another user owns",
      untrusted: true,
    };
  if (!where.ok) return { ...NOTHING, kind: "none", why: "the folder is in no git repository" };
  if (bare === "true") return { ...NOTHING, kind: "bare" };
  if (inside !== "true") return { ...NOTHING, kind: "none", why: "the folder lies inside of .git" };
  const [places, status, listed] = await Promise.all([
    ask("rev-parse", "--show-toplevel", "--is-shallow-repository", "--show-superproject-working-tree"),
    ask("status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all", "--no-renames", "--", "."),
    ask("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "."),
  ]);
  const [top = folder, shallow, parent = ""] = places.stdout;
  const prefix = top === folder ? "" : `${folder.slice(top.length + 1).replaceAll("\\", "/")}/`;
  const records = zeros(status);
  const head = (name: string): string | undefined =>
    records.find((one) => one.startsWith(`# branch.${name} `))?.slice(10 + name.length);
  const underway = underwayAt(gitDir);
  const commit = head("oid");
  return {
    kind: "tree",
    top,
    branch: head("head") ?? "",
    ...(commit === undefined || commit === "(initial)" ? {} : { commit }),
    ...(underway === undefined ? {} : { underway }),
    submodule: parent !== "",
    shallow: shallow === "true",
    dirty: records
      .flatMap((one) => dirtyPath(one) ?? [])
      .map((path) => (path.startsWith(prefix) ? path.slice(prefix.length) : path)),
    files: [...new Set(zeros(listed))],
  };
}

/** Which of these paths, none of which needs to be there, the ignore rules would swallow. */
export async function ignored(
  folder: string,
  paths: readonly string[],
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<string[]> {
  const git = inPath("git", env);
  if (git === undefined || paths.length === 0) return [];
  const args = [...NEUTRAL, "-c", "core.quotePath=false", "check-ignore", "--no-index", "--", ...paths];
  return [...(await start({ command: git, args, cwd: folder, env: QUIET, signal })).stdout];
}

/** What lies in a folder and is ignored; a folder that is ignored as a whole ends with a slash. */
export async function ignoredIn(folder: string, env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<string[]> {
  const git = inPath("git", env);
  if (git === undefined) return [];
  const args = [...NEUTRAL, "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"];
  const paths = zeros(await start({ command: git, args, cwd: folder, env: QUIET, signal }));
  // Where the rule stands in the folder itself, what is in it is told, too.
  const folders = paths.filter((path) => path.endsWith("/"));
  return paths.filter((path) => !folders.some((one) => path !== one && path.startsWith(one)));
}

/** Records end with a zero; names may hold line breaks. */
function zeros({ stdout }: Ended): string[] {
  return stdout
    .join("\n")
    .split("\0")
    .filter((one) => one !== "");
}

/** Porcelain v2: `1 XY sub mH mI mW hH hI path`, `u XY sub m1 m2 m3 mW h1 h2 h3 path`, `? path`. */
function dirtyPath(record: string): string | undefined {
  if (record.startsWith("? ")) return record.slice(2);
  if (record.startsWith("1 ")) return record.split(" ").slice(8).join(" ");
  return record.startsWith("u ") ? record.split(" ").slice(10).join(" ") : undefined;
}
