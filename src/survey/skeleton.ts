/**
 * A lexer for Python that finds logical lines and what stands on them: definitions, imports, what happens at import.
 * It reads every file of a repository, valid or not, in one pass; it never fails, it says where a file is broken.
 */
import { logicalLines } from "./lines.ts";
import { effectOf, flagsIn, isOld, namesMain, signOfPython2 } from "./statements.ts";
import type { PythonClass, PythonFunction, PythonImport, Skeleton } from "./types.ts";

type Kind = "def" | "class" | "main" | "try" | "typing" | "block";

interface Block {
  readonly kind: Kind;
  /** Columns of the statement that opened it. */
  readonly indent: number;
  readonly name: string;
  readonly made?: { docstring: boolean; lastLine: number; asserts: boolean };
  /** Nothing of its body was seen yet: a string there is its docstring. */
  fresh: boolean;
}

type Making<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * Reads a file's text.
 *
 * @param keep makes a string that does not hold on to the text it was cut from
 * @param isTest whether it matters which functions assert something
 */
export function skeletonOf(text: string, keep: (name: string) => string, isTest: boolean): Skeleton {
  const functions: Making<PythonFunction>[] = [];
  const classes: Making<PythonClass>[] = [];
  const imports: PythonImport[] = [];
  const effects: { line: number; what: string }[] = [];
  const flags: string[] = [];
  const blocks: Block[] = [];
  let decorators: string[] = [];
  let docstring = false;
  let first = true;
  let main = false;
  let python2: Skeleton["python2"];
  let last = 0;

  /** How many open blocks are of a kind: asked on every line. */
  const open: Record<Kind, number> = { def: 0, class: 0, main: 0, try: 0, typing: 0, block: 0 };
  const begin = (block: Block): void => {
    blocks.push(block);
    open[block.kind] += 1;
  };
  const close = (indent: number, before: number): void => {
    for (
      let top = blocks[blocks.length - 1];
      top !== undefined && indent <= top.indent;
      top = blocks[blocks.length - 1]
    ) {
      if (top.made) top.made.lastLine = before;
      open[top.kind] -= 1;
      blocks.pop();
    }
  };

  const all = logicalLines(text);
  for (const line of all.lines) {
    close(line.indent, last);
    const outer = blocks[blocks.length - 1];
    const word = line.word;
    const statement = (): string => text.slice(line.start, line.end);
    if (line.isString) {
      if (outer?.fresh && outer.made) outer.made.docstring = true;
      else if (outer === undefined && first) docstring = true;
    }
    if (outer) outer.fresh = false;
    first = false;
    last = line.lastLine;

    if (word === "def" || word === "class" || (word === "async" && /^async\s+def\b/.test(statement()))) {
      const heading = headingOf(statement());
      if (heading !== undefined) {
        const owners = blocks.filter(({ kind }) => kind === "def" || kind === "class");
        const name = keep([...owners.map((block) => block.name), heading.name].join("."));
        const made = { docstring: false, lastLine: line.lastLine, asserts: false };
        if (word === "class")
          classes.push(Object.assign(made, { name, line: line.line, bases: keep(heading.brackets) }));
        else {
          const inside = owners.at(-1)?.kind;
          functions.push(
            Object.assign(made, {
              name,
              line: line.line,
              parameters: keep(heading.brackets),
              decorators,
              inside:
                inside === "def"
                  ? ("function" as const)
                  : inside === "class"
                    ? ("class" as const)
                    : ("module" as const),
            }),
          );
        }
        begin({ kind: word === "class" ? "class" : "def", indent: line.indent, name: heading.name, made, fresh: true });
        if (heading.body.startsWith('"') || heading.body.startsWith("'")) made.docstring = true;
      }
      decorators = [];
      continue;
    }
    if (line.isDecorator) {
      decorators = [...decorators, keep(statement().slice(1).trim().slice(0, 120))];
      flags.push(...flagsIn(statement()).map(keep));
      continue;
    }
    if (word === "import" || word === "from") {
      const guarded = open.try > 0;
      const atImport = open.def + open.main + open.typing === 0;
      imports.push(...importsOf(statement(), line.line, atImport, guarded, keep));
      continue;
    }
    if (!isTest) {
      // Only tests are asked what they assert.
    } else if (
      word === "assert" ||
      (line.calls && /\.assert\w*\(|pytest\.(?:raises|warns|fail)|\bself\.fail\w*\(/.test(statement()))
    ) {
      for (const block of blocks) if (block.made) block.made.asserts = true;
    } else if (word === "with" && /\braises\(|assert\w+\(|\bwarns\(/.test(statement())) {
      for (const block of blocks) if (block.made) block.made.asserts = true;
    }
    if (line.hasFlag) flags.push(...flagsIn(statement()).map(keep));
    if (line.opens) {
      const isMain = word === "if" && namesMain(statement());
      main ||= isMain;
      const kind = isMain
        ? "main"
        : word === "try"
          ? "try"
          : word === "if" && /TYPE_CHECKING/.test(statement())
            ? "typing"
            : "block";
      begin({ kind, indent: line.indent, name: "", fresh: false });
    }
    if (python2 === undefined && isOld(word, line)) python2 = signOfPython2(word, statement(), line);
    if (open.def + open.main + open.class === 0) {
      const what = effectOf(word, statement, line);
      if (what !== undefined) effects.push({ line: line.line, what: keep(what) });
    }
  }
  close(-1, last);
  if (all.odd !== undefined) python2 ??= all.odd;
  const { broken } = all;
  return {
    lines: all.count,
    docstring,
    functions,
    classes,
    imports,
    effects,
    main,
    flags,
    ...(python2 === undefined ? {} : { python2 }),
    ...(broken === undefined ? {} : { broken }),
  };
}

/** Name, what stands in the brackets, and what follows the colon on the same line. */
function headingOf(statement: string): { name: string; brackets: string; body: string } | undefined {
  const match = /^(?:async\s+)?(?:def|class)\s+([\p{L}_][\p{L}\p{N}_]*)\s*(?:\[[^\]]*\]\s*)?/u.exec(statement);
  if (match === null) return undefined;
  const name = match[1] ?? "";
  let depth = 0;
  let at = match[0].length;
  const open = statement[at] === "(" ? at + 1 : -1;
  let shut = at;
  for (; at < statement.length; at += 1) {
    const char = statement[at] ?? "";
    if (char === "#") while (at < statement.length && statement[at] !== "\n") at += 1;
    if (char === '"' || char === "'") {
      const end = statement.indexOf(char, at + 1);
      if (end < 0) break;
      at = end;
    } else if ("([{".includes(char)) depth += 1;
    else if (")]}".includes(char)) {
      depth -= 1;
      if (depth === 0 && shut === match[0].length) shut = at;
    } else if (char === ":" && depth === 0) break;
  }
  const brackets = open < 0 ? "" : statement.slice(open, shut);
  return {
    name,
    brackets: brackets.replace(/#.*$/gm, "").replace(/\s+/g, " ").trim().replace(/,$/, ""),
    body: statement.slice(at + 1).trim(),
  };
}

/** `import a.b as c, d`, `from ..a import (b as c, d)`. */
function importsOf(
  statement: string,
  line: number,
  atImport: boolean,
  guarded: boolean,
  keep: (name: string) => string,
): PythonImport[] {
  const plain = statement
    .replace(/#.*$/gm, "")
    .replace(/\\\r?\n/g, " ")
    .replace(/\s+/g, " ");
  const about = { line, atImport, guarded };
  const names = (list: string): string[] =>
    list
      .replace(/[()]/g, "")
      .split(/[,;]/)
      .map((one) => keep(one.trim().split(" ")[0] ?? ""))
      .filter((one) => /^[\p{L}_*]/u.test(one));
  const from = /^from (\.*) ?([\w.]*) ?import ?(.*)$/u.exec(
    plain.replace(/^from ((?:\. ?)+)/, (_, dots: string) => `from ${dots.replaceAll(" ", "")} `),
  );
  if (from !== null) {
    return [{ ...about, module: keep(from[2] ?? ""), level: (from[1] ?? "").length, names: names(from[3] ?? "") }];
  }
  return names(plain.replace(/^import /, "")).map((module) => ({ ...about, module, level: 0, names: [] }));
}
