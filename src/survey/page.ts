/** A survey as one page of Markdown, the most urgent first. Pure. */

import type { Json } from "../types.ts";
import { code, section } from "./markdown.ts";
import type { Place } from "./mount.ts";
import type { Survey } from "./survey.ts";
import type { Finding, Spot } from "./types.ts";

/** All of it, for programs. */
export function surveyDocument(found: Survey, place: Place, name: string): Json {
  const { files, shapes, graph, git, folder: _, ...rest } = found;
  const plain = {
    name,
    ...rest,
    git: { ...git, files: git.files.length },
    add: place,
    modules: files.map(({ path, module, isTest, skeleton }) => ({
      path,
      module,
      isTest,
      lines: skeleton.lines,
      imports: graph.imports.get(path) ?? [],
      importedBy: graph.importedBy.get(path) ?? [],
      functions: skeleton.functions.map(({ name, line, lastLine, parameters, docstring }) => ({
        name,
        line,
        lastLine,
        parameters,
        docstring,
      })),
      classes: skeleton.classes.map(({ name, line }) => ({ name, line })),
    })),
    shapes: Object.fromEntries(shapes),
    foreign: [...graph.foreign].sort(),
  };
  return plain as unknown as Json;
}

const at = ({ path, line }: Spot): string => code(`${path}:${line}`);
const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;

const findings = (list: readonly Finding[], plain = false): string[] =>
  list.map((one) => `- ${at(one)} ${plain ? one.what : code(one.what)}`);

/** Writes the page; `name` is what the repository is called, `ran` the lines on its tests where they were run. */
export function surveyPage(found: Survey, place: Place, name: string, ran?: readonly string[]): string {
  const tests = found.files.filter(({ isTest }) => isTest);
  const own = found.files.length - tests.length;
  const lines = found.files.reduce((sum, { skeleton }) => sum + skeleton.lines, 0);
  return [
    `# Survey of ${name}`,
    "",
    `${count(own, "Python file")} and ${count(tests.length, "test file")}, ${lines} lines. ${ran === undefined ? "Read only: nothing was imported, run or changed." : "Read; its tests were run in a copy."}`,
    "",
    ...facts(found),
    ...(ran ?? []),
    ...section("What `add` would do", willDo(place), ""),
    ...section("Secrets in plain sight", findings(found.secrets, true), "None found. (Their values are never shown.)"),
    ...section("Not readable as Python 3", [...findings(found.python2, true), ...findings(found.broken, true)], ""),
    ...section("What happens on import", findings(found.effects), "Nothing but definitions."),
    ...section("Documentation that names what is gone", findings(found.gone, true), "Nothing found."),
    ...section(
      `Functions without a test (${found.untested.length})`,
      byFile(found.untested),
      "Each is named in a test.",
    ),
    ...section(`Functions without a docstring (${found.undocumented.length})`, byFile(found.undocumented), "None."),
    ...section(
      "Undocumented functions that are called most, by name and import: a look, not a proof",
      callers(found),
      "",
    ),
    ...section("Modules, and who imports them", modules(found), ""),
    ...section("Files that stand out", oddShapes(found), ""),
    ...section(
      "Not looked into",
      found.passed.map(({ path, why }) => `- ${code(path)}: ${why}`),
      "",
    ),
    "",
  ].join("\n");
}

function facts(found: Survey): string[] {
  const { git, layout, manifests, names, tooling } = found;
  const rows: [string, string][] = [
    ["layout", [layout.shape, ...layout.kinds].join(", ")],
    ["packages", layout.packages.map(({ path }) => code(path)).join(", ") || "none"],
    ["import roots", layout.roots.map(code).join(", ") || "none"],
    ["distribution", namesText(names)],
    ["manifests", manifests.map(({ path, kinds }) => `${code(path)} (${kinds.join(", ")})`).join(", ") || "none"],
    ["lock files", found.locks.map(code).join(", ") || "none"],
    ["Python", tooling.python ? `${tooling.python.range} (${tooling.python.where})` : "said nowhere"],
    ["tests", testsText(found)],
    [
      "checks",
      tooling.checks.map((one) => `${one.name}${one.strict ? ", strict" : ""} (${one.where})`).join("; ") || "none",
    ],
    ["CI", tooling.ci.map(({ name, path }) => `${name} (${code(path)})`).join(", ") || "none"],
    [
      "in use",
      found.uses
        .filter(({ atRoot }) => !atRoot)
        .map(({ label, sign }) => `${label} (${sign})`)
        .join("; ") || "no scheduler or database found",
    ],
    ["migrations", found.migrations.map(({ kind, path }) => `${kind} (${code(path)})`).join(", ") || "none"],
    ["git", gitText(git)],
    ["read", `${count(found.parsed, "file")} by a parser, all by a lexer`],
    ["files are", shapesText(found)],
  ];
  const broken = manifests.flatMap(({ path, broken }) =>
    broken ? [`- **${path}:${broken.line} can't be parsed**: ${broken.what}`] : [],
  );
  return [
    "| | |",
    "|---|---|",
    ...rows.map(([key, value]) => `| ${key} | ${value.replaceAll("|", "\\|")} |`),
    ...(broken.length > 0 ? ["", ...broken] : []),
  ];
}

