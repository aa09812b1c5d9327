/** The only file that starts programs (with `run/`): installs the project, makes a repository, runs the demo. */
import { join } from "node:path";
import { StepFailed } from "./errors.ts";
import { start } from "./run/start.ts";
import type { Installer } from "./run/tools.ts";
import { shellWord } from "./text.ts";
import { type Log, openLog } from "./write/log.ts";

export { type Fed, feed } from "./run/feed.ts";
export { makeRepository, type Repository } from "./run/git.ts";
export { findInstaller, type Installer } from "./run/tools.ts";

/** Tells a person what goes on; see `report`. */
export interface Progress {
  begin(label: string): { heard(line: string): void; done(text: string): void; failed(): void };
}

export interface Place {
  readonly folder: string;
  readonly shown: string;
  /** The project's own command: `my-project`. */
  readonly command: string;
  readonly columns: number;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

const ENVIRONMENT = ".venv";
/** Top-level names that these steps make; taken away with the rest when interrupted. */
export const PRODUCTS: readonly string[] = [ENVIRONMENT, "uv.lock"];

/** Installs the project's packages; `lean` leaves out the groups for development and docs. */
export async function install(place: Place, installer: Installer, lean: boolean): Promise<void> {
  const log = openLog("install.log");
  const at = { cwd: place.folder, log, signal: place.signal };
  const uv = ["sync", ...(lean ? ["--no-default-groups"] : []), "--no-progress"];
  const again =
    installer.kind === "uv"
      ? "uv sync"
      : `${shellWord(installer.command)} -m venv ${ENVIRONMENT} && ${pip("-m pip install -e .")}`;
  const fix = `See the log, mend that, then: cd ${shellWord(place.shown)} && ${again}`;
  await told(
    place,
    `Installing packages with ${installer.shown}`,
    "Packages installed",
    log,
    "install",
    fix,
    async (heard) => {
      if (installer.kind === "uv") return start({ ...at, heard, command: installer.command, args: uv });
      const made = await start({
        ...at,
        heard,
        command: installer.command,
        args: [...installer.args, "-m", "venv", ENVIRONMENT],
      });
      if (!made.ok) return made;
      const args = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-e", "."];
      return start({ ...at, heard, command: inEnvironment(place.folder, "python"), args });
    },
  );
}

/** Runs the demo, which makes the database first; returns what it printed. */
export async function demo(place: Place): Promise<readonly string[]> {
  const log = openLog("demo.log");
  const command = inEnvironment(place.folder, place.command);
  const env = { COLUMNS: String(place.columns) };
  const ended = await told(
    place,
    "Training, scoring and reporting",
    "Trained, scored and reported",
    log,
    "demo",
    `See the log, mend that, then: cd ${shellWord(place.shown)} && ${commandIn(place.command, "demo")}`,
    (heard) => start({ command, args: ["demo"], cwd: place.folder, env, log, signal: place.signal, heard }),
  );
  return ended.stdout;
}

/** A call of the project's command as a person types it, in its folder. */
export function commandIn(command: string, words: string, kind: Installer["kind"] = "uv"): string {
  return kind === "uv" ? `uv run ${command} ${words}` : `${join(ENVIRONMENT, BIN, command)} ${words}`;
}

async function told<E extends Awaited<ReturnType<typeof start>>>(
  place: Place,
  label: string,
  done: string,
  log: Log,
  step: string,
  fix: string,
  act: (heard: (line: string) => void) => Promise<E>,
): Promise<E> {
  const telling = place.progress.begin(label);
  let ended: E;
  try {
    ended = await act((line) => telling.heard(line));
  } catch (error) {
    telling.failed();
    log.discard(); // interrupted: nothing is left behind
    throw error;
  }
  if (ended.ok) {
    telling.done(done);
    log.discard();
    return ended;
  }
  telling.failed();
  throw new StepFailed(step, ended.tail, log.path, {
    what: `${label}: ended with ${ended.exitCode === undefined ? "no exit code" : `exit code ${ended.exitCode}`}; the project is written`,
    where: place.folder,
    fix,
  });
}

const BIN = process.platform === "win32" ? "Scripts" : "bin";
const pip = (words: string): string => `${join(ENVIRONMENT, BIN, "python")} ${words}`;
const inEnvironment = (folder: string, name: string): string =>
  join(folder, ENVIRONMENT, BIN, process.platform === "win32" ? `${name}.exe` : name);
