import { parse as parseToml } from "smol-toml";
import { parseDocument } from "yaml";
import type { Answers, Tree } from "../../src/types.ts";

/** A rule of the oracle: what is wrong with a tree for these answers, as sentences. */
export type Rule = (answers: Answers, tree: Tree) => string[];

export const paths = (tree: Tree): string[] => [...tree.keys()];
/** Whether an option was chosen, in a group of one or of many. */
export const has = (answers: Answers, group: string, id: string): boolean => {
  const choice = answers[group];
  return Array.isArray(choice) ? choice.includes(id) : choice === id;
};

/** A fact that holds exactly when a condition does, in both directions. */
export function exactlyWhen(wanted: boolean, found: boolean, what: string): string[] {
  if (wanted === found) return [];
  return [`${what} ${wanted ? "is missing" : "must not be there"}`];
}

/** Decoded once a tree: every rule reads it. */
const decoded = new WeakMap<Uint8Array, string>();

export function text(tree: Tree, path: string): string {
  const bytes = tree.get(path)?.bytes ?? new Uint8Array();
  const known = decoded.get(bytes) ?? new TextDecoder().decode(bytes);
  decoded.set(bytes, known);
  return known;
}

/** Read once a content: there are far fewer of them than combinations. */
export function reader<T>(read: (content: string) => T): (content: string) => T {
  const known = new Map<string, T>();
  return (content) => {
    const result = known.get(content) ?? read(content);
    if (known.size > 2000) known.clear();
    known.set(content, result);
    return result;
  };
}
export const tomlOf = reader(parseToml);

/** A rule that looks at one file at a time; what it said of the same file before, it says again. */
function perFile(look: (path: string, content: string) => string[]): Rule {
  const looks = new Map<string, (content: string) => string[]>();
  return (_answers, tree) =>
    [...tree.keys()].flatMap((path) => {
      if (/\.tar(\.gz)?$/.test(path)) return [];
      if (path.startsWith(".ml-project/")) return look(path, text(tree, path)); // other ones each time
      const again = looks.get(path) ?? reader((content) => look(path, content));
      looks.set(path, again);
      return again(text(tree, path));
    });
}

/** Every structured file parses, and with a parser that is not the printer's. */
export const parses = perFile((path, content) => {
  try {
    if (path.endsWith(".toml")) parseToml(content);
    if (path.endsWith(".json")) JSON.parse(content);
    // The answers are other ones each time: that they come back is a rule of its own.
    if (/\.ya?ml$/.test(path) && !path.endsWith("answers.yaml"))
      return parseDocument(content).errors.map((error) => `${path}: ${error.message}`);
    return [];
  } catch (error) {
    return [`${path}: ${error instanceof Error ? error.message : error}`];
  }
});

const tokens = /sample[_-](project|model|dataset)|Sample Project/;
/** Double braces are the own language of GitHub's expressions and of Jinja: the report and the cards are its templates. */
const bracesOfTheirOwn = /^\.github\/workflows\/|^src\/\w+\/monitoring\/[\w.]+\.(html|jinja)$/;
/** In Python they are braces of an f-string, unless they look like a value. */
const unfilled = (path: string): RegExp => (path.endsWith(".py") ? /\{\{\?? *[a-z_][\w.]* *\}\}/ : /\{\{/);

export const nothingLeftOver = perFile((path, content) => {
  const token = tokens.exec(`${path}\n${content}`);
  return [
    ...(token ? [`${path} still holds the token ${token[0]}`] : []),
    ...(unfilled(path).test(content) && !bracesOfTheirOwn.test(path) ? [`${path} holds an unfilled value`] : []),
    ...(/^(<<<<<<<|>>>>>>>) /m.test(content) ? [`${path} holds a conflict marker`] : []),
  ];
});

/** Bytes as every tool wants them: UTF-8, line feeds, one at the end; nothing of the machine that rendered them. */
export const clean = perFile((path, content) => {
  const wrong: string[] = [];
  if (content.includes("\uFFFD")) wrong.push(`${path} is not UTF-8`);
  if (content.includes("\r")) wrong.push(`${path} holds a carriage return`);
  if (content !== "" && !content.endsWith("\n")) wrong.push(`${path} does not end with a line feed`);
  if (/\n\n$/.test(content)) wrong.push(`${path} ends with an empty line`);
  if (/(^|[\s"'=])\/(tmp|work|root|home|Users)\//.test(content)) wrong.push(`${path} holds a path of this machine`);
  return wrong;
});
