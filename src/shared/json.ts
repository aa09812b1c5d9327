import type { DocNode } from "../types.ts";
import { nodeOf, plain } from "./doc.ts";

/** Prints JSON, two blanks a level. */
export function printJson(root: DocNode): string {
  return `${JSON.stringify(plain(root), null, 2)}\n`;
}

/** Reads JSON; it has neither comments nor a choice of spelling. */
export function readJson(text: string): DocNode {
  return nodeOf(JSON.parse(text));
}
