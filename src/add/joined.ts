/** What joins a mounted module to the repository around it: dependencies, scheduler, CI, migrations. Only reads. */
import { posix } from "node:path";
import { diffOf } from "../change/diff.ts";
import type { Around } from "../commands.ts";
import { type Edit, withDependencies } from "../edit/manifest.ts";
import { TargetRefused } from "../errors.ts";
import type { Spot } from "../options/mount.ts";
import { MOUNTED, THEIRS } from "../plan.ts";
import { fileAt } from "../project.ts";
import type { FileEntry, Json, Operation } from "../types.ts";
import { linesIn } from "./lines.ts";
import type { Host } from "./mounted.ts";

export interface Joined {
  /** The command that brings what the module needs. */
  readonly install: string;
  readonly joins: Spot["joins"];
  /** Lines in files of theirs, and files beside those. */
  readonly operations: readonly Operation[];
  readonly notes: readonly string[];
}

/**
 * Says what it takes; `needs` are the module's requirements.
 *
 * @throws TargetRefused when a file of theirs that needs a line has changes that are not committed
 */
export function joined(
  root: string,
  host: Host,
  needs: readonly string[],
  interval: Json | undefined,
  { packs }: Around,
): Joined {
  const { found, spot } = host;
  const used = new Map(found.uses.map(({ group, id, path }) => [`${group}/${id}`, path]));
  const options = packs.flatMap(({ groups }) => groups.flatMap((group) => group.options));
  const joins = options.flatMap(({ group, id, with: pairs }): [string, string][] => {
    const path = used.get(`${group}/${id}`);
    const files = [...(pairs.get(MOUNTED)?.files.keys() ?? [])];
    return path !== undefined && files.some((one) => one.startsWith(THEIRS))
      ? [[`${group}/${id}`, posix.dirname(path)]]
      : [];
  });
  const read = (path: string): FileEntry | undefined => fileAt(root, path);
  const manifests = found.manifests
    .filter(({ path }) => !path.includes("/") || path.startsWith("requirements/"))
    .flatMap(({ path }) => {
      const file = read(path);
      return file === undefined ? [] : [{ path, bytes: file.bytes }];
    });
  const needed = withDependencies(manifests, needs, spot.leaf, found.locks);
  const lines = linesIn(host, { install: needed.install, interval, joined: joins.map(([, folder]) => folder), read });
  const edits = [...needed.edits, ...needed.added, ...lines.edits];
  return {
    install: needed.install,
    joins: Object.fromEntries(joins),
    operations: edits.map((edit) => written(edit, read(edit.path), found.git.dirty)),
    notes: [...needed.notes, ...lines.notes],
  };
}

function written({ path, bytes }: Edit, there: FileEntry | undefined, dirty: readonly string[]): Operation {
  const file = { bytes, mode: there?.mode ?? 0o644, owner: "add" };
  if (there === undefined) return { op: "add", path, file };
  if (!dirty.includes(path)) return { op: "replace", path, file, before: there, diff: diffOf(path, there, file) };
  throw new TargetRefused("changed", {
    what: `${path} needs a line, and has changes that are not committed`,
    where: path,
    why: "a change of yours and one of this command would be one",
    fix: `Commit it first: git commit -m 'Mine' -- ${path}; or put it aside: git stash push -- ${path}`,
  });
}
