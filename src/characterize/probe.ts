/** Starts the probe under their interpreter, with an environment that is reduced to a list. */
import { join } from "node:path";
import { CharacterizeRefused, StepFailed } from "../errors.ts";
import { feed } from "../run/feed.ts";
import type { Interpreter } from "../run/interpreter.ts";
import { reduced } from "../run/reduced.ts";
import type { Json } from "../types.ts";
import type { Copy } from "../write/copy.ts";

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
  copy: Copy,
  job: { readonly [key: string]: Json },
  { seed, zone, user }: Circumstances,
  {
    env,
    signal,
    live = false,
  }: { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal; readonly live?: boolean },
): Promise<Answer & { readonly notes: readonly { kind: string; what: string; where: string }[] }> {
  // The language is fixed, too: what sorts or writes dates by it would differ from machine to machine.
  const own = { LANG: "C.UTF-8", LC_ALL: "C.UTF-8", LANGUAGE: undefined, TZ: zone, USER: user, LOGNAME: user };
  const fed = await feed({
    command: python.path,
    args: ["-B", "-X", "utf8", join(copy.scratch, "probe", "probe.py")],
    cwd: copy.scratch,
    env: { ...(live ? env : { ...reduced(env, python, copy), ...own }), PYTHONHASHSEED: seed },
    whole: live,
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
      where: python.path,
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
      where: String(job["file"]).slice(copy.tree.length + 1),
      why: (answer.why ?? "").replaceAll(`${copy.tree}/`, ""),
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
