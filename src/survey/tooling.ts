/** What works on a repository besides its own code: tests, linters, type checkers, CI, Python's range. Pure. */
import { parse as parseToml } from "smol-toml";
import { type Ini, readIni } from "./ini.ts";
import type { Manifest } from "./manifests.ts";
import type { PythonFile } from "./types.ts";

/** Texts of the files that settings stand in, by path. */
export type Settings = ReadonlyMap<string, string>;

export interface TestRunner {
  readonly name: string;
  /** Where its settings stand, and what they say. */
  readonly where?: string;
  readonly options: string;
  /** The folders it looks in, as far as they are named. */
  readonly paths: readonly string[];
}

export interface Tooling {
  readonly tests?: TestRunner;
  /** Linters, formatters and type checkers with where they are set up; `strict` where they say so. */
  readonly checks: readonly { readonly name: string; readonly where: string; readonly strict: boolean }[];
  readonly ci: readonly { readonly name: string; readonly path: string }[];
  readonly python?: { readonly range: string; readonly where: string };
}

type Table = Readonly<Record<string, unknown>>;
const table = (value: unknown): Table => (typeof value === "object" && value !== null ? (value as Table) : {});

const CI = [
  ["GitHub Actions", /^\.github\/workflows\/[^/]+\.ya?ml$/],
  ["GitLab CI", /^\.gitlab-ci\.ya?ml$/],
  ["Azure Pipelines", /^azure-pipelines[\w.-]*\.ya?ml$/],
  ["CircleCI", /^\.circleci\/config\.ya?ml$/],
  ["Travis CI", /^\.travis\.ya?ml$/],
  ["Jenkins", /^Jenkinsfile/],
  ["Bitbucket Pipelines", /^bitbucket-pipelines\.ya?ml$/],
  ["AppVeyor", /^\.?appveyor\.ya?ml$/],
  ["Drone", /^\.drone\.ya?ml$/],
  ["Buildkite", /^\.buildkite\//],
] as const;

/** Checkers by their table in pyproject.toml, their own file, and their section elsewhere. */
const CHECKS = [
  ["ruff", "ruff", /^\.?ruff\.toml$/, undefined],
  ["black", "black", undefined, undefined],
  ["isort", "isort", /^\.isort\.cfg$/, "isort"],
  ["flake8", "flake8", /^\.flake8$/, "flake8"],
  ["pylint", "pylint", /^\.?pylintrc$/, "pylint"],
  ["mypy", "mypy", /^\.?mypy\.ini$/, "mypy"],
  ["pyright", "pyright", /^pyrightconfig\.json$/, undefined],
  ["pytype", "pytype", /^pytype\.cfg$/, undefined],
  ["coverage", "coverage", /^\.coveragerc$/, "coverage:run"],
  ["yapf", "yapf", /^\.style\.yapf$/, "yapf"],
] as const;

/** Finds them all. `manifests` in the order they are asked for a range. */
export function toolingOf(
  paths: readonly string[],
  settings: Settings,
  manifests: readonly Manifest[],
  files: readonly PythonFile[],
): Tooling {
  const tools = toolTables(settings.get("pyproject.toml"));
  const inis = new Map<string, Ini>();
  for (const path of ["setup.cfg", "tox.ini", "pytest.ini", "mypy.ini", ".mypy.ini"]) {
    const content = settings.get(path);
    if (content !== undefined) inis.set(path, readIni(content));
  }
  const checks = CHECKS.flatMap(([name, key, file, section]) => {
    const where: string[] = [];
    if (key !== undefined && tools[key] !== undefined) where.push("pyproject.toml");
    where.push(...paths.filter((path) => file?.test(path)));
    for (const [path, ini] of inis) if (section && (ini[section] ?? ini[`tool:${section}`])) where.push(path);
    const strict = where.some((path) =>
      /\bstrict\s*[=:]\s*(?:true|1)|disallow_untyped_defs\s*=\s*true|"strict"/i.test(own(name, path, settings)),
    );
    return where.length === 0 ? [] : [{ name, where: [...new Set(where)].join(", "), strict }];
  });
  const tests = runnerOf(paths, tools, inis, manifests, files);
  const python = rangeOf(settings, manifests, inis);
  return {
    ...(tests === undefined ? {} : { tests }),
    checks,
    ci: CI.flatMap(([name, rule]) => paths.filter((path) => rule.test(path)).map((path) => ({ name, path }))),
    ...(python === undefined ? {} : { python }),
  };
}

function toolTables(content: string | undefined): Table {
  try {
    return content === undefined ? {} : table(table(parseToml(content)).tool);
  } catch {
    return {}; // named with its place among the manifests
  }
}

/** The share of a settings file that is about one tool. */
function own(name: string, path: string, settings: Settings): string {
  const content = settings.get(path) ?? "";
  const begin = content.search(new RegExp(`^\\[(?:tool[.:])?${name}\\b`, "m"));
  if (begin < 0) return path.includes(name) || path.includes("pyright") ? content : "";
  const rest = content.slice(begin + 1);
  const end = rest.search(new RegExp(`^\\[(?!(?:\\[)?(?:tool[.:])?${name}\\b)`, "m"));
  return end < 0 ? rest : rest.slice(0, end);
}

function runnerOf(
  paths: readonly string[],
  tools: Table,
  inis: ReadonlyMap<string, Ini>,
  manifests: readonly Manifest[],
  files: readonly PythonFile[],
): TestRunner | undefined {
  const words = (value: unknown): string[] =>
    Array.isArray(value)
      ? value.map(String)
      : String(value ?? "")
          .split(/\s+/)
          .filter((word) => word !== "");
  const about = (where: string, given: Table): TestRunner => ({
    name: "pytest",
    where,
    options: words(given.addopts).join(" "),
    paths: words(given.testpaths),
  });
  const modern = table(tools.pytest);
  // Since version 9 the settings may stand in the table itself.
  if (tools.pytest !== undefined) return about("pyproject.toml", table(modern.ini_options ?? modern));
  for (const [path, section] of [
    ["pytest.ini", "pytest"],
    ["tox.ini", "pytest"],
    ["setup.cfg", "tool:pytest"],
  ] as const) {
    const found = inis.get(path)?.[section];
    if (found !== undefined) return about(path, found);
  }
  const tests = files.filter(({ isTest }) => isTest);
  const uses = (module: string): boolean =>
    tests.some(({ skeleton }) => skeleton.imports.some((one) => one.module.split(".")[0] === module));
  const listed = manifests.some(({ requirements }) => requirements.some((line) => /^pytest\b/i.test(line)));
  if (uses("pytest") || listed) return { name: "pytest", options: "", paths: [] };
  if (paths.includes("manage.py")) return { name: "Django's test command", where: "manage.py", options: "", paths: [] };
  if (uses("nose")) return { name: "nose", options: "", paths: [] };
  if (uses("unittest") || tests.some(({ skeleton }) => skeleton.classes.some(({ bases }) => /TestCase/.test(bases))))
    return { name: "unittest", options: "", paths: [] };
  const plain = tests.some(({ skeleton }) => skeleton.functions.some(({ name }) => /^test_/.test(name)));
  return plain ? { name: "pytest", options: "", paths: [] } : undefined;
}

/** The Python a repository says it needs, and where it says so. */
function rangeOf(
  settings: Settings,
  manifests: readonly Manifest[],
  inis: ReadonlyMap<string, Ini>,
): Tooling["python"] {
  const rooted = [...manifests].sort((a, b) => a.path.split("/").length - b.path.split("/").length);
  const declared = rooted.find(({ python }) => python !== undefined);
  if (declared?.python !== undefined) return { range: declared.python, where: declared.path };
  const pinned = settings.get(".python-version")?.trim().split("\n")[0];
  if (pinned) return { range: `==${pinned}`, where: ".python-version" };
  for (const path of ["setup.py", "setup.cfg", "pyproject.toml"]) {
    const said = [...(settings.get(path) ?? "").matchAll(/Programming Language :: Python :: (\d\.\d+)/g)].map(
      ([, version = ""]) => version,
    );
    if (said.length > 0) return { range: said.join(", "), where: `the classifiers of ${path}` };
  }
  const envs = inis.get("tox.ini")?.tox?.envlist ?? "";
  const tried = [...envs.matchAll(/py\{?([\d,]+)\}?/g)]
    .flatMap(([, list = ""]) => list.split(","))
    .filter((one) => one.length > 1);
  const spelled = tried.map((one) => `${one[0]}.${one.slice(1)}`);
  return spelled.length === 0 ? undefined : { range: spelled.join(", "), where: "tox.ini" };
}
