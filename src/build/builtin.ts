// `bundle.mjs` puts this file in the place of `packs/builtin.ts`, and makes `pack.bin` of `templates/` beside it.
import { readFileSync } from "node:fs";
import { revivePack } from "../packs/compiled.ts";
import type { Pack } from "../types.ts";

let pack: Pack | undefined;

/** Our own pack as compiled in; stands in the bundle for `packs/builtin.ts`. */
export function builtinPack(): Pack {
  pack ??= revivePack(readFileSync(`${__dirname}/pack.bin`));
  return pack;
}
