/** The parser and Python's grammar for it, as WebAssembly; the bundle has them packed beside it. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { resolve } = createRequire(import.meta.url);

export interface Grammar {
  readonly runtime: Uint8Array;
  readonly python: Uint8Array;
}

/** Both as their packages hold them. */
export function grammar(): Grammar {
  return {
    runtime: readFileSync(resolve("web-tree-sitter/web-tree-sitter.wasm")),
    python: readFileSync(resolve("tree-sitter-python/tree-sitter-python.wasm")),
  };
}
