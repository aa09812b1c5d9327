/**
 * Dependencies of a mounted module, put into the manifest of the repository around it. Pure: files in, files out.
 * Whatever is added stands on lines of its own, in a group of its own; every other byte stays as it is.
 */
import { lockNotes } from "./locks.ts";
import { declares, type Grouped, inPyproject, type NoPlace } from "./pyproject.ts";
import { compiledBy, ownFile } from "./requirements.ts";
import { bytesOf, type Given, textOf } from "./text.ts";
import { readToml, type Table, tableOf } from "./toml.ts";

/** A file of theirs with its new content. */
export interface Edit {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface Added {
  /** Files of theirs that get lines. */
  readonly edits: readonly Edit[];
  /** New files, such as `requirements-ml.txt`. */
  readonly added: readonly Edit[];
  /** What was chosen and why, and what is left to a person: a lock to refresh, a line to add. */
  readonly notes: readonly string[];
  /** The command that installs what the module needs. */
  readonly install: string;
}

/**
 * Adds requirements in a group of their own. Done twice, it changes nothing: a group that has them all is taken as it is.
 *
 * @param manifests the repository's manifests at its root (and in `requirements/`), with paths from there; others are left alone
 * @param requirements as PEP 508 writes them
 * @param group the name wanted; another one is taken if something else has it
 * @param lockFiles paths of lock files; none of them is written
 * @throws ManifestRefused where the manifest that is to be edited can't be read
 */
export function withDependencies(
  manifests: readonly Given[],
  requirements: readonly string[],
  group: string,
  lockFiles: readonly string[],
): Added {
  const at = new Map(manifests.map((file) => [file.path, file]));
  const project = at.get("pyproject.toml");
  if (project !== undefined) {
    const root = readToml(project.path, textOf(project));
    if (declares(root)) {
      const done = inPyproject(project, requirements, group);
      if ("why" in done) return apart(manifests, requirements, group, [told(project.path, done)]);
      return inProject(project, done, root, manifests, lockFiles);
    }
  }
  return apart(manifests, requirements, group, []);
}

const told = (path: string, { why, line }: NoPlace): string =>
  `${path} is left alone: ${why}. To have it there, add: ${line}`;

function inProject(
  file: Given,
  { group, kind, text }: Grouped,
  root: Table,
  manifests: readonly Given[],
  lockFiles: readonly string[],
): Added {
  const others = manifests.filter(({ path }) => path !== file.path).map(({ path }) => path);
  const manager = managerOf(root, lockFiles);
  const chosen =
    others.length === 0
      ? ""
      : ` It declares the project; ${others.join(", ")} stay${others.length === 1 ? "s" : ""} as ${others.length === 1 ? "it is" : "they are"}.`;
  return {
    edits: text === undefined ? [] : [{ path: file.path, bytes: bytesOf(text) }],
    added: [],
    notes: [
      text === undefined
        ? `${file.path} has the dependencies already, in the ${kind} ${group}.${chosen}`
        : `The dependencies are in ${file.path}, in the ${kind} ${group}.${chosen}`,
      ...(text === undefined ? [] : lockNotes(file.path, lockFiles)),
    ],
    install: installing(manager, kind, group),
  };
}

/** A file of their own, for whatever has no place for a group that can be edited safely. */
function apart(
  manifests: readonly Given[],
  requirements: readonly string[],
  group: string,
  why: readonly string[],
): Added {
  const { path, file } = ownFile(manifests, requirements, group);
  const compiled = manifests.flatMap((one) => {
    const by = /\.txt$/.test(one.path) && one.path !== path ? compiledBy(textOf(one)) : undefined;
    return by === undefined ? [] : [`${one.path} is written by ${by} and left alone.`];
  });
  return {
    edits: [],
    added: file === undefined ? [] : [file],
    notes: [...why, `The dependencies are in ${path}, a file of their own.`, ...compiled],
    install: `pip install -r ${path}`,
  };
}

type Manager = "uv" | "PDM" | "Poetry" | "pip";

/** Who installs this project: its lock file says so, then its settings, then its build backend. */
function managerOf(root: Table, lockFiles: readonly string[]): Manager {
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

function installing(manager: Manager, kind: Grouped["kind"], group: string): string {
  if (kind === "Poetry group") return `poetry install --with ${group}`;
  if (manager === "uv") return `uv sync --${kind} ${group}`;
  if (manager === "PDM") return `pdm install -G ${group}`;
  if (manager === "Poetry")
    return kind === "extra" ? `poetry install --extras ${group}` : `poetry install --with ${group}`;
  return kind === "extra" ? `pip install -e ".[${group}]"` : `pip install --group ${group}`;
}
