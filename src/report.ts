/** The only file that prints (with `report/`, which only makes text): results to stdout, progress and errors to stderr. */
import { EXIT, type ExitCode, StepFailed, UserError } from "./errors.ts";
import type { Profile } from "./inspect/types.ts";
import { type Done, doneDocument, errorDocument } from "./report/document.ts";
import { style, wantsColour } from "./report/style.ts";
import { diffText, totals, treeText } from "./report/tree.ts";
import type { Progress } from "./run.ts";
import { hide } from "./secrets.ts";
import { cut, elapsed, pad, safe, size, wrap } from "./text.ts";
import type { Change } from "./types.ts";

export type { Done } from "./report/document.ts";

/** One end of the terminal. */
export interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  on?(event: "error", act: () => void): unknown;
}

export interface Terminal {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly env: NodeJS.ProcessEnv;
}

export interface Report extends Progress {
  readonly columns: number;
  /** Text as it is: help, version. */
  say(text: string): void;
  warn(text: string): void;
  note(text: string): void;
  profile(profile: Profile): Promise<void>;
  /** Progress of reading the data file. */
  reading(share: number): void;
  /** Diffs of files that were there before. */
  diff(change: Change): void;
  done(done: Done): void;
  /** Prints an error; returns the exit code it stands for. */
  error(error: unknown): ExitCode;
}

/** Readable without a width to measure, and at 60 columns. */
const USUAL = 80;
const NARROWEST = 40;
const WIDEST = 110;
/** Without a terminal, a sign of life now and then. */
const SIGN_OF_LIFE = 30_000;

/** Opens the report; `json` leaves stdout to the one document. */
export function openReport(
  terminal: Terminal,
  { json, color }: { readonly json: boolean; readonly color: boolean },
): Report {
  const { env } = terminal;
  const [stdout, stderr] = [discreet(terminal.stdout), discreet(terminal.stderr)];
  // A reader that has gone away (`| head`) is no reason to stop half-way.
  for (const stream of [stdout, stderr]) stream.on?.("error", () => undefined);
  const width = stdout.columns ?? (Number(env.COLUMNS) || USUAL);
  const columns = Math.max(NARROWEST, Math.min(WIDEST, width));
  const paint = style(!json && wantsColour(color, env, stdout.isTTY === true));
  const paintErr = style(wantsColour(color, env, stderr.isTTY === true));
  const live = stderr.isTTY === true && !json;
  const out = (text: string): void => {
    if (!json) stdout.write(`${text}\n`);
  };
  const status = (text: string): unknown => live && stderr.write(`\r\u001b[2K${text}`);

  const begin: Progress["begin"] = (label) => {
    const started = Date.now();
    let last = "";
    const draw = (): void => {
      const time = elapsed(Date.now() - started);
      status(cut(`… ${label}  ${time}${last === "" ? "" : `  ${last}`}`, columns - 1));
    };
    draw();
    if (!live && !json) stderr.write(`… ${label}\n`);
    const clock = setInterval(
      () => (live ? draw() : !json && stderr.write(`… ${label}  ${elapsed(Date.now() - started)}\n`)),
      live ? 500 : SIGN_OF_LIFE,
    );
    clock.unref();
    const stop = (): void => {
      clearInterval(clock);
      status("");
    };
    return {
      heard: (line) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: colours of other programs
        last = safe(line.replace(/\u001b\[[\d;]*m/g, "")).trim();
        if (live) draw();
      },
      done: (text) => {
        stop();
        out(`${paint.good("✓")} ${pad(text, Math.min(48, columns - 14))}${paint.dim(elapsed(Date.now() - started))}`);
      },
      failed: stop,
    };
  };

  return {
    columns,
    begin,
    say: (text) => stdout.write(text),
    note: (text) => out(wrap(`${paint.good("✓")} ${text}`, columns, "  ")),
    warn: (text) => {
      if (!json) stderr.write(`${paintErr.warn(wrap(`! ${safe(text)}`, columns, "  "))}\n`);
    },
    profile: async (profile) => {
      const { profileLines } = await import("./inspect/table.ts");
      out(`${profileLines(profile, columns).join("\n")}\n`);
    },
    reading: (share) => status(share >= 1 ? "" : `… Reading the data  ${Math.floor(share * 100)} %`),
    diff: (change) => {
      const text = diffText(change, paint);
      if (text !== "") out(`${text}\n`);
    },
    done: (done) => {
      if (json) {
        stdout.write(`${JSON.stringify(doneDocument(done), null, 2)}\n`);
        return;
      }
      const { files, bytes } = totals(done.change);
      const diff = diffText(done.change, paint);
      if (done.dryRun)
        out(treeText(done.change, done.directory === "." ? done.names.dist : done.directory, columns, paint));
      if (done.dryRun && diff !== "") out(`\n${diff}`);
      if (done.dryRun) out(`\n${files} files, ${size(bytes)}. Nothing was written.`);
      if (done.demo !== undefined) out(`\n${done.demo.join("\n").trim()}`);
      if (done.dryRun || done.nextSteps.length === 0) return;
      out(`\n${paint.bold("Next")}`);
      for (const step of done.nextSteps) out(wrap(`  ${step}`, columns, "    "));
    },
    error: (error) => {
      const exit = error instanceof UserError ? error.exit : EXIT.fault;
      if (json) {
        stdout.write(`${JSON.stringify(errorDocument(error), null, 2)}\n`);
        return exit;
      }
      if (live) status("");
      stderr.write(`${errorText(error, columns, paintErr)}\n`);
      return exit;
    },
  };
}

/** The same stream; what is a secret goes no further. */
function discreet(stream: Stream): Stream {
  const { isTTY, columns } = stream;
  return {
    write: (text) => stream.write(hide(text)),
    on: (event, act) => stream.on?.(event, act),
    ...(isTTY === undefined ? {} : { isTTY }),
    ...(columns === undefined ? {} : { columns }),
  };
}

/** What was written, for the line after writing. */
export function writtenText(change: Change, shown: string): string {
  const { files, bytes } = totals(change);
  return `${files} files (${size(bytes)}) written to ${shown === "." ? "this folder" : safe(shown)}`;
}

function errorText(error: unknown, columns: number, paint: ReturnType<typeof style>): string {
  if (!(error instanceof UserError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `${paint.bad("✗")} A fault of ours. Please report it with these lines:\n${safe(stack)}`;
  }
  const out = [`${paint.bad("✗")} ${wrap(safe(error.what), columns - 2, "  ")}`];
  const field = (name: string, text: string | undefined): void => {
    if (text === undefined) return;
    const lines = text
      .split("\n")
      .flatMap((line) =>
        /^\S*(curl|powershell|cd|create-ml-project)\b/.test(line) ? [line] : wrap(safe(line), columns - 9).split("\n"),
      );
    out.push(...lines.map((line, index) => `  ${paint.dim(index === 0 ? pad(name, 7) : " ".repeat(7))}${line}`));
  };
  field("where", error.where);
  field("why", error.why);
  if (error instanceof StepFailed) {
    out.push(`  ${paint.dim("its last lines")}`, ...error.tail.map((line) => `    ${cut(safe(line), columns - 4)}`));
    field("log", error.log);
  }
  field("fix", error.fix);
  if (error.exit !== EXIT.interrupted) out.push(`  ${paint.dim(`code   ${error.code}, exit ${error.exit}`)}`);
  return out.join("\n");
}
