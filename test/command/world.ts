import { main } from "../../src/main.ts";
import type { World } from "../../src/scene.ts";
import type { Pack } from "../../src/types.ts";

export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command in this process, in a folder, without a terminal; with packs in the place of ours. */
export async function run(cwd: string, argv: readonly string[], columns = 80, packs?: readonly Pack[]): Promise<Ran> {
  let out = "";
  let err = "";
  const world: World = {
    stdin: { isTTY: false },
    stdout: { columns, write: (text) => (out += text) },
    stderr: { columns, write: (text) => (err += text) },
    env: process.env,
    cwd: () => cwd,
    on: () => undefined,
    off: () => undefined,
    ...(packs && { packs }),
  };
  return { exit: await main(argv, world), out, err };
}
