/** Reads a repository's files once, each for all that is wanted of it. Nothing of a text is kept but what was found. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type CalledNames, callsIn } from "./callers.ts";
import { isDocument, type Mention, mentionsIn } from "./docs.ts";
import { isManifest, type Manifest, readManifest } from "./manifests.ts";
import { importRoot, isTestPath, moduleName, packagesOf } from "./modules.ts";
import { secretsIn } from "./secrets.ts";
import { decoded, shapeOf, withFeeds } from "./shape.ts";
import { skeletonOf } from "./skeleton.ts";
import type { Finding, Passed, PythonFile, TextShape } from "./types.ts";
import { reason } from "./walk.ts";

export interface Read {
  readonly files: readonly PythonFile[];
  readonly manifests: readonly Manifest[];
  /** Files that tools read their settings from. */
  readonly settings: ReadonlyMap<string, string>;
  /** How each text file is written that was looked into. */
  readonly shapes: ReadonlyMap<string, TextShape>;
  readonly secrets: readonly Finding[];
  readonly mentions: readonly Mention[];
  /** Names of {@link mentions} that stand in the code. */
  readonly used: ReadonlySet<string>;
  /** Every name that stands in a test. */
  readonly tested: ReadonlySet<string>;
  /** Names that are called, by file; tests are left out. */
  readonly called: CalledNames;
  /** Import roots by file. */
  readonly roots: ReadonlyMap<string, string>;
  readonly passed: readonly Passed[];
}

/** Larger files are data, or were made by a program. */
const LARGEST = 2_000_000;
const SETTINGS =
  /^(?:[^/]+\/)?(?:pyproject\.toml|setup\.(?:cfg|py)|tox\.ini|pytest\.ini|\.?mypy\.ini|\.?ruff\.toml|\.flake8|\.?pylintrc|\.python-version|pyrightconfig\.json|alembic\.ini|\.gitignore|\.gitattributes|\.editorconfig)$/;
const TEXT =
  /\.(?:py|pyw|cfg|toml|ini|ya?ml|json|sh|env|sql|md|rst|txt|conf|properties|tf|ipynb)$|(?:^|\/)(?:\.env[\w.]*|Pipfile|Dockerfile|Makefile|Jenkinsfile|\.?pylintrc|\.flake8|\.python-version|\.git(?:ignore|attributes)|\.editorconfig|readme)$/i;

/** Reads the files of a walk. */
export function readFiles(root: string, paths: readonly string[]): Read {
  const passed: Passed[] = [];
  const shapes = new Map<string, TextShape>();
  const settings = new Map<string, string>();
  const manifests: Manifest[] = [];
  const files: PythonFile[] = [];
  const secrets: Finding[] = [];
  const mentions: Mention[] = [];
  const used = new Set<string>();
  const tested = new Set<string>();
  const called = new Map<string, ReadonlyMap<string, number>>();
  const roots = new Map<string, string>();
  const packages = packagesOf(paths);
  const keep = keeper();
  const wanted = paths.filter((path) => TEXT.test(path) || isManifest(path) || isDocument(path));
  // Documents first: what they name is then looked for in the code while that is at hand.
  for (const path of wanted.sort((a, b) => Number(isDocument(b)) - Number(isDocument(a)))) {
    const text = textOf(root, path, shapes, passed);
    if (text === undefined) continue;
    secrets.push(...secretsIn(path, text));
    if (isManifest(path)) manifests.push(readManifest(path, text));
    if (SETTINGS.test(path)) settings.set(path, copied(text));
    if (isDocument(path)) mentions.push(...mentionsIn(path, text));
    else
      for (const { kind, name } of mentions)
        if (kind !== "file" && !used.has(name) && text.includes(name)) used.add(name);
    if (!/\.pyw?$/.test(path)) continue;
    const home = importRoot(path, packages);
    roots.set(path, home);
    const isTest = isTestPath(path) || /^class \w+\([\w.]*TestCase\)/m.test(text);
    if (isTest) for (const [name] of text.matchAll(/[A-Za-z_]\w*/g)) tested.add(keep(name));
    if (!isTest) called.set(path, callsIn(text, keep));
    const shape = shapes.get(path) as TextShape;
    const skeleton = skeletonOf(withFeeds(text, shape), keep, isTest);
    files.push({ path, shape, skeleton, module: moduleName(path, home), isTest });
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  manifests.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, manifests, settings, shapes, secrets, mentions, used, tested, called, roots, passed };
}

function textOf(root: string, path: string, shapes: Map<string, TextShape>, passed: Passed[]): string | undefined {
  try {
    const { size } = statSync(join(root, path));
    if (size > LARGEST) {
      passed.push({ path, why: `${(size / 1e6).toFixed(1)} MB: too large to be written by hand` });
      return undefined;
    }
    const content = decoded(readFileSync(join(root, path)));
    if (content === undefined) {
      passed.push({ path, why: "binary" });
      return undefined;
    }
    if (content.encoding === "utf-16") passed.push({ path, why: "UTF-16, which Python does not read" });
    shapes.set(path, shapeOf(content));
    return content.text;
  } catch (error) {
    passed.push({ path, why: reason(error) });
    return undefined;
  }
}

/** A string of its own: a part of a text would keep all of it in memory. */
const copied = (text: string): string => Buffer.from(text).toString();

function keeper(): (name: string) => string {
  const known = new Map<string, string>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const own = copied(name);
    known.set(own, own);
    return own;
  };
}
