/** Who installs a project of theirs, and the command for a group of it. Pure. */
import type { Grouped } from "./pyproject.ts";
import { type Table, tableOf } from "./toml.ts";

export type Manager = "uv" | "PDM" | "Poetry" | "Pipenv" | "pip";

/** Its lock file says so, then its settings, then its build backend. */
export function managerOf(root: Table, lockFiles: readonly string[]): Manager {
  const tool = tableOf(root.tool);
  const backend = String(tableOf(root["build-system"])["build-backend"] ?? "");
  const signs: readonly (readonly [Manager, string, boolean])[] = [
    ["uv", "uv.lock", tool.uv !== undefined || backend.startsWith("uv_build")],
    ["PDM", "pdm.lock", tool.pdm !== undefined || backend.startsWith("pdm")],
    ["Poetry", "poetry.lock", tool.poetry !== undefined || backend.startsWith("poetry")],
  ];
  const found = signs.find(([, lock]) => lockFiles.includes(lock)) ?? signs.find(([, , set]) => set);
  return found?.[0] ?? "pip";
}

/** Installs the project with the group. */
export function installing(manager: Manager, { kind, group }: Grouped): string {
  if (kind === "Poetry group") return `poetry install --with ${group}`;
  if (manager === "uv") return `uv sync --${kind} ${group}`;
  if (manager === "PDM") return `pdm install -G ${group}`;
  if (manager === "Poetry") return `poetry install --${kind === "extra" ? "extras" : "with"} ${group}`;
  return kind === "extra" ? `pip install -e ".[${group}]"` : `pip install --group ${group}`;
}

/** Installs a file of requirements into the environment of the project. */
export function installingFile(manager: Manager, path: string): string {
  const runner = { uv: "uv ", PDM: "", Poetry: "poetry run ", Pipenv: "pipenv run ", pip: "" }[manager];
  return `${runner}pip install -r ${path}`;
}

/** uv and Poetry bring an environment to what was named, and to nothing else. */
export function othersNote(manager: Manager, { kind, group }: Grouped, root: Table): string[] {
  if (kind !== "extra" || (manager !== "uv" && manager !== "Poetry")) return [];
  const others = Object.keys(tableOf(tableOf(root.project)["optional-dependencies"])).filter((name) => name !== group);
  if (others.length === 0) return [];
  return [
    `${manager} takes out what other extras brought (${others.join(", ")}), unless they are named with ${group}.`,
  ];
}
