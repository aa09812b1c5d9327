/** Starts one program that gets a line of input and whose output is a stream of bytes: a driver that reads a table. */
import { NOT_OURS } from "./start.ts";

export interface Feed {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The environment is the person's own, with what their shell has set for Python. */
  readonly whole?: boolean;
  readonly input: string;
  readonly signal?: AbortSignal | undefined;
  /** Seconds without a byte after which it is given up: for the first byte, and for each after it. */
  readonly patience: readonly [first: number, next: number];
}

export interface Fed {
  readonly bytes: AsyncIterable<Buffer>;
  /** Its exit code, once it has ended, and the last lines of its messages; `late` when it was given up. */
  ended(): Promise<{ readonly exitCode: number | undefined; readonly tail: string; readonly late: boolean }>;
  stop(): void;
}

const TAIL = 2000;

/** Starts it. Whoever stops reading calls `stop`. */
export async function feed({ command, args, cwd, env, whole, input, signal, patience }: Feed): Promise<Fed> {
  const { execa } = await import("execa");
  const child = execa(command, [...args], {
    cwd,
    env: whole === true ? env : { ...env, ...NOT_OURS },
    extendEnv: false,
    reject: false,
    input,
    buffer: false,
    encoding: "buffer",
    windowsHide: true,
    forceKillAfterDelay: 3000,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  let late = false;
  let tail = "";
  let clock: NodeJS.Timeout | undefined;
  const wait = (seconds: number): void => {
    clearTimeout(clock);
    clock = setTimeout(() => {
      late = true;
      child.kill();
    }, seconds * 1000);
  };
  child.stderr.on("data", (piece: Buffer) => {
    tail = (tail + piece.toString("utf8")).slice(-TAIL);
  });
  wait(patience[0]);
  const bytes = async function* (): AsyncGenerator<Buffer> {
    for await (const piece of child.stdout as AsyncIterable<Buffer>) {
      // While its bytes are worked on, nobody waits for it.
      clearTimeout(clock);
      yield piece;
      wait(patience[1]);
    }
  };
  return {
    bytes: bytes(),
    ended: async () => {
      const result = await child;
      clearTimeout(clock);
      signal?.throwIfAborted();
      return { exitCode: result.exitCode, tail: tail.trim(), late };
    },
    stop: () => {
      clearTimeout(clock);
      child.stdout.destroy();
      child.kill();
    },
  };
}