function namesText({ distribution, packages }: Survey["names"]): string {
  if (distribution === undefined) return "no name";
  const same = packages.some((name) => name.toLowerCase() === distribution.toLowerCase().replace(/[-.]+/g, "_"));
  return same || packages.length === 0 ? distribution : `${distribution}, imported as ${packages.map(code).join(", ")}`;
}

function testsText({ tooling: { tests }, files }: Survey): string {
  if (tests === undefined) return "none found";
  const number = files
    .filter(({ isTest }) => isTest)
    .reduce((sum, { skeleton }) => sum + skeleton.functions.filter((one) => /(?:^|\.)test/.test(one.name)).length, 0);
  return [
    `${tests.name}, ${count(number, "test function")}`,
    tests.options && `options ${code(tests.options)}`,
    tests.where && `(${tests.where})`,
  ]
    .filter(Boolean)
    .join(", ");
}

function gitText(git: Survey["git"]): string {
  if (git.kind !== "tree") return git.kind === "bare" ? "a bare repository" : (git.why ?? "none");
  const state = [
    git.branch,
    git.commit?.slice(0, 10) ?? "no commit yet",
    git.dirty.length > 0 ? `${count(git.dirty.length, "file")} changed or new` : "clean",
  ];
  if (git.underway !== undefined) state.push(`**in the middle of ${git.underway}**`);
  if (git.submodule) state.push("a submodule");
  if (git.shallow) state.push("shallow");
  return state.join(", ");
}

/** Line endings, indentation and encoding of most files; the others are listed below. */
function shapesText(found: Survey): string {
  return usual(found).join(", ");
}

const spelled = (shape: { encoding: string; ending: string; indentation: string; width: number }): string[] => [
  shape.encoding,
  shape.ending.toUpperCase(),
  shape.indentation === "spaces" ? `${shape.width} spaces` : shape.indentation,
];

function usual({ files }: Survey): string[] {
  return [0, 1, 2].map((part) => {
    const counts = new Map<string, number>();
    for (const { shape } of files) {
      const word = spelled(shape)[part] ?? "";
      if (!/^none$/i.test(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? "none";
  });
}

function oddShapes(found: Survey): string[] {
  const most = usual(found);
  return found.files.flatMap(({ path, shape }) => {
    const odd = spelled(shape).filter((word, part) => word !== most[part] && !/^none$/i.test(word));
    return odd.length === 0 ? [] : [`- ${code(path)}: ${odd.join(", ")}`];
  });
}

function willDo({ form, path, why }: Place): string[] {
  const said = {
    mounted: `Mount a package at \`${path}\``,
    beside: `Make a project of its own in \`${path}/\``,
    ours: "Add one folder",
    nowhere: "Nothing",
  };
  return [`${said[form]}, because:`, "", ...why.map((one) => `- ${one}`)];
}

function byFile(list: readonly Finding[]): string[] {
  const files = new Map<string, string[]>();
  for (const { path, what } of list) files.set(path, [...(files.get(path) ?? []), what]);
  return [...files]
    .sort((a, b) => b[1].length - a[1].length)
    .map(
      ([path, names]) =>
        `- ${code(path)}: ${names.slice(0, 8).map(code).join(", ")}${names.length > 8 ? ` and ${names.length - 8} more` : ""}`,
    );
}

/** The page stays readable: the JSON has them all. */
const MOST_CALLED = 10;

function callers({ callers: all }: Survey): string[] {
  return all.slice(0, MOST_CALLED).map((one) => {
    const more = one.by.length > 4 ? ", …" : "";
    return `- ${at(one)} ${code(one.what)}: ${count(one.calls, "call")} in ${one.by.slice(0, 4).map(code).join(", ")}${more}`;
  });
}

function modules({ files, graph }: Survey): string[] {
  return files
    .filter(({ isTest }) => !isTest)
    .map(({ path, skeleton }) => ({
      path,
      skeleton,
      by: (graph.importedBy.get(path) ?? []).filter((one) => one !== path),
    }))
    .sort((a, b) => b.by.length - a.by.length || (a.path < b.path ? -1 : 1))
    .map(({ path, skeleton, by }) => {
      const whom =
        by.length === 0
          ? skeleton.main
            ? "a program"
            : "imported by nothing here"
          : `imported by ${count(by.length, "file")}: ${by.slice(0, 4).map(code).join(", ")}${by.length > 4 ? ", …" : ""}`;
      return `- ${code(path)} (${skeleton.lines} lines, ${count(skeleton.functions.length, "function")}), ${whom}`;
    });
}
