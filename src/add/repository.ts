/** The repository something is added to: what must be true of it. Only reads. */
import { accessSync, constants, existsSync } from "node:fs";
import { join } from "node:path";
import { TargetRefused } from "../errors.ts";
import type { GitState } from "../run/repository.ts";
import { shellWord } from "../text.ts";

/** States in which nothing can be added safely. */
export function refuseRepository(root: string, git: GitState): void {
  const refuse = (what: string, fix: string, reason: "path" | "busy" | "unwritable" = "path"): never => {
    throw new TargetRefused(reason, { what, where: root, fix });
  };
  if (git.kind === "bare")
    refuse("This is a bare repository: it has no files to add to", "Clone it, and run the command there.");
  if (git.kind === "none") {
    if (git.untrusted)
      refuse(
        "Git does not trust this repository, which another user owns",
        `If you do: git config --global --add safe.directory ${shellWord(root)}`,
      );
    const why = git.why ?? "the folder is in no git repository";
    refuse(
      `Nothing is added where nothing can be taken back: ${why}`,
      "Keep it in git first: git init && git add --all && git commit -m 'As it is'",
    );
  }
  if (git.underway !== undefined)
    refuse(
      `This repository is in the middle of ${git.underway}`,
      "End it first, or abort it; then run the same command again.",
      "busy",
    );
  if (git.submodule)
    refuse(
      "This repository is a submodule of another one",
      "Add it to the repository around it, or to a clone of its own.",
    );
  if (existsSync(join(root, "pyvenv.cfg")))
    refuse("This folder is a virtual environment", "Go into the repository itself.");
  try {
    accessSync(root, constants.W_OK | constants.X_OK);
  } catch {
    refuse(
      "No permission to write into this folder",
      "Choose a repository of your own, or have the permission given to you.",
      "unwritable",
    );
  }
}
