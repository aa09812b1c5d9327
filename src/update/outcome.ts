/** From what was sorted and merged to the change of the project, and what is left to its person. Pure. */
import type { Change, FileEntry, Operation, Tree, TreeFile } from "../types.ts";
import { same } from "./sort.ts";
import type { Conflict, ConflictKind, Merged, Now, Sorted } from "./types.ts";

/** What is done where both sides changed the same. */
export type Policy = "markers" | "mine" | "template";

/** Where the side of a conflict is kept that is not in its file. */
export const SIDES = ".ml-project/conflicts";

/** A conflict as it was settled. */
export interface Left extends Conflict {
  /** What stands in the file now. */
  readonly stands: "markers" | "yours" | "the template's";
  /** Where the other side is. */
  readonly side?: string | undefined;
}

export interface Outcome {
  readonly change: Change;
  readonly left: readonly Left[];
  /** Deleted here and changed in the template: they stay deleted. */
  readonly deleted: readonly string[];
  /** Where a change of the template went to, because the file has another name here; or what you wrote, because it has one there. */
  readonly moved: readonly { readonly from: string; readonly to: string; readonly by: "you" | "the template" }[];
}

export interface Sides {
  readonly next: Tree;
  readonly now: Now;
  readonly sorted: Sorted;
  readonly merged: Merged;
  readonly policy: Policy;
}

/** Makes the change. */
export function outcome(sides: Sides): Outcome {
  const { next, now, sorted, merged, policy } = sides;
  const { ours, theirs } = sorted.contested;
  const operations = new Map<string, Operation>();
  const left: Left[] = [];
  const put = (path: string, file: FileEntry, owner: string): void => {
    const before = now.at(path);
    const foreign = next.get(path)?.foreign;
    const from = { owner, ...(foreign !== undefined && { foreign }) };
    if (before?.kind !== "file") operations.set(path, { op: "add", path, file: { ...file, ...from } });
    else if (!same(before, file)) operations.set(path, replacing(path, { ...file, ...from }, before));
  };
  const aside = (path: string, file: FileEntry | undefined): string | undefined => {
    if (file === undefined) return undefined;
    const to = freeName(`${SIDES}/${path}`, file, now);
    put(to, { ...file, mode: 0o644 }, "the other side");
    return to;
  };
  const names = namesIn(merged);
  // Deleted here and renamed there: it stays deleted under its new name, too.
  const unwanted = new Set(
    names.theirs.filter(([from]) => now.at(from) === undefined && !merged.moved.ours.has(from)).map(([, to]) => to),
  );
  for (const path of sorted.take) {
    const file = next.get(path);
    if (file !== undefined && !unwanted.has(path)) put(path, file, file.owner);
  }
  for (const conflict of sorted.conflicts)
    left.push({ ...conflict, stands: "yours", side: aside(conflict.path, conflict.theirs) });
  for (const [path, file] of merged.files) {
    const mine = ours.get(path) ?? ours.get(names.before(path, "theirs"));
    if (mine === undefined) continue; // the template's alone: taken above, or deleted here
    const wanted = theirs.get(path) ?? theirs.get(names.before(path, "ours"));
    const owner = next.get(path)?.owner ?? next.get(names.before(path, "ours"))?.owner ?? "the template";
    const kind = kindOf(merged.conflicts.get(path) ?? [], wanted);
    if (kind === undefined) put(path, file, owner);
    else if (kind === "edited" || kind === "renamed") left.push({ path, kind, owner, stands: "yours" });
    else if (policy === "template" && wanted !== undefined) {
      put(path, wanted, owner);
      left.push({ path, kind, owner, stands: "the template's", side: aside(path, mine) });
    } else if (policy === "mine" || kind === "binary") {
      put(path, mine, owner); // under another name, where the template gave it one
      left.push({ path, kind, owner, stands: "yours", side: aside(path, wanted) });
    } else {
      put(path, file, owner);
      left.push({ path, kind, owner, stands: "markers" });
    }
  }
  const moved = [
    ...names.theirs.filter(([from]) => ours.has(from)).map(([from, to]) => ({ from, to, by: "the template" as const })),
    ...names.ours.filter(([from]) => theirs.has(from)).map(([from, to]) => ({ from, to, by: "you" as const })),
  ];
  const vanished = [...ours.keys()].filter((path) => !merged.files.has(path));
  return {
    change: { operations: [...operations.values()], removed: [...sorted.remove, ...vanished] },
    left: left.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    deleted: [...sorted.deleted.filter((path) => !merged.moved.ours.has(path)), ...unwanted].toSorted(),
    moved,
  };
}

/** Names that files had before, on either side. */
function namesIn({ moved }: Merged) {
  const back = {
    theirs: new Map([...moved.theirs].map(([from, to]) => [to, from])),
    ours: new Map([...moved.ours].map(([from, to]) => [to, from])),
  };
  return {
    theirs: [...moved.theirs],
    ours: [...moved.ours],
    before: (path: string, side: "theirs" | "ours"): string => back[side].get(path) ?? "",
  };
}

function kindOf(types: readonly string[], wanted: FileEntry | undefined): ConflictKind | undefined {
  if (types.length === 0) return undefined;
  if (types.some((type) => type.includes("rename/rename"))) return "renamed";
  if (wanted === undefined) return "edited";
  return types.some((type) => type.includes("binary")) ? "binary" : "lines";
}

/** The mode of the disk stays, but for whether it may be run. */
function replacing(path: string, file: TreeFile, before: FileEntry): Operation {
  const runs = (file.mode & 0o100) !== 0;
  const mode = runs ? before.mode | ((before.mode & 0o444) >> 2) : before.mode & ~0o111;
  return { op: "replace", path, file: { ...file, mode }, before, diff: "" };
}

/** A name nobody has, or that has these very bytes. */
function freeName(path: string, file: FileEntry, now: Now): string {
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? path : `${path}.${count}`;
    const there = now.at(name);
    if (there === undefined || (there.kind === "file" && Buffer.compare(there.bytes, file.bytes) === 0)) return name;
  }
}
