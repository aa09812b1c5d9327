import { fileURLToPath } from "node:url";
import type { Pack } from "../types.ts";
import { readPackSync } from "./load.ts";

let pack: Pack | undefined;

/** Our own pack, read from `templates/`. The bundle has another module in this one's place: the same pack, compiled in. */
export function builtinPack(): Pack {
  pack ??= readPackSync(fileURLToPath(new URL("../../templates", import.meta.url)));
  return pack;
}
