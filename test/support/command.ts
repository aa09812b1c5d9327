import { execa } from "execa";
import { cacheDir, uvHome } from "./places.ts";

/** How a command ended; a failing exit code is a result, not an exception, so that tests can assert on it. */
export interface Ended {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams in the order they came, for messages of failed assertions. */
  readonly all: string;
}

export interface Settings {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly minutes?: number;
  readonly input?: string;
}

/** The environment commands under test get: what falsifies start-up or colours is gone, one uv cache is shared. */
export function testEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    // Vitest's own variables would make a program under test believe that it is a test.
    if (
      value !== undefined &&
      !/^(VITEST|VIRTUAL_ENV|PYTHONDONTWRITEBYTECODE|NODE_OPTIONS|NODE_ENV|TEST|FORCE_COLOR)/.test(name)
    ) {
      env[name] = value;
    }
  }
  return { ...env, PATH: `${uvHome}:${env.PATH ?? ""}`, UV_CACHE_DIR: `${cacheDir}/uv`, NO_COLOR: "1", ...extra };
}

/** Runs a command to its end, without a terminal. */
export async function execute(command: string, args: readonly string[], settings: Settings): Promise<Ended> {
  const result = await execa(command, args, {
    cwd: settings.cwd,
    env: testEnvironment(settings.env),
    extendEnv: false,
    reject: false,
    all: true,
    timeout: (settings.minutes ?? 5) * 60_000,
    ...(settings.input === undefined ? { stdin: "ignore" as const } : { input: settings.input }),
  });
  return {
    exit: result.exitCode ?? -1,
    stdout: result.stdout,
    stderr: result.stderr,
    all: `${result.all}${result.timedOut ? "\n(timed out)" : ""}`,
  };
}

/** Runs a command that has to succeed; otherwise the error is what it printed. */
export async function must(command: string, args: readonly string[], settings: Settings): Promise<Ended> {
  const ended = await execute(command, args, settings);
  if (ended.exit !== 0) {
    throw new Error(`${command} ${args.join(" ")} ended with ${ended.exit} in ${settings.cwd}:\n${ended.all}`);
  }
  return ended;
}
