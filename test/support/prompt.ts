import { createInterface } from "node:readline";
import { execa } from "execa";
import { testEnvironment } from "./command.ts";
import type { Emitted } from "./emitted.ts";
import { root } from "./places.ts";

/** How a command of a project ended, and all it printed. */
export interface Answer {
  readonly exit: number;
  readonly all: string;
}

/** A prompt in a project, whose commands start at once: Python's imports are done (see prompt.py). */
export interface Prompt {
  /** Runs a command with variables, and with Python that spoils something first. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>, before?: string): Promise<Answer>;
  close(): Promise<unknown>;
}

export async function openPrompt(project: Emitted): Promise<Prompt> {
  const { cwd, env } = project.settings();
  const script = [`${root}/test/support/prompt.py`, project.name.replaceAll("-", "_")];
  const python = execa("uv", ["run", "--no-sync", "python", ...script], {
    cwd,
    env: testEnvironment(env),
    extendEnv: false,
    buffer: false,
    reject: false,
    cleanup: true,
    stderr: "inherit",
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  const ready = new Promise<Answer>((resolve) => waiting.set(0, resolve));
  const lines = createInterface({ input: python.stdout });
  lines.on("line", (line) => {
    const { id, ...answer } = JSON.parse(line) as Answer & { id: number };
    waiting.get(id)?.(answer);
  });
  await ready;
  let id = 0;
  return {
    run: (args, env = {}, before = "") => {
      id += 1;
      const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve));
      python.stdin.write(`${JSON.stringify({ id, args, env, before })}\n`);
      return answered;
    },
    close: () => {
      python.stdin.end();
      return python;
    },
  };
}
