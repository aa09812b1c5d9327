/** What a repository's manifests declare: names, the Python they need, what they depend on. Pure; one that can't be parsed is named. */
import { parse as parseToml } from "smol-toml";
import { parse as parseYaml } from "yaml";
import { readIni } from "./ini.ts";

export interface Manifest {
  readonly path: string;
  /** `PEP 621`, `Poetry`, `setup.py`, `requirements`, … */
  readonly kinds: readonly string[];
  readonly distribution?: string;
  /** As written: `>=3.9`. */
  readonly python?: string;
  /** As written: `pandas>=2`. */
  readonly requirements: readonly string[];
  /** The part of them that is needed to run, where that is told apart. */
  readonly runtime?: readonly string[];
  readonly scripts: readonly string[];
  readonly backend?: string;
  /** Where it can't be parsed. */
  readonly broken?: { readonly line: number; readonly what: string };
}

type Table = Readonly<Record<string, unknown>>;
type Reader = (text: string) => Omit<Manifest, "path">;

const table = (value: unknown): Table =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Table) : {};
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const put = <Key extends string>(key: Key, value: string | undefined): { [K in Key]?: string } =>
  (value === undefined ? {} : { [key]: value }) as { [K in Key]?: string };

/** Poetry and Pipenv: a table from name to range, or to a table with one. */
function pairs(value: unknown): string[] {
  return Object.entries(table(value))
    .filter(([name]) => name.toLowerCase() !== "python")
    .map(([name, range]) => {
      const version = text(range) ?? text(table(range).version) ?? "*";
      return version === "*" ? name : `${name} ${version}`;
    });
}

function pyproject(content: string): Omit<Manifest, "path"> {
  const root = table(parseToml(content));
  const [project, tool] = [table(root.project), table(root.tool)];
  const poetry = table(tool.poetry);
  const kinds: string[] = [];
  if (Object.keys(project).length > 0) kinds.push("PEP 621");
  if (Object.keys(table(root["dependency-groups"])).length > 0) kinds.push("PEP 735");
  const names = { poetry: "Poetry", pdm: "PDM", hatch: "Hatch", flit: "Flit", setuptools: "setuptools", uv: "uv" };
  const backend = text(table(root["build-system"])["build-backend"]);
  for (const [key, name] of Object.entries(names)) {
    if (tool[key] !== undefined || backend?.includes(key)) kinds.push(name);
  }
  if (kinds.length === 0 && root["build-system"] === undefined) kinds.push("settings of tools only");
  const groups = [
    ...Object.values(table(project["optional-dependencies"])).flatMap(texts),
    ...Object.values(table(root["dependency-groups"])).flatMap(texts),
    ...Object.values(table(poetry.group)).flatMap((group) => pairs(table(group).dependencies)),
    ...pairs(poetry["dev-dependencies"]),
    ...Object.values(table(table(tool.pdm)["dev-dependencies"])).flatMap(texts),
  ];
  const flit = table(table(tool.flit).metadata);
  return {
    kinds,
    ...put("distribution", text(project.name) ?? text(poetry.name) ?? text(flit["dist-name"]) ?? text(flit.module)),
    ...put(
      "python",
      text(project["requires-python"]) ?? text(table(poetry.dependencies).python) ?? text(flit["requires-python"]),
    ),
    ...put("backend", backend),
    runtime: [...texts(project.dependencies), ...pairs(poetry.dependencies)],
    requirements: [...texts(project.dependencies), ...pairs(poetry.dependencies), ...texts(flit.requires), ...groups],
    scripts: [...Object.keys(table(project.scripts)), ...Object.keys(table(poetry.scripts))],
  };
}

function setupCfg(content: string): Omit<Manifest, "path"> {
  const ini = readIni(content);
  const [metadata, options] = [ini.metadata ?? {}, ini.options ?? {}];
  const declares =
    metadata.name !== undefined || options.packages !== undefined || options.install_requires !== undefined;
  const lines = (value = ""): string[] =>
    value
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#"));
  const extras = Object.values(ini["options.extras_require"] ?? {}).flatMap(lines);
  const scripts = lines(ini["options.entry_points"]?.console_scripts).map((line) => line.split("=")[0]?.trim() ?? "");
  return {
    kinds: [declares ? "setup.cfg" : "settings of tools only"],
    ...put("distribution", metadata.name),
    ...put("python", options.python_requires),
    requirements: [...lines(options.install_requires), ...extras, ...lines(options.tests_require)],
    scripts,
  };
}

