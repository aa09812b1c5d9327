/** What is said of the manifests that stay as they are, and the line that a person may add to each. Pure. */
import { readManifest } from "../survey/manifests.ts";
import { compiledBy } from "./requirements.ts";
import { type Given, textOf } from "./text.ts";

/** Of one manifest; nothing of what has no need of a line. `own` is the file with the requirements. */
export function lineFor(file: Given, own: string, group: string): string | undefined {
  const { path } = file;
  if (path === own) return undefined;
  if (path === "setup.py")
    return `setup.py is a program and left alone. To have an extra of it, add to its setup(…): extras_require={"${group}": open("${own}").read().splitlines()}`;
  if (path === "setup.cfg")
    return declaring(file)
      ? `setup.cfg is left alone. To have an extra of it, add under [options.extras_require]: ${group} = file: ${own}`
      : undefined;
  if (path === "Pipfile")
    return `Pipfile is left alone. To have a category of it: pipenv install --categories ${group} -r ${own}`;
  if (/^environment[\w.-]*\.ya?ml$/.test(path))
    return `${path} is left alone. To have it there, add under its \`- pip:\`: - -r ${own}`;
  if (/\.(?:txt|in)$/.test(path)) {
    const by = compiledBy(textOf(file));
    if (by !== undefined) return `${path} is written by ${by} and left alone.`;
    // The first of them: the others are for development, tests, documentation.
    if (!/(?:^|\/)(?:requirements|base|main|common)\.(?:txt|in)$/.test(path)) return undefined;
    const line = path.includes("/") ? own.slice(own.lastIndexOf("/") + 1) : own;
    return `${path} is left alone. To have both installed at once, add to it: -r ${line}`;
  }
  return undefined;
}

/** Whether a `setup.cfg` declares a project, and does not only hold settings of tools. */
export const declaring = (file: Given): boolean => readManifest(file.path, textOf(file)).kinds.includes("setup.cfg");
