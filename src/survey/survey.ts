/** A repository as it is found: read once, nothing of it imported or run. */
import type { GitState } from "../run/repository.ts";
import type { Option } from "../types.ts";
import { type Called, callersOf } from "./callers.ts";
import { gone } from "./docs.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { type Manifest, requirementName } from "./manifests.ts";
import { type Graph, graphOf } from "./modules.ts";
import { type Read, readFiles } from "./read.ts";
import { type Tooling, toolingOf } from "./tooling.ts";
import type { Finding, Passed, PythonFile, PythonFunction, TextShape } from "./types.ts";
import { type Walked, walk } from "./walk.ts";

export interface Survey {
  readonly folder: string;
  readonly git: GitState;
  readonly layout: Layout;
  readonly manifests: readonly Manifest[];
  /** Where the name on the index and the name to import differ. */
  readonly names: { readonly distribution?: string; readonly packages: readonly string[] };
  readonly locks: readonly string[];
  readonly tooling: Tooling;
  /** Options whose signs were found, by group. */
  readonly uses: readonly {
    readonly group: string;
    readonly id: string;
    readonly label: string;
    readonly sign: string;
    /** The file that uses it, where that is more than a requirement. */
    readonly path?: string;
    /** It is about the repository as a whole, as its CI is. */
    readonly atRoot: boolean;
  }[];
  readonly migrations: readonly { readonly kind: string; readonly path: string }[];
  readonly files: readonly PythonFile[];
  readonly shapes: ReadonlyMap<string, TextShape>;
  readonly graph: Graph;
  readonly untested: readonly Finding[];
  readonly undocumented: readonly Finding[];
  /** Of the undocumented ones those that are called, and where. */
  readonly callers: readonly Called[];
  readonly effects: readonly Finding[];
  readonly broken: readonly Finding[];
  readonly python2: readonly Finding[];
  readonly secrets: readonly Finding[];
  readonly gone: readonly Finding[];
  readonly passed: readonly Passed[];
  /** How many files a parser went through, besides the lexer. */
  readonly parsed: number;
}

const LOCKS =
  /^(?:.*\/)?(?:uv\.lock|poetry\.lock|pdm\.lock|Pipfile\.lock|conda-lock\.ya?ml|pixi\.lock|pylock[\w.]*\.toml|requirements[\w.-]*\.lock)$/;