/** What `setup(…)` is given as plain values; what a program works out there is not known without running it. */
function setupPy(content: string): Omit<Manifest, "path"> {
  const call = content.slice(Math.max(0, content.search(/\bsetup\s*\(/)));
  const value = (key: string): string | undefined =>
    new RegExp(`\\b${key}\\s*=\\s*[rub]*(["'])(.*?)\\1`).exec(call)?.[2];
  const list = (key: string): string[] => {
    const body = new RegExp(`\\b${key}\\s*=\\s*[[(]([^\\])]*)[\\])]`).exec(call)?.[1] ?? "";
    return [...body.replace(/^\s*#.*$/gm, "").matchAll(/(["'])(.*?)\1/g)].map(([, , one = ""]) => one);
  };
  const scripts = [
    ...(/console_scripts["']?\s*[:=]\s*\[([^\]]*)\]/.exec(call)?.[1] ?? "").matchAll(/["']\s*([\w.-]+)\s*=/g),
  ];
  return {
    kinds: ["setup.py"],
    ...put("distribution", value("name")),
    ...put("python", value("python_requires")),
    requirements: [...list("install_requires"), ...list("tests_require")],
    scripts: scripts.map(([, name = ""]) => name),
  };
}

function requirements(content: string): Omit<Manifest, "path"> {
  const lines = content.split(/\r?\n/).map((line) => line.replace(/(?:^|\s)#.*$/, "").trim());
  return { kinds: ["requirements"], requirements: lines.filter((line) => /^[A-Za-z0-9]/.test(line)), scripts: [] };
}

function pipfile(content: string): Omit<Manifest, "path"> {
  const root = table(parseToml(content));
  const version = text(table(root.requires).python_version) ?? text(table(root.requires).python_full_version);
  return {
    kinds: ["Pipfile"],
    ...put("python", version === undefined ? undefined : `==${version}.*`),
    requirements: [...pairs(root.packages), ...pairs(root["dev-packages"])],
    scripts: [],
  };
}

function environment(content: string): Omit<Manifest, "path"> {
  const root = table(parseYaml(content));
  const listed = Array.isArray(root.dependencies) ? root.dependencies : [];
  const flat = listed.flatMap((one): string[] => (typeof one === "string" ? [one] : texts(table(one).pip)));
  const python = flat.find((one) => /^python\b/.test(one));
  return {
    kinds: ["conda environment"],
    ...put("python", python?.replace(/^python\s*/, "").replace(/^=(?=\d)/, "==") || undefined),
    requirements: flat
      .filter((one) => !/^(?:python|pip)\b\s*(?:[=<>]|$)/.test(one))
      .map((one) => one.replace(/^[\w-]+::/, "")),
    scripts: [],
  };
}

const READERS: readonly (readonly [RegExp, Reader])[] = [
  [/^pyproject\.toml$/, pyproject],
  [/^setup\.cfg$/, setupCfg],
  [/^setup\.py$/, setupPy],
  [/^(?:[\w.-]*requirements[\w.-]*\.(?:txt|in))$/i, requirements],
  [/^Pipfile$/, pipfile],
  [/^environment[\w.-]*\.ya?ml$/, environment],
];

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
const isRequirements = (path: string): boolean => /(?:^|\/)requirements\/[\w.-]+\.(?:txt|in)$/.test(path);

/** Whether a path is one of a manifest. */
export function isManifest(path: string): boolean {
  return isRequirements(path) || READERS.some(([rule]) => rule.test(nameOf(path)));
}

/** Reads a manifest; one that its format's parser refuses comes back with the place. */
export function readManifest(path: string, content: string): Manifest {
  const read = READERS.find(([rule]) => rule.test(nameOf(path)))?.[1] ?? requirements;
  try {
    return { path, ...read(content) };
  } catch (error) {
    const { line, linePos } = error as { line?: number; linePos?: readonly { line: number }[] };
    const what = (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
    const broken = { line: line ?? linePos?.[0]?.line ?? 1, what: what.replace(/^Invalid TOML document: /, "") };
    return { path, kinds: ["broken"], requirements: [], scripts: [], broken };
  }
}

/** The name of a requirement as the index spells it: small, dashes. */
export function requirementName(line: string): string {
  return (/^[A-Za-z0-9][\w.-]*/.exec(line)?.[0] ?? "").toLowerCase().replace(/[_.]+/g, "-");
}
