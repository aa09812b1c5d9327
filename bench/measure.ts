import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** One command to time; `fresh` restores its starting state and is never inside the timed part. */
export interface Candidate {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly fresh?: () => Promise<void>;
}

/** What one run cost: wall-clock milliseconds, and the peak of its memory when that was asked for. */
export interface Cost {
  readonly ms: number;
  readonly peakMb: number;
}

const peakScript = fileURLToPath(new URL("peak.py", import.meta.url));

/** The environment of every timed command: both variables falsify start-up, of Python and of Node. */
export function quietEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, ...extra, NO_COLOR: "1" };
  for (const name of ["PYTHONDONTWRITEBYTECODE", "NODE_EXTRA_CA_CERTS", "FORCE_COLOR", "VIRTUAL_ENV"]) delete env[name];
  return env;
}

/** Runs a command to its end; a failure is an error that shows what it printed last. */
export async function run(
  command: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly ms: number; readonly output: string }> {
  const [program = "", ...args] = command;
  const started = process.hrtime.bigint();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: quietEnvironment(env), stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      const ms = Number(process.hrtime.bigint() - started) / 1e6;
      if (code === 0) resolve({ ms, output });
      else reject(new Error(`${command.join(" ")} (in ${cwd}) ended with ${code}:\n${output.slice(-2000)}`));
    });
  });
}

/**
 * Runs the candidates in turn, round after round, and gives each one's median.
 *
 * Interleaving is what makes a ratio stand on a shared machine: a busy neighbour slows both sides.
 */
export async function race(candidates: readonly Candidate[], rounds: number): Promise<Map<string, number>> {
  const times = new Map(candidates.map(({ name }) => [name, [] as number[]]));
  // Round 0 warms file caches and bytecode and is thrown away.
  for (let round = 0; round <= rounds; round++) {
    for (const candidate of candidates) {
      await candidate.fresh?.();
      const { ms } = await run(candidate.command, candidate.cwd, candidate.env);
      if (round > 0) times.get(candidate.name)?.push(ms);
    }
  }
  return new Map([...times].map(([name, list]) => [name, median(list)]));
}

/**
 * Runs a command once under a parent of a few megabytes that reports the peak of it and its children.
 *
 * `ru_maxrss` of a child starts at its parent's peak, so Node can't be that parent.
 */
export async function peak(candidate: Candidate): Promise<Cost> {
  await candidate.fresh?.();
  const { ms, output } = await run(["python3", peakScript, ...candidate.command], candidate.cwd, candidate.env);
  const kilobytes = Number(/^peak-kb (\d+)$/m.exec(output)?.[1] ?? Number.NaN);
  return { ms, peakMb: kilobytes / 1024 };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
