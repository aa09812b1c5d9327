/** The one JSON document that `--json` prints. Pure. Its shape only grows. */
import { AnswerMissing, type ExitCode, NameRefused, StepFailed, UserError } from "../errors.ts";
import type { Repository } from "../run.ts";
import type { Names } from "../shared/tokens.ts";
import type { Change, Json, Selection } from "../types.ts";
import { VERSION } from "../version.ts";
import { sizeAfter } from "./tree.ts";

export interface Done {
  readonly names: Names;
  readonly directory: string;
  readonly dryRun: boolean;
  readonly selection: Selection;
  readonly change: Change;
  readonly warnings: readonly string[];
  readonly nextSteps: readonly string[];
  readonly repository?: Repository | undefined;
  /** What installed the packages. */
  readonly installed?: string | undefined;
  /** What the demo printed. */
  readonly demo?: readonly string[] | undefined;
}

/** What every document begins with. */
export const head = (exit: ExitCode): { [key: string]: Json } => ({
  generator: "create-ml-project",
  version: VERSION,
  ok: exit === 0,
  exit,
});

/** The document of a run that did what was asked. */
export function doneDocument(done: Done): Json {
  return {
    ...head(0),
    dryRun: done.dryRun,
    project: {
      name: done.names.name,
      title: done.names.title,
      package: done.names.package,
      command: done.names.dist,
      directory: done.directory,
    },
    plan: {
      packs: done.selection.packs.map(({ name, version, hash }) => ({ name, version, hash })),
      options: done.selection.options.map(({ group, id }) => `${group}/${id}`),
      parts: done.selection.parts.map(({ part, name }) => ({ part: part.id, name })),
      answers: { ...done.selection.answers },
    },
    files: done.change.operations.map((operation) => ({
      path: operation.path,
      operation: operation.op,
      bytes: sizeAfter(operation),
      executable: (operation.op === "keep" ? operation.before.mode : operation.file.mode) === 0o755,
      owner: operation.op === "keep" ? "you" : operation.file.owner,
      ...(operation.op === "add" ? {} : { diff: operation.diff }),
    })),
    git: done.repository === undefined ? null : { ...done.repository },
    installed: done.installed ?? null,
    demo: done.demo === undefined ? null : [...done.demo],
    warnings: [...done.warnings],
    nextSteps: [...done.nextSteps],
  };
}

/** The document of a run that did not. */
export function errorDocument(error: unknown): Json {
  if (!(error instanceof UserError)) {
    const what = error instanceof Error ? error.message : String(error);
    return {
      ...head(1),
      error: {
        code: "fault",
        what,
        fix: "This is a fault of ours; please report it with this document.",
        stack: (error as Error).stack ?? null,
      },
    };
  }
  return {
    ...head(error.exit),
    error: {
      code: error.code,
      what: error.what,
      where: error.where ?? null,
      why: error.why ?? null,
      fix: error.fix,
      ...(error instanceof AnswerMissing ? { flags: [...error.flags] } : {}),
      ...(error instanceof NameRefused ? { suggestion: error.suggestion } : {}),
      ...(error instanceof StepFailed ? { log: error.log ?? null, tail: [...error.tail] } : {}),
    },
  };
}
