import type { DocNode } from "../types.ts";
import { printJson } from "./json.ts";
import { printToml } from "./toml.ts";
import { printYaml } from "./yaml.ts";

export type Format = "toml" | "yaml" | "json";

/** The format of a path that is merged as a document; `undefined` for all other files. */
export function formatOf(path: string): Format | undefined {
  if (path.endsWith(".toml")) return "toml";
  if (path.endsWith(".yaml") || path.endsWith(".yml")) return "yaml";
  return path.endsWith(".json") ? "json" : undefined;
}

/** Prints a document in a format. Nothing of a parser is needed for it. */
export function printDocument(format: Format, root: DocNode): string {
  if (format === "toml") return printToml(root);
  return format === "yaml" ? printYaml(root) : printJson(root);
}
