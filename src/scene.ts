/** What every stage of one run knows. */
import { resolve } from "node:path";
import type { Flags } from "./flags.ts";
import { checkName } from "./refuse/name.ts";
import { checkTarget, type Target } from "./refuse/target.ts";
import type { Report, Terminal } from "./report.ts";
import type { Names } from "./shared/tokens.ts";
import type { Answers, Asked, Pack } from "./types.ts";
import { recover } from "./write.ts";

/** The name of a project that nobody names. */
export const UNNAMED = "my-project";

/** The machine around a run; a test passes its own. */
export interface World extends Terminal {
  readonly stdin: { readonly isTTY?: boolean };
  cwd(): string;
  readonly packs?: readonly Pack[];
  on(signal: NodeJS.Signals, act: () => void): unknown;
  off(signal: NodeJS.Signals, act: () => void): unknown;
}

export interface Scene {
  readonly argv: readonly string[];
  readonly flags: Flags;
  readonly packs: readonly Pack[];
  /** Those of them that somebody named, as folders of this machine. */
  readonly named: readonly string[];
  readonly asked: readonly Asked[];
  /** Names that the project's requirements take. */
  readonly taken: ReadonlySet<string>;
  readonly world: World;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Where the project goes, and what it is called. */
export interface Place {
  readonly target: Target;
  readonly names: Names;
}

/** The folder and the name: the one follows from the other when only one is given. */
export function placeOf({ flags, taken, world, report }: Scene, answers: Answers): Place {
  const cwd = world.cwd();
  const name = typeof answers.name === "string" ? answers.name : undefined;
  const directory = flags.directory ?? checkName(name ?? UNNAMED, taken).dist;
  const path = resolve(cwd, directory);
  if (recover(path)) report.warn("What an interrupted run had left there was put back first.");
  const target = checkTarget(directory, cwd);
  const names = checkName(name ?? baseName(path), taken, name === undefined ? "the folder's name" : "--name");
  return { target, names };
}

/** The name a folder gives its project. */
function baseName(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== "") ?? "";
}
