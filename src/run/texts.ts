/** Python of ours that is started, never imported here, as text. */
import { readdirSync, readFileSync } from "node:fs";

/** Every Python file beside a module, by name. `bundle.mjs` puts the texts themselves in the place of each `scripts.ts`. */
export function pythonBeside(module: string): Readonly<Record<string, string>> {
  const names = readdirSync(new URL(".", module)).filter((name) => name.endsWith(".py"));
  return Object.fromEntries(names.map((name) => [name, readFileSync(new URL(name, module), "utf8")]));
}
