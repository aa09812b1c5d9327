import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The three spellings of a project's name that a template replaces. */
export const names = { dist: "bench-project", package: "bench_project", title: "Bench Project" } as const;

type Spelling = keyof typeof names;
/** How one engine writes a variable, and its own syntax as plain text. */
interface Dialect {
  readonly variable: (spelling: Spelling) => string;
  readonly escape: (text: string) => string;
}

const jinja = (variable: (spelling: Spelling) => string): Dialect => ({
  variable,
  // Jinja's openers inside a string literal of Jinja's own are printed as they are.
  escape: (text) => text.replace(/\{\{|\{%|\{#/g, (opener) => `{{ '${opener}' }}`),
});
const cookiecutter = jinja((spelling) => `{{ cookiecutter.${spelling} }}`);
const copier = jinja((spelling) => `{{ ${spelling} }}`);
const handlebars: Dialect = {
  variable: (spelling) => `{{${spelling}}}`,
  escape: (text) => text.replaceAll("{{", "\\{{"),
};
const ejs: Dialect = {
  variable: (spelling) => `<%= ${spelling} %>`,
  escape: (text) => text.replaceAll("<%", "<%%"),
};

/** Folders of the same template in each peer's own form. */
export interface Templates {
  readonly files: number;
  readonly cookiecutter: string;
  readonly copier: string;
  readonly hygen: string;
  readonly plop: string;
}

/** Turns a generated project into templates of the peers: every engine then emits the same files. */
export async function writeTemplates(project: string, into: string): Promise<Templates> {
  await rm(into, { recursive: true, force: true });
  const paths = await list(project);
  const templates: Templates = {
    files: paths.length,
    cookiecutter: join(into, "cookiecutter"),
    copier: join(into, "copier"),
    hygen: join(into, "hygen"),
    plop: join(into, "plop"),
  };
  for (const [at, path] of paths.entries()) {
    const bytes = await readFile(join(project, path));
    // Binary files can't hold a token and must not be decoded.
    const text = bytes.includes(0) ? undefined : bytes.toString("utf8");
    const body = (dialect: Dialect) => (text === undefined ? bytes : fill(dialect, text));
    const tokened = text !== undefined && Object.values(names).some((name) => text.includes(name));
    await put(join(templates.cookiecutter, "{{cookiecutter.dist}}", fill(cookiecutter, path)), body(cookiecutter));
    // Copier renders only what is marked; the rest it copies.
    const copierBody = tokened ? body(copier) : bytes;
    await put(join(templates.copier, "template", fill(copier, path) + (tokened ? ".jinja" : "")), copierBody);
    await put(join(templates.plop, "template", fill(handlebars, path)), body(handlebars));
    const frontMatter = `---\nto: ${fill(ejs, path)}\n---\n`;
    await put(join(templates.hygen, "bench", "new", `${at}.ejs.t`), frontMatter + body(ejs).toString());
  }
  await put(join(templates.cookiecutter, "cookiecutter.json"), JSON.stringify(names));
  await put(join(templates.copier, "copier.yml"), `_subdirectory: template\n${yamlDefaults()}`);
  await put(join(templates.plop, "plopfile.mjs"), plopfile());
  return templates;
}

/** Every file below a folder, relative and sorted; what a tool or git makes later is left out. */
export async function list(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return (
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      // Copier would render a template of the project itself: it takes every .jinja for its own.
      .filter((path) => !/^(\.git|\.venv)\/|\.jinja$/.test(path))
      .sort()
  );
}

function fill(dialect: Dialect, text: string): string {
  return Object.entries(names).reduce(
    (filled, [spelling, name]) => filled.replaceAll(name, dialect.variable(spelling as Spelling)),
    dialect.escape(text),
  );
}

async function put(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

function yamlDefaults(): string {
  return Object.entries(names)
    .map(([key, value]) => `${key}: { type: str, default: "${value}" }\n`)
    .join("");
}

function plopfile(): string {
  return `export default function (plop) {
  plop.setGenerator("bench", {
    description: "the same files",
    prompts: [],
    actions: [{
      type: "addMany",
      data: ${JSON.stringify(names)},
      destination: process.env.BENCH_OUT,
      base: "template",
      templateFiles: "template/**",
      globOptions: { dot: true },
      verbose: false,
    }],
  });
}
`;
}
