import { PackRefused } from "../errors.ts";
import { clash, unsafePath } from "../refuse/path.ts";

const NONE: ReadonlyMap<string, unknown> = new Map();

/**
 * Refuses every path of a pack or tree that could leave its folder, or that is another file on another system. `known`
 * were looked at before.
 */
export function refusePaths(paths: Iterable<string>, where: string, known: ReadonlyMap<string, unknown> = NONE): void {
  const all = [...paths];
  for (const path of all) {
    if (known.has(path)) continue;
    const problem = unsafePath(path);
    if (problem) throw refused(`The path ${JSON.stringify(path)} can't be used`, where, `${problem}.`);
  }
  const two = clash(all);
  if (two)
    throw refused(
      `${two[0]} and ${two[1]} get in each other's way`,
      where,
      "On some disks they are one file, or one needs the other as a folder.",
    );
}

function refused(what: string, where: string, why: string): PackRefused {
  return new PackRefused("path", {
    what,
    where,
    why,
    fix: "Rename it; a path is relative, with forward slashes and names that every system takes.",
  });
}
