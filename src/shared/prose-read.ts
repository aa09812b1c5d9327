import Handlebars from "handlebars";
import { PackRefused } from "../errors.ts";
import type { Prose } from "../types.ts";

/** Reads a `*.hbs` file: Handlebars' own parser, of which only text, comments and `{{ value }}` are accepted. */
export function readProse(text: string, where: string): Prose {
  const program = parse(text, where);
  const parts: (string | readonly string[])[] = [];
  for (const statement of program.body) {
    if (statement.type === "ContentStatement") parts.push((statement as hbs.AST.ContentStatement).value);
    else if (statement.type === "MustacheStatement") parts.push(keysOf(statement as hbs.AST.MustacheStatement, where));
    else if (statement.type !== "CommentStatement") throw refused(statement, where);
  }
  return parts;
}

function keysOf(statement: hbs.AST.MustacheStatement, where: string): readonly string[] {
  const path = statement.path as hbs.AST.PathExpression;
  const bare = path.type === "PathExpression" && path.depth === 0 && !path.data && path.parts.length > 0;
  if (!bare || statement.params.length > 0 || statement.hash !== undefined) throw refused(statement, where);
  return path.parts.map(String);
}

function parse(text: string, where: string): hbs.AST.Program {
  try {
    return Handlebars.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const line = /line (\d+)/.exec(message)?.[1];
    throw new PackRefused("prose", {
      what: "This text is not a template we can read",
      where: line ? `${where}:${line}` : where,
      why: message.split("\n").at(-1) ?? message,
      fix: "Write {{ value }} for a value, and \\{{ for two braces that stay.",
    });
  }
}

function refused(statement: hbs.AST.Statement, where: string): PackRefused {
  const { line, column } = statement.loc.start;
  return new PackRefused("prose", {
    what: "Only {{ value }} may stand here",
    where: `${where}:${line}:${column + 1}`,
    why: "Blocks, helpers and partials would hide conditions in text; folders are the conditions.",
    fix: "Move what is conditional into a folder: options/<group>/<id>/ or with/<group>.<id>/.",
  });
}
