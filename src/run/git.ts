/** A repository and its first commit. Nothing here is needed for the project to run, so nothing here is fatal. */

import { type Ended, start } from "./start.ts";
import { inPath } from "./tools.ts";

export type Repository =
  | { readonly state: "committed" }
  /** `why`: what is left to do. */
  | { readonly state: "initialised" | "skipped"; readonly why: string; readonly fix?: string };

/** Variables with which a git hook would lead us into its own repository. */
export const ELSEWHERE = {
  GIT_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_PREFIX: undefined,
  GIT_TERMINAL_PROMPT: "0",
};
/** The user's hooks, signing and editors have no say in a commit they did not ask for by hand. */
export const NEUTRAL = [
  "-c",
  "core.hooksPath=/dev/null",
  "-c",
  "commit.gpgSign=false",
  "-c",
  "core.fsmonitor=false",
  "-c",
  "gc.auto=0",
];

/** Makes a repository of a folder with one commit of all that is not ignored, unless it is part of one already. */
export async function makeRepository(
  folder: string,
  message: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<Repository> {
  const git = inPath("git", env);
  if (git === undefined) return { state: "skipped", why: "git is not installed" };
  const call = (...args: string[]): Promise<Ended> =>
    start({ command: git, args: [...NEUTRAL, ...args], cwd: folder, env: ELSEWHERE, signal });
  const inside = await call("rev-parse", "--is-inside-work-tree");
  if (inside.ok) return { state: "skipped", why: "the folder is in a git repository already" };
  const made = await call("-c", "init.defaultBranch=main", "init", "--quiet");
  if (!made.ok) return { state: "skipped", why: `git could not make a repository: ${made.tail.at(-1) ?? ""}` };
  const byHand = `git add --all && git commit -m "${message}"`;
  for (const key of ["user.name", "user.email"]) {
    const variable = key === "user.name" ? "NAME" : "EMAIL";
    if (env[`GIT_AUTHOR_${variable}`] && env[`GIT_COMMITTER_${variable}`]) continue;
    if ((await call("config", key)).ok) continue;
    return {
      state: "initialised",
      why: `no first commit: git does not know your ${key}`,
      fix: `git config --global ${key} "…", then ${byHand}`,
    };
  }
  const added = await call("add", "--all");
  const committed = added.ok ? await call("commit", "--quiet", "--message", message) : added;
  if (committed.ok) return { state: "committed" };
  return { state: "initialised", why: `no first commit: ${committed.tail.at(-1) ?? "git refused"}`, fix: byHand };
}
