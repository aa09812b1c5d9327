/** From the project as it was rendered to the one with one part more, as a change of what is on the disk. Pure. */
import { appended } from "../change/change.ts";
import { diffOf } from "../change/diff.ts";
import { TargetRefused } from "../errors.ts";
import type { Change, FileEntry, Operation, Tree, TreeFile } from "../types.ts";

type OnDisk = (path: string) => FileEntry | undefined;

/**
 * What is new is added, what has changed in the rendering is replaced; nothing else is touched.
 *
 * @throws TargetRefused when a file lies where a new one would, or when one that must change is not as it was rendered
 */
export function growth(before: Tree, after: Tree, local: readonly Operation[], onDisk: OnDisk): Change {
  const operations: Operation[] = [];
  for (const [path, file] of after) {
    const was = before.get(path);
    if (was === file || (was !== undefined && Buffer.compare(was.bytes, file.bytes) === 0)) continue;
    operations.push(was === undefined ? anew(path, file, onDisk) : instead(path, file, was, onDisk));
  }
  for (const operation of local)
    if (operation.op === "add") operations.push(beside(operation.path, operation.file, onDisk));
  return { operations };
}

function anew(path: string, file: TreeFile, onDisk: OnDisk): Operation {
  if (onDisk(path) === undefined) return { op: "add", path, file };
  throw new TargetRefused("not-empty", {
    what: `${path} is there already, and would be written over`,
    where: path,
    fix: "Choose another name, or move that file away.",
  });
}

function instead(path: string, file: TreeFile, was: FileEntry, onDisk: OnDisk): Operation {
  const there = onDisk(path);
  if (there !== undefined && (there.bytes === was.bytes || Buffer.compare(there.bytes, was.bytes) === 0))
    return {
      op: "replace",
      path,
      file,
      before: there,
      // Not everybody looks at it, and the base of a big project is long.
      get diff() {
        return diffOf(path, there, file);
      },
    };
  throw new TargetRefused("changed", {
    what: `${path} has to change, and is not as it was rendered`,
    where: path,
    why: there === undefined ? "it is gone" : "somebody has edited it",
    fix: `See what it was: git log -p -- ${path}; put it back, then run the same command again.`,
  });
}

/** Files of this machine: the data, which must not lie over other data, and `.env`, which gets the lines it lacks. */
function beside(path: string, file: TreeFile, onDisk: OnDisk): Operation {
  const there = onDisk(path);
  if (there === undefined || path !== ".env") return anew(path, file, onDisk);
  const bytes = appended(there, file);
  // What stands in it is secret, so it is not shown.
  return { op: "replace", path, file: { ...file, bytes, mode: there.mode }, before: there, diff: "" };
}
