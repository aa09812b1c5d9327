/** A change as a patch for `git apply`, made by git itself in a throw-away repository: only it writes binary files into a patch. */
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import type { Around } from "../commands.ts";
import { LOCAL } from "../data.ts";
import { TargetRefused, ToolMissing } from "../errors.ts";
import { fileAt } from "../project.ts";
import type { Target } from "../refuse/target.ts";
import { ELSEWHERE, NEUTRAL } from "../run/git.ts";
import { start } from "../run/start.ts";
import { inPath } from "../run/tools.ts";
import type { Change, Operation } from "../types.ts";
import { write } from "../write.ts";

/**
 * Writes the patch to a new file; nothing else. Files of this machine (the data, `.env`) are in no patch.
 *
 * @throws TargetRefused when the file is there already
 */
export async function writePatch(change: Change, file: string, { world, signal }: Around): Promise<void> {
  const path = resolve(world.cwd(), file);
  const home = dirname(path);
  if (fileAt(home, basename(path)) !== undefined) {
    throw new TargetRefused("not-empty", {
      what: "There is a file of that name already",
      where: path,
      fix: "Give --patch the name of a new file.",
    });
  }
  const operations = change.operations.filter((one) => one.op !== "keep" && one.file.owner !== LOCAL);
  const bytes = await patchOf(operations, world.env, signal);
  const made: Operation = { op: "add", path: basename(path), file: { bytes, mode: 0o644, owner: "patch" } };
  await write({ operations: [made] }, folder(home, true), { signal });
}

async function patchOf(
  operations: readonly Operation[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const git = inPath("git", env);
  if (git === undefined)
    throw new ToolMissing("git", {
      what: "A patch is made by git, which is not installed",
      fix: "Install git, or leave out --patch.",
    });
  const root = join(tmpdir(), `create-ml-project-patch-${randomUUID()}`);
  const call = async (...args: string[]): Promise<readonly string[]> =>
    (
      await start({
        command: git,
        args: [
          ...NEUTRAL,
          "-c",
          "core.autocrlf=false",
          "-c",
          "user.name=patch",
          "-c",
          "user.email=patch@localhost",
          ...args,
        ],
        cwd: root,
        env: ELSEWHERE,
        signal,
      })
    ).stdout;
  const before = operations.flatMap((one): Operation[] =>
    one.op === "replace" ? [{ op: "add", path: one.path, file: { ...one.before, owner: "patch" } }] : [],
  );
  const stage = await write({ operations: before }, folder(root, false), { signal });
  try {
    await call("init", "--quiet");
    await call("add", "--all", "--force");
    await call("commit", "--quiet", "--allow-empty", "--message", "before");
    await write({ operations }, folder(root, true), { signal });
    await call("add", "--all", "--force");
    const lines = await call("diff", "--cached", "--binary", "--no-color", "--no-ext-diff", "HEAD");
    return Buffer.from(`${lines.join("\n")}\n`);
  } finally {
    stage.undo();
  }
}

const folder = (path: string, exists: boolean): Target => ({ path, shown: path, exists, kept: new Map() });
