/** What kind of repository it is. Pure: from paths, manifests and imports. */
import type { Manifest } from "./manifests.ts";
import { folderOf, packagesOf } from "./modules.ts";
import type { PythonFile } from "./types.ts";

export interface Layout {
  /** `src`, `flat`, `scripts`, `notebooks`, `several packages`, `monorepo`, `none`. */
  readonly shape: string;
  /** Frameworks and templates it was made with: `Django`, `Kedro`, `ours`, … */
  readonly kinds: readonly string[];
  /** Top-level packages, as `folder → name`. */
  readonly packages: readonly { readonly path: string; readonly name: string }[];
  /** Folders that stand on Python's path. */
  readonly roots: readonly string[];
  readonly notebooks: readonly string[];
  readonly scripts: readonly string[];
}

/** Folders of help for the code, at any depth: what lies in them is not what the repository is. */
const NOT_THEIRS =
  /^(?:fixtures?|samples?|demos?|tests?|testing|docs?|examples?|scripts?|benchmarks?|tools?|notebooks?|migrations|build|dist)$/;

/** Finds the layout; `found` are the kinds whose signs an option knows. */
export function layoutOf(
  paths: readonly string[],
  files: readonly PythonFile[],
  manifests: readonly Manifest[],
  roots: ReadonlyMap<string, string>,
): Layout {
  const packaged = packagesOf(paths);
  const tops = [...packaged].filter((folder) => !packaged.has(folderOf(folder)) || folder === "");
  const packages = tops
    .filter((folder) => folder !== "")
    .map((path) => ({ path, name: path.slice(path.lastIndexOf("/") + 1) }))
    .filter(({ path }) => !path.split("/").some((folder) => NOT_THEIRS.test(folder)))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const notebooks = paths.filter((path) => path.endsWith(".ipynb"));
  const scripts = files
    .filter(
      ({ path, isTest }) => !isTest && !path.includes("/") && !/^(?:setup|conftest|noxfile|manage)\.py$/.test(path),
    )
    .map(({ path }) => path);
  const homes = new Set(
    manifests
      .filter(
        ({ path, kinds }) =>
          /(?:pyproject\.toml|setup\.py|setup\.cfg)$/.test(path) && !kinds.includes("settings of tools only"),
      )
      .map(({ path }) => folderOf(path)),
  );
  const inSrc = packages.filter(({ path }) => /(?:^|\/)src\/[^/]+$/.test(path));
  const monorepo =
    [...homes].filter((folder) => folder !== "" && !folder.split("/").some((part) => NOT_THEIRS.test(part))).length > 1;
  const shape = monorepo
    ? "monorepo"
    : packages.length > 1
      ? "several packages"
      : inSrc.length === 1
        ? "src"
        : packages.length === 1
          ? "flat"
          : scripts.length > 0 || files.some(({ isTest }) => !isTest)
            ? "scripts"
            : notebooks.length > 0
              ? "notebooks"
              : "none";
  return {
    shape,
    kinds: kindsOf(paths, files, manifests),
    packages,
    roots: [...new Set(roots.values())].map((root) => root || ".").sort(),
    notebooks,
    scripts,
  };
}

/** Signs by which a framework or a template is known: any one of them is enough. */
function kindsOf(paths: readonly string[], files: readonly PythonFile[], manifests: readonly Manifest[]): string[] {
  const has = (rule: RegExp): boolean => paths.some((path) => rule.test(path));
  const imported = new Set(files.flatMap(({ skeleton }) => skeleton.imports.map(({ module }) => module.split(".")[0])));
  const needs = (name: RegExp): boolean =>
    manifests.some(({ requirements }) => requirements.some((line) => name.test(line)));
  const kinds: string[] = [];
  const add = (kind: string, when: boolean): unknown => when && kinds.push(kind);
  add("ours", has(/^(?:[^/]+\/)?\.ml-project\/answers\.yaml$/));
  add("Django", has(/(?:^|\/)manage\.py$/) && (imported.has("django") || needs(/^django\b/i)));
  add("Flask", imported.has("flask"));
  add("FastAPI", imported.has("fastapi"));
  add("Kedro", needs(/^kedro\b/i) || (imported.has("kedro") && has(/(?:^|\/)conf\/base\/catalog[\w.]*\.ya?ml$/)));
  const data = has(/^data\/(?:raw|interim|processed)\//) || has(/^references\//);
  add(
    "cookiecutter-data-science v1",
    has(/^src\/(?:data\/make_dataset|features\/build_features|models\/train_model)\.py$/),
  );
  add(
    "cookiecutter-data-science v2",
    data && has(/^(?!src\/)[^/]+\/(?:modeling\/(?:train|predict)|dataset|plots)\.py$/) && has(/^[^/]+\/config\.py$/),
  );
  return kinds;
}
