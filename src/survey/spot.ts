/** Where the pieces of a mounted module lie, so that nothing of theirs is overwritten or shadowed. Pure. */
import type { Spot } from "../options/mount.ts";
import { requirementName } from "./manifests.ts";
import type { Survey } from "./survey.ts";

/** The pieces of its place that the repository decides. */
export type Ground = Omit<Spot, "name" | "install" | "joins">;

/** Finds them; or says why there is no place for a module. */
export function spotFor(found: Survey, names: readonly string[]): Ground | string {
  if (!isInstalled(found))
    return "nothing installs its code, so a job that starts elsewhere could not import a module in it";
  const host = hostOf(found);
  if (host === undefined) return "it has no package that a module could lie in";
  const tests = testsOf(found, host.path);
  const docs = ["docs", "doc"].find((folder) => has(found, folder));
  const leaf = freeName(found, ["", host.path, tests, ...(docs === undefined ? [] : [docs])], names);
  if (leaf === undefined) return `${names.join(", ")} are taken`;
  const root = found.layout.roots.find((one) => one !== "." && host.path.startsWith(`${one}/`));
  const dotted = (root === undefined ? host.path : host.path.slice(root.length + 1)).replaceAll("/", ".");
  return {
    home: leaf,
    package: `${host.path}/${leaf}`,
    module: `${dotted}.${leaf}`,
    tests: tests === "" ? `${leaf}_tests` : `${tests}/${leaf}`,
    docs: docs === undefined ? `${leaf}/docs` : `${docs}/${leaf}`,
    leaf,
  };
}

/** A name that no file, folder, module or requirement has, in any of these folders. */
export function freeName(found: Survey, folders: readonly string[], names: readonly string[]): string | undefined {
  const paths = pathsOf(found);
  const required = new Set(found.manifests.flatMap(({ requirements }) => requirements.map(requirementName)));
  const isTaken = (name: string): boolean =>
    required.has(requirementName(name)) ||
    folders.some((folder) => {
      const start = folder === "" ? name : `${folder}/${name}`;
      return paths.some((path) => path === start || path === `${start}.py` || path.startsWith(`${start}/`));
    });
  return names.find((name) => !isTaken(name));
}

/** Whether an environment gets its packages, wherever a command is started. */
function isInstalled({ manifests }: Survey): boolean {
  return manifests.some(
    ({ path, kinds, backend }) =>
      !path.includes("/") &&
      (backend !== undefined || kinds.some((kind) => kind === "setup.py" || kind === "setup.cfg")),
  );
}

/** The one package; of several, the one that is called like the distribution, else the one with most files. */
function hostOf({ layout, names, files }: Survey): { readonly path: string; readonly name: string } | undefined {
  const called = (name = ""): string => name.toLowerCase().replace(/[-.]+/g, "_");
  const same = layout.packages.find(({ name }) => called(name) === called(names.distribution));
  const count = (folder: string): number => files.filter(({ path }) => path.startsWith(`${folder}/`)).length;
  return same ?? [...layout.packages].sort((a, b) => count(b.path) - count(a.path))[0];
}

/** The folder their tests lie in; empty when a file of that name is in the way of a new one. */
function testsOf(found: Survey, host: string): string {
  const there = ["tests", "test", `${host}/tests`, `${host}/test`].find((folder) =>
    found.files.some(({ path, isTest }) => isTest && path.startsWith(`${folder}/`)),
  );
  return there ?? (has(found, "tests.py") ? "" : "tests");
}

/** All that git knows of, or else the Python that was found. */
export const pathsOf = ({ git, files }: Survey): readonly string[] =>
  git.kind === "tree" ? git.files : files.map(({ path }) => path);

const has = (found: Survey, name: string): boolean =>
  pathsOf(found).some((path) => path === name || path.startsWith(`${name}/`));
