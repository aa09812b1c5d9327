/** What joins a mounted module to the repository around it: dependencies, scheduler, CI, migrations. Only reads. */
import { posix } from "node:path";
import type { Around } from "../commands.ts";
import type { Spot } from "../options/mount.ts";
import { MOUNTED } from "../plan.ts";
import type { Operation } from "../types.ts";
import type { Host } from "./mounted.ts";

export interface Joined {
  /** The command that brings what the module needs. */
  readonly install: string;
  readonly joins: Spot["joins"];
  /** Lines in files of theirs, and files beside those. */
  readonly operations: readonly Operation[];
  readonly notes: readonly string[];
}

export function joined(_root: string, { found }: Host, needs: readonly string[], { packs }: Around): Joined {
  const used = new Map(found.uses.map(({ group, id, path }) => [`${group}/${id}`, path]));
  const options = packs.flatMap(({ groups }) => groups.flatMap((group) => group.options));
  const joins = options.flatMap(({ group, id, with: pairs }): [string, string][] => {
    const path = used.get(`${group}/${id}`);
    return pairs.has(MOUNTED) && path !== undefined ? [[`${group}/${id}`, posix.dirname(path)]] : [];
  });
  return {
    install: `pip install ${needs.map((need) => `"${need}"`).join(" ")}`,
    joins: Object.fromEntries(joins),
    operations: [],
    notes: [],
  };
}
