/** What a parser that goes on behind errors finds in a file of Python, and the lexer can't: where it breaks and why, and what truly runs at import. */
import { Language, type Node, Parser } from "web-tree-sitter";
import { grammar } from "./grammar.ts";
import { doneBy, reachOf, shown } from "./statements.ts";
import type { Skeleton } from "./types.ts";

export type Parsed = Pick<Skeleton, "effects" | "broken" | "python2">;

/** Makes the parser, once: 30 ms. */
export async function parserOfPython(): Promise<(text: string) => Parsed> {
  const { runtime, python } = grammar();
  await Parser.init({ wasmBinary: runtime });
  const parser = new Parser();
  parser.setLanguage(await Language.load(python));
  return (text) => {
    const tree = parser.parse(text);
    if (tree === null) return { effects: [] };
    const { rootNode } = tree;
    const fault = rootNode.hasError ? faultIn(rootNode, text) : undefined;
    const python2 = oldIn(rootNode, text);
    const found = { effects: effectsIn(rootNode), ...(fault && { broken: fault }), ...(python2 && { python2 }) };
    tree.delete();
    return found;
  };
}

const lineOf = ({ startPosition }: Node): number => startPosition.row + 1;

/** Lines that break a file, by what they look like; the first that fits. */
const CAUSES = [
  [/^(?:<{7}|={7}|>{7})(?:\s|$)/, "a merge conflict was left in it"],
  [/^\s*[%!?]|^\s*\w+\s*=\s*[%!]/, "a command of IPython, not of Python"],
  [/\{\{.*\}\}|\{%.*%\}/, "a placeholder of a template"],
  [/^\s*(?:async\s+)?(?:def|class|if|elif|else|for|while|try|except|finally|with)\b[^:]*$/, "a colon is missing"],
  [/^\s*(?:if|elif|while)\b[^=!<>:]*[^=!<>:]=[^=]/, "= where == is meant"],
] as const;

/** The first place that can't be read, and why. */
function faultIn(root: Node, text: string): { line: number; what: string } | undefined {
  const first = firstError(root);
  if (first === undefined) return undefined;
  const line = lineOf(first);
  const source = text.split("\n", line)[line - 1] ?? "";
  const known = CAUSES.find(([rule]) => rule.test(source))?.[1];
  if (known !== undefined) return { line, what: known };
  if (first.isMissing) return { line, what: `${first.type} is missing` };
  return { line, what: `this is no statement: ${shown(source.trim())}` };
}

function firstError(node: Node): Node | undefined {
  if (node.isError || node.isMissing) return node;
  const inner = node.children.find((child) => child?.hasError);
  return inner ? firstError(inner) : undefined;
}

/** What Python 3 refuses and this grammar, which reads both, does not: octal and long numbers, parameters in brackets. */
function oldIn(root: Node, text: string): { line: number; what: string } | undefined {
  for (const { index } of text.matchAll(/(?<![\w.])(?:0\d*[1-7]\d*|\d+)[lL]?\b/g)) {
    const digits = /^\w+/.exec(text.slice(index, index + 20))?.[0] ?? "";
    if (!/^0\d*[1-9]\d*$|[lL]$/.test(digits)) continue;
    const node = root.descendantForIndex(index, index + digits.length);
    if (node?.type === "integer" && node.text === digits) return { line: lineOf(node), what: `the number ${digits}` };
  }
  if (!/\bdef\s+\w+\s*\([^)]*\(/.test(text)) return undefined;
  const tuple = root
    .descendantsOfType("parameters")
    .flatMap((one) => one?.namedChildren ?? [])
    .find((one) => one?.type === "tuple_pattern");
  return tuple ? { line: lineOf(tuple), what: "a parameter in brackets" } : undefined;
}

/** Runs later or not at all, or says nothing: taken out before a statement is judged. */
const ASIDE = ["lambda", "string", "comment"];
/** Statements of their own, each with a body. */
const COMPOUND = /_(?:clause|statement)$|^block$|_definition$/;
const LEAF = /^(?:expression|print|exec)_statement$/;
const QUIET = /^(?:identifier|comment|string|type|type_parameter)$/;
/** The body of such an `if` is for programs, or for checkers of types. */
const LATER = /\b__name__\s*==|==\s*__name__\b|\bTYPE_CHECKING\b/;

/** What is done while the module is imported: not in functions, lambdas, or as a program. */
function effectsIn(root: Node): { line: number; what: string }[] {
  const found: { line: number; what: string }[] = [];
  const add = (node: Node, what: string | undefined): void => {
    if (what !== undefined) found.push({ line: lineOf(node), what });
  };
  /** No statement: what a loop goes over, what is opened, what decorates. */
  const part = (node: Node): void => {
    if (QUIET.test(node.type)) return;
    const what = reachOf(runIn(node));
    add(node, what && `${what}: ${shown(node.text)}`);
  };
  const visit = (node: Node): void => {
    if (node.type === "function_definition") {
      for (const one of node.childForFieldName("parameters")?.namedChildren ?? []) {
        const value = one?.childForFieldName("value");
        const what = value && reachOf(runIn(value));
        if (value && what) add(value, `${what}, once for all calls: ${shown(one?.text ?? "")}`);
      }
    } else if (LEAF.test(node.type)) {
      add(node, doneBy(runIn(node), node.text));
    } else if (!node.type.startsWith("import")) {
      const condition = node.childForFieldName("condition");
      const skipped = condition && LATER.test(condition.text) ? node.childForFieldName("consequence") : undefined;
      for (const child of node.namedChildren)
        if (child && child.id !== skipped?.id) (COMPOUND.test(child.type) ? visit : part)(child);
    }
  };
  visit(root);
  return found;
}

/** A node's text without what is {@link ASIDE}. */
function runIn(node: Node): string {
  let text = "";
  let at = node.startIndex;
  for (const one of node.descendantsOfType(ASIDE)) {
    // One in another went with it.
    if (one === null || one.startIndex < at) continue;
    text += `${node.text.slice(at - node.startIndex, one.startIndex - node.startIndex)}""`;
    at = one.endIndex;
  }
  return text + node.text.slice(at - node.startIndex);
}
