/** A fleet as a table and as a document. Pure. */
import { cut, pad, safe } from "../text.ts";
import type { Json } from "../types.ts";
import type { Row } from "./row.ts";

const MARK: Readonly<Record<Row["state"], string>> = {
  clean: "✓",
  findings: "!",
  update: "↑",
  conflict: "✗",
  broken: "✗",
};

const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;

/** Policies by how often they fail, most often first. */
function failing(rows: readonly Row[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { policies } of rows) for (const id of policies) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}

/** For a person. */
export function fleetLines(rows: readonly Row[], columns: number): string[] {
  const width = Math.min(32, Math.max(...rows.map(({ name }) => safe(name).length)));
  const lines = rows.map(({ name, state, behind, changes, conflicts, policies, edited, why }) => {
    const facts = [
      ...(why === undefined ? [] : [why]),
      ...(behind ? ["behind"] : []),
      ...(changes > 0 ? [`an update changes ${count(changes, "file")}`] : []),
      ...(conflicts.length > 0 ? [`conflicts in ${conflicts.join(", ")}`] : []),
      ...(policies.length > 0 ? [`fails ${[...new Set(policies)].join(", ")}`] : []),
      ...(edited > 0 ? [`${edited} edited`] : []),
    ];
    const left = `${MARK[state]} ${pad(cut(safe(name), width), width)}  `;
    return `${left}${cut(safe(facts.join("; ")), Math.max(20, columns - left.length))}`.trimEnd();
  });
  const of = (...states: Row["state"][]): number => rows.filter(({ state }) => states.includes(state)).length;
  const worst = failing(rows).map(([id, times]) => `${id} (${times})`);
  return [
    ...lines,
    "",
    `${count(rows.length, "project")}: ${of("clean")} clean, ${of("update", "conflict")} to update (${of("conflict")} with conflicts), ${of("findings")} with findings, ${of("broken")} broken.`,
    ...(worst.length > 0 ? [`Policies that fail most: ${worst.slice(0, 5).join(", ")}`] : []),
  ];
}

/** For `--json`. */
export function fleetDocument(rows: readonly Row[]): { [key: string]: Json } {
  return {
    projects: rows.map(({ conflicts, policies, why, ...row }) => ({
      ...row,
      conflicts: [...conflicts],
      policies: [...policies],
      why: why ?? null,
    })),
    policies: Object.fromEntries(failing(rows)),
  };
}
