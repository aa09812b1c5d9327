/** Commands with a word of their own, each loaded when it is typed. Without one, a project is created. */
import type { ExitCode } from "./errors.ts";
import type { Report } from "./report.ts";
import type { World } from "./scene.ts";
import type { Pack } from "./types.ts";

export interface Around {
  readonly world: World;
  readonly report: Report;
  readonly signal: AbortSignal;
  readonly packs: readonly Pack[];
  /** Those of them that came with this program, with nothing laid over them. */
  readonly ours: readonly Pack[];
}

export type Command = (argv: readonly string[], around: Around) => Promise<ExitCode>;

const COMMANDS: Readonly<Record<string, { readonly help: string; readonly load: () => Promise<Command> }>> = {
  add: {
    help: "Add a model, a dataset, a feature set or a pipeline to the project of this folder.",
    load: async () => (await import("./add.ts")).addCommand,
  },
  characterize: {
    help: "Pin what a function of old code does now, in tests of its own.",
    load: async () => (await import("./characterize.ts")).characterizeCommand,
  },
  check: {
    help: "Say whether the project of this folder is behind its packs, and what their policies find.",
    load: async () => (await import("./check.ts")).checkCommand,
  },
  fleet: {
    help: "Check many projects, and say what an update would bring each of them.",
    load: async () => (await import("./fleet.ts")).fleetCommand,
  },
  pack: {
    help: "Begin a pack of your team's conventions, look through it, or try it out.",
    load: async () => (await import("./pack.ts")).packCommand,
  },
  survey: {
    help: "Look at an existing repository, and say what adding a model to it would do.",
    load: async () => (await import("./survey.ts")).surveyCommand,
  },
  undo: {
    help: "Take the newest addition or update back.",
    load: async () => (await import("./undo.ts")).undoCommand,
  },
  update: {
    help: "Bring the project of this folder to this version of the template, or to other answers.",
    load: async () => (await import("./update.ts")).updateCommand,
  },
  why: {
    help: "Tell who set an answer, or whose a file is, and for what reason.",
    load: async () => (await import("./why.ts")).whyCommand,
  },
};

/** The command of a first word; a folder of that name is written `./survey`. */
export function commandOf(word: string | undefined): (() => Promise<Command>) | undefined {
  return word !== undefined && Object.hasOwn(COMMANDS, word) ? COMMANDS[word]?.load : undefined;
}

/** For the help: each with a line. */
export const commandHelp = (): [word: string, help: string][] =>
  Object.entries(COMMANDS).map(([word, { help }]) => [word, help]);
