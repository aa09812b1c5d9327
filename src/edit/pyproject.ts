/** Dependencies of a module in a `pyproject.toml`: an extra, a group, or Poetry's own kind of group. Pure. */
import { holds, missing, namesFor, normal, partsOf } from "./names.ts";
import { type Given, textOf } from "./text.ts";
import { type Entry, readToml, type Table, tableOf, withEntries } from "./toml.ts";

export interface Grouped {
  /** The name it has there. */
  readonly group: string;
  readonly kind: "extra" | "group" | "Poetry group";
  /** The new text; nothing if all of it is there already. */
  readonly text?: string;
}

/** Why there is no safe place in a file, and the line to add by hand; `path` has the requirements meanwhile. */
export interface NoPlace {
  readonly why: string;
  readonly line: (path: string) => string;
}

/** Whether this file declares a project or groups, and does not only hold settings of tools. */
export function declares(root: Table): boolean {
  const poetry = tableOf(tableOf(root.tool).poetry);
  return [root.project, root["dependency-groups"], poetry.name, poetry.dependencies].some((one) => one !== undefined);
}

/** Chooses the road by what the file declares: `[project]` first, then Poetry's tables, then groups alone. */
export function inPyproject(file: Given, requirements: readonly string[], group: string): Grouped | NoPlace {
  const text = textOf(file);
  const root = readToml(file.path, text);
  const poetry = tableOf(tableOf(root.tool).poetry);
  if (root.project !== undefined) return extra(text, root, requirements, group);
  if (poetry.name !== undefined || poetry.dependencies !== undefined)
    return poetryGroup(text, root, requirements, group);
  return list(text, root, ["dependency-groups"], "group", requirements, group);
}

function extra(text: string, root: Table, requirements: readonly string[], group: string): Grouped | NoPlace {
  const { dynamic } = tableOf(root.project);
  if (!Array.isArray(dynamic) || !dynamic.includes("optional-dependencies"))
    return list(text, root, ["project", "optional-dependencies"], "extra", requirements, group);
  return {
    why: "its extras are worked out elsewhere (`dynamic` names optional-dependencies)",
    line: (path) =>
      `${group} = { file = ["${path}"] }  under [tool.setuptools.dynamic.optional-dependencies], or where your build backend has them`,
  };
}

/** A key with a list of requirements in a table of lists. */
function list(
  text: string,
  root: Table,
  table: readonly string[],
  kind: "extra" | "group",
  requirements: readonly string[],
  group: string,
): Grouped | NoPlace {
  const there = table.reduce((at, key) => tableOf(at[key]), root);
  const same = namesFor(group).find((name) => Array.isArray(there[name]) && !missing(requirements, there[name]).length);
  if (same !== undefined) return { group: same, kind };
  const name = freeName(root, group);
  const after = withEntries(text, [{ table, key: name, value: requirements }]);
  if (after !== undefined) return { group: name, kind, text: after };
  return {
    why: `[${table.join(".")}] is written in a form that can't be added to without changing a line of yours`,
    line: () => `${name} = [${requirements.map((one) => JSON.stringify(one)).join(", ")}]  in ${table.join(".")}`,
  };
}

function poetryGroup(text: string, root: Table, requirements: readonly string[], group: string): Grouped | NoPlace {
  const wanted = Object.fromEntries(requirements.map(poetryEntry));
  const groups = tableOf(tableOf(tableOf(root.tool).poetry).group);
  const same = namesFor(group).find((name) => holds(tableOf(tableOf(groups[name]).dependencies), wanted));
  if (same !== undefined) return { group: same, kind: "Poetry group" };
  const name = freeName(root, group);
  const table = ["tool", "poetry", "group", name];
  const entries: Entry[] = [
    { table, key: "optional", value: true },
    ...Object.entries(wanted).map(([key, value]): Entry => ({ table: [...table, "dependencies"], key, value })),
  ];
  const after = withEntries(text, entries);
  if (after !== undefined) return { group: name, kind: "Poetry group", text: after };
  return {
    why: "Poetry's groups are written in a form that can't be added to without changing a line of yours",
    line: () => `[${table.join(".")}] with optional = true, and [${table.join(".")}.dependencies]`,
  };
}

/** `name = ">=1,<2"`, or a table where there is more to say. */
function poetryEntry(requirement: string): [string, string | Table] {
  const { name, extras, range, marker } = partsOf(requirement);
  const version = range === "" ? "*" : range;
  if (extras.length === 0 && marker === "") return [name, version];
  return [name, { version, ...(extras.length > 0 && { extras }), ...(marker !== "" && { markers: marker }) }];
}

/** A name that no extra and no group has, of whatever tool: several tools put them all in one bag. */
function freeName(root: Table, group: string): string {
  const tool = tableOf(root.tool);
  const taken = [
    tableOf(root.project)["optional-dependencies"],
    root["dependency-groups"],
    tableOf(tool.poetry).group,
    tableOf(tool.poetry).extras,
    tableOf(tool.pdm)["dev-dependencies"],
  ].flatMap((table) => Object.keys(tableOf(table)).map(normal));
  return namesFor(group).find((name) => !taken.includes(name)) ?? `${group}-${taken.length}`;
}
