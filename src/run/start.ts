/** Starts one program, without a shell, and hears every line it says. */
import type { Log } from "../write/log.ts";

export interface Step {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Added to the environment; `undefined` takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
  readonly log?: Log | undefined;
  readonly heard?: (line: string, from: "stdout" | "stderr") => void;
}

export interface Ended {
  readonly ok: boolean;
  /** Absent when it could not even be started. */
  readonly exitCode: number | undefined;
  readonly stdout: readonly string[];
  /** The last lines of both outputs, in order. */
  readonly tail: readonly string[];
}

const TAIL = 12;
/** Environments of whoever calls us are not the new project's. */
export const NOT_OURS = {
  VIRTUAL_ENV: undefined,
  UV_PROJECT_ENVIRONMENT: undefined,
  PYTHONHOME: undefined,
  PYTHONPATH: undefined,
  FORCE_COLOR: undefined,
  NO_COLOR: "1",
};

/**
 * Runs a program to its end.
 *
 * @throws the signal's reason when it was interrupted
 */
export async function start({ command, args, cwd, env, signal, log, heard }: Step): Promise<Ended> {
  const { execa } = await import("execa");
  const stdout: string[] = [];
  const tail: string[] = [];
  log?.line(`$ ${[command, ...args].join(" ")}   (in ${cwd})`);
  const child = execa(command, [...args], {
    cwd,
    env: { ...NOT_OURS, ...env },
    reject: false,
    stdin: "ignore",
    buffer: false,
    windowsHide: true,
    forceKillAfterDelay: 3000,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  const listen = async (from: "stdout" | "stderr"): Promise<void> => {
    for await (const line of child.iterable({ from })) {
      const text = String(line);
      if (from === "stdout") stdout.push(text);
      tail.push(text);
      if (tail.length > TAIL) tail.shift();
      log?.line(text);
      heard?.(text, from);
    }
  };
  const heardAll = Promise.all([listen("stdout"), listen("stderr")]).catch(() => undefined); // how it ended is told by the result
  const result = await child;
  await heardAll;
  if (result.failed && signal !== undefined) await heardOf(signal);
  signal?.throwIfAborted();
  if (result.failed && result.exitCode === undefined) {
    const why =
      result.code === undefined
        ? (result.signalDescription ?? "it was stopped")
        : `${result.code}: ${command} can't be started`;
    tail.push(why);
    log?.line(why);
  }
  return { ok: !result.failed, exitCode: result.exitCode, stdout, tail };
}

/** Ctrl-C goes to everything in the terminal: a child that dies of it may be heard of before our own signal is. */
async function heardOf(signal: AbortSignal): Promise<void> {
  const { setTimeout: pause } = await import("node:timers/promises");
  await pause(250, undefined, { signal }).catch(() => undefined); // aborted: that is what was waited for
}
