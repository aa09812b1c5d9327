import { PackRefused } from "../errors.ts";
import { readJson } from "../shared/json.ts";
import { readProse } from "../shared/prose-read.ts";
import { type Format, formatOf } from "../shared/structured.ts";
import { isBinary } from "../shared/tokens.ts";
import { readToml, tomlErrorAt } from "../shared/toml-read.ts";
import { hasHole } from "../shared/values.ts";
import { readYaml, YamlProblem } from "../shared/yaml-read.ts";
import type { FileEntry, PackFile, PackFiles } from "../types.ts";

/** `files`: at its final path. `shared`: a fragment, which has to be readable for merging. */
export type Role = "files" | "shared";

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Parses the templates of a folder once, at load, so that every mistake in a pack is found there and named by its place. */
export function prepareAll(files: ReadonlyMap<string, FileEntry>, role: Role, where: string): PackFiles {
  return new Map([...files].map(([path, file]) => [path, prepare(path, file, role, `${where}${path}`)]));
}

/** Parses one template, if it is one. */
export function prepare(path: string, file: FileEntry, role: Role, where: string): PackFile {
  if (isBinary(file.bytes)) return file;
  if (path.endsWith(".hbs"))
    return { ...file, prepared: { kind: "prose", prose: readProse(textOf(file, where), where) } };
  const format = formatOf(path);
  if (!format) return file;
  const text = textOf(file, where);
  try {
    return { ...file, prepared: { kind: "document", root: read(format, text), holes: hasHole(text) } };
  } catch (error) {
    // A file that stands alone and holds no value of ours is copied as it is, so it may use all of its format.
    if (role === "files" && !hasHole(text)) return file;
    throw unreadable(error, where, text);
  }
}

function read(format: Format, text: string) {
  if (format === "toml") return readToml(text);
  return format === "yaml" ? readYaml(text) : readJson(text);
}

/** The text of a template; other encodings than UTF-8 are refused. */
export function textOf(file: FileEntry, where: string): string {
  try {
    return decoder.decode(file.bytes);
  } catch {
    throw new PackRefused("encoding", {
      what: "This template is not UTF-8",
      where,
      fix: "Save it as UTF-8.",
    });
  }
}

/** A syntax error of any of the formats as ours, with file, line and column. */
export function unreadable(error: unknown, where: string, text: string): PackRefused {
  const at = placeOf(error, text);
  const message = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  return new PackRefused("syntax", {
    what: "This file can't be read",
    where: at ? `${where}:${at.line}:${at.column}` : where,
    why: message,
    fix: "Mend the syntax there.",
  });
}

function placeOf(error: unknown, text: string): { line: number; column: number } | undefined {
  if (error instanceof YamlProblem) return error;
  const toml = tomlErrorAt(error);
  if (toml) return toml;
  const offset = error instanceof SyntaxError ? /position (\d+)/.exec(error.message)?.[1] : undefined;
  if (offset === undefined) return undefined;
  const before = text.slice(0, Number(offset)).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
