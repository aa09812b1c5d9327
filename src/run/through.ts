/** Runs a program to its end, with bytes in and bytes out. */
import { NOT_OURS } from "./start.ts";

export interface Through {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Added to the environment; `undefined` takes a variable out. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly input?: Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What it wrote to its output, and what it said.
 *
 * @throws the signal's reason when it was interrupted
 */
export async function through({ command, args, cwd, env, input, signal }: Through): Promise<{
  readonly exitCode: number | undefined;
  readonly bytes: Buffer;
  readonly said: string;
}> {
  const { execa } = await import("execa");
  const result = await execa(command, [...args], {
    cwd,
    env: { ...NOT_OURS, ...env },
    reject: false,
    encoding: "buffer",
    stripFinalNewline: false,
    maxBuffer: 2_000_000_000,
    windowsHide: true,
    forceKillAfterDelay: 3000,
    ...(input === undefined ? { stdin: "ignore" as const } : { input }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  const said = Buffer.from(result.stderr ?? []).toString("utf8");
  return { exitCode: result.exitCode, bytes: Buffer.from(result.stdout ?? []), said };
}
