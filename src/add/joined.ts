/** What joins a mounted module to the repository around it: dependencies in their manifest. Only reads. */
import type { Around } from "../commands.ts";
import type { Operation } from "../types.ts";
import type { Host } from "./mounted.ts";

export interface Joined {
  /** The command that brings what the module needs. */
  readonly install: string;
  /** Parts with files that only such a repository gets. */
  readonly parts: { readonly part: string; readonly name: string }[];
  readonly operations: readonly Operation[];
  readonly notes: readonly string[];
}

export function joined(_root: string, _host: Host, needs: readonly string[], _around: Around): Joined {
  return { install: `pip install ${needs.map((need) => `"${need}"`).join(" ")}`, parts: [], operations: [], notes: [] };
}
