// `bundle.mjs` puts this file in the place of `survey/grammar.ts`, and makes both files beside it.
import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";
import type { Grammar } from "../survey/grammar.ts";

/** The parser and its grammar as compiled in; stands in the bundle for `survey/grammar.ts`. */
export function grammar(): Grammar {
  const unpacked = (name: string): Uint8Array => brotliDecompressSync(readFileSync(`${__dirname}/${name}.wasm.br`));
  return { runtime: unpacked("web-tree-sitter"), python: unpacked("tree-sitter-python") };
}