/** Looks at a folder; `options` are those whose signs are looked for. */
export function survey(folder: string, git: GitState, options: readonly Option[]): Survey {
  const walked = withoutTemplates(walk(folder, git.kind === "tree" ? git.files : undefined));
  const read = readFiles(folder, walked.paths);
  const { files, manifests } = read;
  const code = files.filter(({ isTest }) => !isTest);
  const layout = layoutOf(walked.paths, files, manifests, read.roots);
  const depth = ({ path }: Manifest): number => path.split("/").length;
  const named = manifests.filter(({ distribution }) => distribution !== undefined).sort((a, b) => depth(a) - depth(b));
  const distribution = named[0]?.distribution;
  const modules = new Set(files.map(({ module }) => module));
  const functions = code.flatMap((file) => file.skeleton.functions.filter(isPublic).map((one) => ({ file, one })));
  const found = (file: PythonFile, one: PythonFunction): Finding => ({
    path: file.path,
    line: one.line,
    what: one.name,
  });
  const graph = graphOf(files);
  const undocumented = functions.filter(({ one }) => !one.docstring).map(({ file, one }) => found(file, one));
  return {
    folder,
    git,
    layout,
    manifests,
    names: {
      ...(distribution === undefined ? {} : { distribution }),
      packages: layout.packages.map(({ name }) => name),
    },
    locks: walked.paths.filter((path) => LOCKS.test(path)),
    tooling: toolingOf(walked.paths, read.settings, manifests, files),
    uses: usesOf(options, walked.paths, read),
    migrations: migrationsOf(walked.paths),
    files,
    shapes: read.shapes,
    graph,
    untested: functions.filter(({ one }) => !isTested(one, read.tested)).map(({ file, one }) => found(file, one)),
    undocumented,
    callers: callersOf(undocumented, files, read.called, graph),
    ...toldBy(files),
    parsed: 0,
    secrets: read.secrets,
    gone: gone(read.mentions, new Set(walked.paths), modules, read.used),
    passed: [...walked.passed, ...read.passed].sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

/** What single files tell that stands on the page. */
export function toldBy(files: readonly PythonFile[]): Pick<Survey, "effects" | "broken" | "python2"> {
  return {
    effects: files
      .filter(({ path, isTest }) => !isTest && !/(?:^|\/)setup\.py$/.test(path))
      .flatMap(({ path, skeleton }) => skeleton.effects.map(({ line, what }) => ({ path, line, what }))),
    broken: files.flatMap(({ path, skeleton }) =>
      skeleton.broken && !skeleton.python2 ? [{ path, ...skeleton.broken }] : [],
    ),
    python2: files.flatMap(({ path, skeleton }) => (skeleton.python2 ? [{ path, ...skeleton.python2 }] : [])),
  };
}

/** Files of a template are not Python yet. */
function withoutTemplates({ paths, passed }: Walked): Walked {
  const isTemplate = (path: string): boolean => path.includes("{{") || path.includes("{%");
  const tops = new Set(
    paths.filter(isTemplate).map((path) => path.slice(0, path.indexOf("/", path.search(/\{[{%]/)) + 1 || undefined)),
  );
  return {
    paths: paths.filter((path) => !isTemplate(path)),
    passed: [...passed, ...[...tops].map((path) => ({ path, why: "a template of a project" }))],
  };
}

const isPublic = ({ name, inside }: PythonFunction): boolean =>
  inside !== "function" && !name.split(".").some((part) => part.startsWith("_"));

/** A test names it, and the class it belongs to: more is not known without running it. */
function isTested({ name }: PythonFunction, tested: ReadonlySet<string>): boolean {
  return name.split(".").every((part) => tested.has(part));
}

/** Options of ours that are at work here, by their own signs: a requirement, an import, a file. */
function usesOf(options: readonly Option[], paths: readonly string[], { files, manifests }: Read): Survey["uses"] {
  const required = new Map(
    manifests.flatMap(({ path, requirements }) => requirements.map((line) => [requirementName(line), path] as const)),
  );
  const imported = new Map(
    files.flatMap(({ path, skeleton }) =>
      skeleton.imports.flatMap(({ module, names }) =>
        [module, ...names.map((name) => `${module}.${name}`)].map((name) => [name, path] as const),
      ),
    ),
  );
  const signsOf = ({ signs }: Option): { readonly sign: string; readonly path?: string }[] => [
    ...(signs?.requirements ?? [])
      .filter((name) => required.has(name))
      .map((name) => ({ sign: `${required.get(name)} lists ${name}` })),
    ...(signs?.imports ?? []).flatMap((name) => {
      const path = imported.get(name) ?? [...imported].find(([module]) => module.startsWith(`${name}.`))?.[1];
      return path === undefined ? [] : [{ sign: `${path} imports ${name}`, path }];
    }),
    ...(signs?.files ?? []).flatMap((pattern) => {
      const path = paths.find((one) => new RegExp(`(?:^|/)${pattern}$`).test(one));
      return path === undefined ? [] : [{ sign: path, path }];
    }),
  ];
  return options.flatMap((option) => {
    const { group, id, label, atRoot = false } = option;
    const [first, ...more] = signsOf(option);
    const path = [first, ...more].find((one) => one?.path !== undefined)?.path;
    return first === undefined
      ? []
      : [{ group, id, label, sign: first.sign, atRoot, ...(path === undefined ? {} : { path }) }];
  });
}

function migrationsOf(paths: readonly string[]): Survey["migrations"] {
  const kinds = [
    ["Alembic", /(?:^|\/)alembic\.ini$/, /(?:^|\/)(?:alembic|migrations)\/env\.py$/],
    ["Django", /(?:^|\/)migrations\/\d{4}_\w+\.py$/],
    ["numbered SQL files", /(?:^|\/)V?\d{1,14}[_-]+[\w-]+\.sql$/],
  ] as const;
  return kinds.flatMap(([kind, ...rules]) => {
    // The first rule that finds one: settings say more than what they lead to.
    const path = rules.flatMap((rule) => paths.find((one) => rule.test(one)) ?? [])[0];
    return path === undefined ? [] : [{ kind, path }];
  });
}
