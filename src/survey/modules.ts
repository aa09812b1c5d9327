/** Dotted names of Python files, where they are imported from, and who imports whom. Pure. */
import type { PythonFile, PythonImport } from "./types.ts";

export const folderOf = (path: string): string => (path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "");

/**
 * The folder that stands on Python's path for a file: above its topmost package. A file outside of packages is
 * imported from the folder it lies in, or from a `src/` above it.
 */
export function importRoot(path: string, packages: ReadonlySet<string>): string {
  let folder = folderOf(path);
  while (folder !== "" && packages.has(folder)) folder = folderOf(folder);
  const src = /^(.*?\/)?src(?=\/|$)/.exec(folder);
  return src === null || packages.has(src[0]) ? folder : src[0];
}

/** `src/shop/models/base.py` below `src` → `shop.models.base`. */
export function moduleName(path: string, root: string): string {
  const inside = root === "" ? path : path.slice(root.length + 1);
  return inside
    .replace(/\.pyw?$/, "")
    .replace(/\/__init__$|^__init__$/, "")
    .replaceAll("/", ".");
}

/** Folders with an `__init__.py`. */
export function packagesOf(paths: readonly string[]): Set<string> {
  return new Set(paths.filter((path) => /(?:^|\/)__init__\.py$/.test(path)).map(folderOf));
}

export interface Graph {
  /** By path: the repository's own files it imports, when it is imported. */
  readonly imports: ReadonlyMap<string, readonly string[]>;
  readonly importedBy: ReadonlyMap<string, readonly string[]>;
  /** Top-level names that are not the repository's own. */
  readonly foreign: ReadonlySet<string>;
}

/** Who imports whom. Of modules with one name the nearest is meant. */
export function graphOf(files: readonly PythonFile[]): Graph {
  const byName = new Map<string, string[]>();
  for (const { module, path } of files) byName.set(module, [...(byName.get(module) ?? []), path]);
  const imports = new Map<string, string[]>();
  const importedBy = new Map<string, string[]>();
  const foreign = new Set<string>();
  for (const file of files) {
    const found = new Set<string>();
    for (const one of file.skeleton.imports) {
      const targets = targetsOf(file, one).flatMap((name) => nearest(byName.get(name) ?? [], file.path));
      for (const path of targets) if (path !== file.path) found.add(path);
      if (targets.length === 0 && one.level === 0) foreign.add(one.module.split(".")[0] ?? "");
    }
    imports.set(file.path, [...found].sort());
    for (const path of found) importedBy.set(path, [...(importedBy.get(path) ?? []), file.path]);
  }
  return { imports, importedBy, foreign };
}

/** Names an import may mean: the module, what is taken from it if that is a module, else the packages above. */
function targetsOf(file: PythonFile, { level, module, names }: PythonImport): string[] {
  let base = module;
  if (level > 0) {
    const parts = file.module.split(".");
    const above = file.path.endsWith("__init__.py") ? parts.slice(0, parts.length - level + 1) : parts.slice(0, -level);
    base = [...above, ...(module === "" ? [] : [module])].join(".");
  }
  return [...names.map((name) => `${base}.${name}`), base];
}

/** The one that shares most of its folders with the importer. */
function nearest(paths: readonly string[], from: string): string[] {
  const shared = (path: string): number => {
    let at = 0;
    while (at < path.length && path[at] === from[at]) at += 1;
    return at;
  };
  return paths.length < 2 ? [...paths] : [[...paths].sort((a, b) => shared(b) - shared(a))[0] ?? ""];
}

/** Whether a file is a test by its name or place. */
export function isTestPath(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return /^(?:test_.*|.*_tests?|tests?|conftest)\.py$/.test(name) || /(?:^|\/)(?:tests?|testing)\//.test(path);
}
