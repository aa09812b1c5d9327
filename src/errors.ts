/**
 * Everything that can go wrong and that a person can mend, one class per thing to mend.
 * Whatever else is thrown is a fault of ours (exit 1). The same table of exit codes holds for every command.
 */

export const EXIT = {
  /** Done. */
  done: 0,
  /** A fault of ours, or of a tool we called. */
  fault: 1,
  /** Done, but something is left to the person: conflicts, findings. */
  left: 2,
  /** The input is refused; nothing was written. */
  refused: 3,
  /** Something is missing on this machine; nothing was written. */
  missing: 4,
  /** Interrupted (Ctrl-C); nothing is left behind. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What each exit code means, as `--help` and the docs list it. */
export const EXIT_MEANING: Readonly<Record<ExitCode, string>> = {
  0: "done",
  1: "a fault of ours, or of a tool we called",
  2: "done, but something is left to you",
  3: "refused: the input has to change; nothing was written",
  4: "something is missing on this machine; nothing was written",
  130: "interrupted; nothing is left behind",
};

export interface Story {
  /** What is wrong, one sentence without a full stop. */
  readonly what: string;
  /** File (with line and column), flag or key it is about. */
  readonly where?: string | undefined;
  /** Why that can't work. */
  readonly why?: string | undefined;
  /** What to do, exactly: a command, a flag, a value. */
  readonly fix: string;
}

/** Base of all errors a person can mend. `code` is stable (`target/file`): scripts may rely on it. */
export abstract class UserError extends Error implements Story {
  readonly code: string;
  readonly exit: ExitCode;
  readonly what: string;
  readonly where: string | undefined;
  readonly why: string | undefined;
  readonly fix: string;

  constructor(code: string, exit: ExitCode, story: Story, cause?: unknown) {
    super(story.what, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.exit = exit;
    this.what = story.what;
    this.where = story.where;
    this.why = story.why;
    this.fix = story.fix;
  }
}

/** The command line: unknown flag, a value missing or too many. */
export class FlagRefused extends UserError {
  constructor(reason: "unknown" | "value" | "directory" | "together", story: Story) {
    super(`flag/${reason}`, EXIT.refused, story);
  }
}

/** An option that no pack has, or that can't go with another one. */
export class OptionRefused extends UserError {
  constructor(reason: "unknown" | "contradiction" | "value" | "locked", story: Story) {
    super(`option/${reason}`, EXIT.refused, story);
  }
}

/** An answer, from wherever it came: unknown key, wrong type, characters that hide something, a value out of range. */
export class AnswerRefused extends UserError {
  constructor(
    reason: "unknown" | "type" | "characters" | "value" | "file" | "syntax" | "aliases" | "size",
    story: Story,
  ) {
    super(`answer/${reason}`, EXIT.refused, story);
  }
}

/** A question without an answer, and nobody at a terminal to ask. */
export class AnswerMissing extends UserError {
  /** The flags that are missing, e.g. `--target`. */
  readonly flags: readonly string[];
  constructor(flags: readonly string[], story: Story) {
    super("answer/missing", EXIT.refused, story);
    this.flags = flags;
  }
}

/** A project name from which no importable package can be made. */
export class NameRefused extends UserError {
  /** The nearest name that works. */
  readonly suggestion: string;
  constructor(
    reason: "keyword" | "stdlib" | "dependency" | "device" | "long" | "import" | "characters",
    suggestion: string,
    story: Story,
  ) {
    super(`name/${reason}`, EXIT.refused, story);
    this.suggestion = suggestion;
  }
}

/** The folder to write into. */
export class TargetRefused extends UserError {
  constructor(
    reason: "file" | "link" | "unwritable" | "inside-package" | "not-empty" | "path" | "changed" | "busy",
    story: Story,
  ) {
    super(`target/${reason}`, EXIT.refused, story);
  }
}

/** The data file (`--data`) or a column of it. */
export class DataRefused extends UserError {
  constructor(reason: string, story: Story) {
    super(`data/${reason}`, EXIT.refused, story);
  }
}

/** A function whose behaviour can't be recorded: it can't be imported, it has effects, nothing of it can be pinned. */
export class CharacterizeRefused extends UserError {
  constructor(reason: string, story: Story) {
    super(`characterize/${reason}`, EXIT.refused, story);
  }
}

/** A manifest or a settings file of somebody else's that a line was to be added to. */
export class ManifestRefused extends UserError {
  constructor(reason: "syntax" | "encoding" | "taken", story: Story) {
    super(`manifest/${reason}`, EXIT.refused, story);
  }
}

/** A pack: a manifest that does not fit, a path it must not have, two owners of one file. */
export class PackRefused extends UserError {
  constructor(reason: string, story: Story) {
    super(`pack/${reason}`, EXIT.refused, story);
  }
}

/** A program or a version that this machine lacks: Python, uv, git. */
export class ToolMissing extends UserError {
  constructor(tool: string, story: Story) {
    super(`missing/${tool}`, EXIT.missing, story);
  }
}

/** The disk would not take the files: full, read-only, gone. The target is as it was. */
export class WriteFailed extends UserError {
  constructor(reason: "full" | "denied" | "failed", story: Story, cause?: unknown) {
    super(`write/${reason}`, EXIT.missing, story, cause);
  }
}

/** A program we started ended badly; the project is written. `log` has its whole output. */
export class StepFailed extends UserError {
  readonly log: string | undefined;
  readonly tail: readonly string[];
  constructor(step: string, tail: readonly string[], log: string | undefined, story: Story) {
    super(`step/${step}`, EXIT.fault, story);
    this.tail = tail;
    this.log = log;
  }
}

/** Ctrl-C, or a signal that asks us to stop. */
export class Interrupted extends UserError {
  constructor() {
    super("interrupted", EXIT.interrupted, {
      what: "Interrupted; nothing is left behind",
      fix: "Run the same command again when you like.",
    });
  }
}
