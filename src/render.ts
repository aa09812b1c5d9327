import { aheadOf } from "./ahead.ts";
import { withRecord } from "./change/record.ts";
import { compose } from "./compose.ts";
import { valuesOf } from "./options/values.ts";
import type { Plan, Tree, TreeFile } from "./types.ts";
import { VERSION } from "./version.ts";

/**
 * Renders a plan into a tree: all emitted files in memory, with `.ml-project/` (answers, lock, base).
 * The same plan gives the same bytes, on every machine and at any time.
 */
export function render(plan: Plan, generator: string = VERSION): Tree {
  return withRecord(renderFiles(plan, generator), plan.selection, generator);
}

/** The tree without the record in `.ml-project/`, in any order. */
function renderFiles(plan: Plan, generator: string): Tree {
  if (plan.added === undefined) return renderPaths(plan, generator);
  return new Map([plan, ...plan.added].flatMap((one) => [...renderPaths(one, generator)]));
}

/** The files of one plan, without those of its additions. */
export function renderPaths(plan: Plan, generator: string): Tree {
  const values = valuesOf(plan.selection, generator);
  const ahead = aheadOf(plan.selection);
  const tree = new Map<string, TreeFile>();
  for (const [path, sources] of plan.paths) {
    const owner = [...new Set(sources.map((source) => source.owner))].join(" + ");
    const mode = sources.some((source) => source.entry.mode === 0o755) ? 0o755 : 0o644;
    const foreign = sources.find((source) => source.entry.foreign !== undefined)?.entry.foreign;
    const bytes = compose(path, sources, values, ahead);
    tree.set(path, { bytes, mode, owner, ...(foreign !== undefined && { foreign }) });
  }
  return tree;
}
