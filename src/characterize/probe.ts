/** Starts the probe under their interpreter, with an environment that is reduced to a list. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { CharacterizeRefused, StepFailed, ToolMissing } from "../errors.ts";
import { feed } from "../run/feed.ts";
import { start } from "../run/start.ts";
import { inPath } from "../run/tools.ts";
import type { Json } from "../types.ts";
import type { Scratch } from "../write/scratch.ts";

export interface Interpreter {
  readonly command: string;
  readonly version: string;
}

/** Theirs: the one given, that of the environment in their folder, else the first on the path. */
export async function findPython(
  given: string | undefined,
  root: string,
  env: NodeJS.ProcessEnv,
): Promise<Interpreter> {
  const own = [".venv/bin/python", "venv/bin/python", ".venv/Scripts/python.exe"].map((path) => join(root, path));
  const command = given ?? own.find((path) => existsSync(path)) ?? inPath("python3", env) ?? inPath("python", env);
  const missing = (why: string): ToolMissing =>
    new ToolMissing("python", {
      what: "The function needs a Python to run under, 3.8 or newer",
      where: given ?? "PATH",
      why,
      fix: "Give the interpreter of its environment: --python .venv/bin/python",
    });
  if (command === undefined) throw missing("none was found");
  const ended = await start({
    command,
    args: ["-I", "-c", "import sys; print('%d.%d.%d' % sys.version_info[:3])"],
    cwd: root,
  });
  const version = ended.stdout[0] ?? "";
  if (!ended.ok) throw missing(`${command} can't be started`);
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < 3 || (major === 3 && minor < 8)) throw missing(`${command} is Python ${version}`);
  return { command, version };
}

export interface Circumstances {
  readonly seed: string;
  readonly zone: string;
  readonly user: string;
}

/** Seconds without an answer after which a run is given up. */
const PATIENCE = 300;

/** Runs one job to its end. */
export async function probe<Answer>(
  python: Interpreter,
  scratch: Scratch,
  job: { readonly [key: string]: Json },
  { seed, zone, user }: Circumstances,
  {
    env,
    signal,
    live = false,
  }: { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal; readonly live?: boolean },
): Promise<Answer & { readonly notes: readonly { kind: string; what: string; where: string }[] }> {
  const reduced = {
    PATH: env.PATH,
    HOME: scratch.home,
    TMPDIR: scratch.temporary,
    USER: user,
    LOGNAME: user,
    LANG: "C.UTF-8",
    TZ: zone,
    ...(env.SYSTEMROOT === undefined ? {} : { SYSTEMROOT: env.SYSTEMROOT }),
  };
  const fed = await feed({
    command: python.command,
    args: ["-s", "-B", "-X", "utf8", join(scratch.path, "probe/probe.py")],
    cwd: scratch.path,
    env: { ...(live ? env : reduced), PYTHONHASHSEED: seed },
    input: JSON.stringify(job),
    signal,
    patience: [PATIENCE, PATIENCE],
  });
  const pieces: Buffer[] = [];
  for await (const piece of fed.bytes) pieces.push(piece);
  const { tail, late, exitCode } = await fed.ended();
  const text = Buffer.concat(pieces).toString("utf8");
  if (text === "") {
    throw new StepFailed("characterize", tail.split("\n").slice(-8), undefined, {
      what: late
        ? `It did not end within ${PATIENCE} seconds`
        : `Their code ended the process (exit ${exitCode ?? "by a signal"})`,
      where: python.command,
      fix: "Give cases that end by themselves, or a function below the one that ends the process.",
    });
  }
  const answer = JSON.parse(text) as Answer & {
    refused?: string;
    why?: string;
    notes: { kind: string; what: string; where: string }[];
  };
  if (answer.refused !== undefined) {
    throw new CharacterizeRefused(answer.refused, {
      what: "This can't be recorded",
      where: String(job["file"]).slice(scratch.tree.length + 1),
      why: (answer.why ?? "").replaceAll(`${scratch.tree}/`, ""),
      fix: FIX[answer.refused] ?? "Change that, or choose another function.",
    });
  }
  return answer;
}

const FIX: Readonly<Record<string, string>> = {
  dependency: "Give the interpreter of its environment with --python, or install what it needs there.",
  effect: 'Move what happens at import into a function, or under if __name__ == "__main__"; then run it again.',
  import: "Make the module importable by itself; then run it again.",
  case: `Write a case like --case 'a=1, b="x"'.`,
};
