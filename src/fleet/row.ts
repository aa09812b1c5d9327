/** One project of a fleet: checked, and updated as far as it goes without writing. */
import { look } from "../check/look.ts";
import { readWaivers, WAIVERS, waived } from "../check/waivers.ts";
import type { Around } from "../commands.ts";
import { UserError } from "../errors.ts";
import { packsAround } from "../packs/around.ts";
import { fileAt, findProject } from "../project.ts";
import { gather } from "../update/gather.ts";

export interface Row {
  readonly name: string;
  /** `broken`: it can't be looked at; `update` and `conflict`: what an update would do; `findings`: of policies alone. */
  readonly state: "clean" | "findings" | "update" | "conflict" | "broken";
  readonly behind: boolean;
  readonly edited: number;
  /** Files that an update would change. */
  readonly changes: number;
  readonly conflicts: readonly string[];
  /** Ids of policies, once for each finding. */
  readonly policies: readonly string[];
  readonly why?: string;
}

const NOTHING = { behind: false, edited: 0, changes: 0, conflicts: [], policies: [] };

/** Looks at one. */
export async function rowOf(name: string, folder: string, { world, ours, signal }: Around): Promise<Row> {
  try {
    if (findProject(folder) !== folder)
      return { ...NOTHING, name, state: "broken", why: "there is no project of ours" };
    // What a project's answers name now is what an update of it would take.
    const own = await packsAround(ours, ["update"], folder, world.env, signal);
    const looked = await look(folder, own, world.env, signal);
    const text = fileAt(folder, WAIVERS);
    const waivers = text === undefined ? [] : readWaivers(new TextDecoder().decode(text.bytes));
    const { left } = waived(looked.findings, waivers, new Date().toISOString().slice(0, 10));
    const policies = left.filter(({ owner }) => owner !== "create-ml-project").map(({ policy }) => policy);
    const facts = {
      name,
      behind: left.some(({ policy }) => policy === "behind"),
      edited: looked.files.edited.length,
      policies,
    };
    const wanted = { set: [], restored: [], policy: "markers" as const };
    const { change, left: open } = await gather(folder, wanted, own, world.env, signal);
    const changes =
      change.operations.filter(({ path }) => !path.startsWith(".ml-project/")).length + (change.removed ?? []).length;
    const conflicts = open.map(({ path }) => path);
    const state =
      conflicts.length > 0
        ? "conflict"
        : facts.behind || changes > 0
          ? "update"
          : left.length > 0
            ? "findings"
            : "clean";
    return { ...facts, changes, conflicts, state };
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof UserError ? error.what : `a fault of ours: ${(error as Error).message}`;
    return { ...NOTHING, name, state: "broken", why };
  }
}
