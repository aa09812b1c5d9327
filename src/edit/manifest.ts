/**
 * Dependencies of a mounted module, put into the manifest of the repository around it. Pure: files in, files out.
 * Whatever is added stands on lines of its own, in a group of its own; every other byte stays as it is.
 *
 * The file that declares the project is chosen: `pyproject.toml` (its `[project]`, then Poetry's tables, then groups
 * alone), `setup.cfg` or `setup.py`, a `Pipfile`, requirements files, `environment.yml`. Of these, the first and the
 * last are edited. For the rest, and wherever no place is sure, the group is a requirements file of its own, and the
 * line that would join it to theirs is told, not written: `pip install -r requirements.txt` runs in images and on
 * machines that have no use for a model's packages. So it is with a conda environment beside requirements files:
 * their own file serves both.
 */
import { declaring, lineFor } from "./beside.ts";
import { inEnvironment, type Listed } from "./environment.ts";
import { installing, installingFile, type Manager, managerOf, othersNote } from "./install.ts";
import { lockNotes } from "./locks.ts";
import { normal } from "./names.ts";
import { declares, type Grouped, inPyproject, type NoPlace } from "./pyproject.ts";
import { ownFile } from "./requirements.ts";
import { bytesOf, type Given, textOf } from "./text.ts";
import { readToml, type Table } from "./toml.ts";

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

interface Wanted {
  readonly manifests: readonly Given[];
  readonly requirements: readonly string[];
  readonly group: string;
  readonly lockFiles: readonly string[];
}

/**
 * Adds requirements in a group of their own. Done twice, it changes nothing: a group that has them all is taken as it is.
 *
 * @param manifests the repository's manifests with paths from its root; those below it are left alone, but for `requirements/`
 * @param requirements as PEP 508 writes them
 * @param group the name wanted, spelled as installers do (`ml_models` is `ml-models`); another one is taken if something else has it
 * @param lockFiles paths of lock files; none of them is written
 * @throws ManifestRefused where the manifest that is to be edited can't be read
 */
export function withDependencies(
  manifests: readonly Given[],
  requirements: readonly string[],
  group: string,
  lockFiles: readonly string[],
): Added {
  const atRoot = manifests.filter(({ path }) => !path.includes("/") || /^requirements\/[^/]+$/.test(path));
  const wanted: Wanted = { manifests: atRoot, requirements, group: normal(group), lockFiles };
  const project = atRoot.find(({ path }) => path === "pyproject.toml");
  if (project !== undefined) {
    const root = readToml(project.path, textOf(project));
    if (declares(root)) {
      const done = inPyproject(project, requirements, wanted.group);
      return "why" in done
        ? apart(wanted, managerOf(root, lockFiles), [project, done])
        : inProject(wanted, project, done, root);
    }
  }
  if (atRoot.some((file) => file.path === "setup.py" || (file.path === "setup.cfg" && declaring(file))))
    return apart(wanted, "pip");
  if (atRoot.some(({ path }) => path === "Pipfile")) return apart(wanted, "Pipenv");
  const conda = atRoot.filter(({ path }) => /^environment[\w.-]*\.ya?ml$/.test(path));
  const environment = conda.find(({ path }) => /^environment\.ya?ml$/.test(path)) ?? conda[0];
  if (environment === undefined || atRoot.some(({ path }) => /requirements[\w./-]*\.(?:txt|in)$/i.test(path)))
    return apart(wanted, "pip");
  const done = inEnvironment(environment, requirements);
  return "why" in done ? apart(wanted, "pip", [environment, done]) : inConda(wanted, environment, done);
}

function edited({ path }: Given, text: string | undefined, lockFiles: readonly string[]) {
  return {
    edits: text === undefined ? [] : [{ path, bytes: bytesOf(text) }],
    added: [],
    locks: text === undefined ? [] : lockNotes(path, lockFiles),
    said: text === undefined ? `The dependencies were in ${path} already` : `The dependencies are in ${path}`,
  };
}

function inProject({ manifests, lockFiles }: Wanted, file: Given, done: Grouped, root: Table): Added {
  const manager = managerOf(root, lockFiles);
  const { edits, added, locks, said } = edited(file, done.text, lockFiles);
  const others = manifests.filter(({ path }) => path !== file.path).map(({ path }) => path);
  const why =
    others.length === 0
      ? ""
      : ` It declares the project; ${others.join(", ")} ${others.length === 1 ? "stays as it is" : "stay as they are"}.`;
  const notes = [`${said}, in the ${done.kind} ${done.group}.${why}`, ...locks, ...othersNote(manager, done, root)];
  return { edits, added, notes, install: installing(manager, done) };
}

function inConda({ lockFiles }: Wanted, file: Given, { text }: Listed): Added {
  const { edits, added, locks, said } = edited(file, text, lockFiles);
  const notes = [`${said}, in the list that conda hands to pip: conda knows no groups.`, ...locks];
  return { edits, added, notes, install: `conda env update --file ${file.path}` };
}

/** A file of their own, for whatever has no place for a group that can be edited safely. */
function apart(wanted: Wanted, manager: Manager, left?: readonly [Given, NoPlace]): Added {
  const { manifests, requirements, group } = wanted;
  const { path, file } = ownFile(manifests, requirements, group);
  const why =
    left === undefined
      ? []
      : [`${left[0].path} is left alone: ${left[1].why}. To have it there, add: ${left[1].line(path)}`];
  const lines = manifests.flatMap((one) => (one === left?.[0] ? [] : (lineFor(one, path, group) ?? [])));
  return {
    edits: [],
    added: file === undefined ? [] : [file],
    notes: [...why, `The dependencies are in ${path}, a file of their own.`, ...lines],
    install: installingFile(manager, path),
  };
}
