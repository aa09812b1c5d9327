import { main } from "../../src/main.ts";
import type { World } from "../../src/scene.ts";

export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command in this process, in a folder, without a terminal. */
export async function run(cwd: string, argv: readonly string[], columns = 80): Promise<Ran> {
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
  };
  return { exit: await main(argv, world), out, err };
}
