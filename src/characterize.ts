/** `characterize PATH::FUNCTION…`: pins what old code does, in plain pytest. Runs it in a copy, fenced in, and only when somebody agrees. */
import { join } from "node:path";
import { agreed, mannerOf } from "./add/agree.ts";
import { keep, standing } from "./add/keep.ts";
import { changeDocument, changeText } from "./add/show.ts";
import { diffOf } from "./change/diff.ts";
import { mayRun } from "./characterize/ask.ts";
import { readTargets } from "./characterize/cases.ts";
import { emit, isUntouched } from "./characterize/emit.ts";
import { observe } from "./characterize/observe.ts";
import { page } from "./characterize/page.ts";
import { type Subject, subjectOf } from "./characterize/subject.ts";
import { casesOf, recordOf } from "./characterize/typed.ts";
import type { Around } from "./commands.ts";
import { consent } from "./consent.ts";
import { CharacterizeRefused, EXIT, type ExitCode, TargetRefused } from "./errors.ts";
import { fileAt } from "./project.ts";
import { head } from "./report/document.ts";
import { style } from "./report/style.ts";
import { writtenText } from "./report.ts";
import { findInterpreter } from "./run/interpreter.ts";
import type { Change, Operation, TreeFile } from "./types.ts";
import { readWords, type Word } from "./words.ts";
import { wordHelp } from "./words-help.ts";
import { recover } from "./write.ts";

const WORD: Word = {
  name: "characterize",
  takes: "PATH::FUNCTION…",
  most: 50,
  help: "Writes tests that hold what functions of a module do now, quirks included. They run in a copy of the tree, without network, twice under different circumstances; what differs is told and not pinned.",
  flags: {
    case: {
      type: "string",
      help: `Arguments of a call, as literals: 'a=1, b="x"'. May be given again.`,
      placeholder: "ARGS",
      multiple: true,
    },
    cases: { type: "string", help: "A file of cases: JSON, YAML or JSON lines.", placeholder: "FILE" },
    record: { type: "string", help: 'Take the calls of a run: "python run.py".', placeholder: "COMMAND" },
    live: { type: "boolean", help: "Run --record where it lies, with network and your environment. Once." },
    python: { type: "string", help: "The interpreter of its environment.", placeholder: "PATH" },
    document: { type: "boolean", help: "Write a page about the module, too." },
    yes: { type: "boolean", help: "Run it and write without asking." },
    "dry-run": { type: "boolean", help: "Write nothing; with --yes, run it in the copy and show what would be." },
  },
};

/** Runs it. */
export async function characterizeCommand(argv: readonly string[], around: Around): Promise<ExitCode> {
  const { world, report, signal } = around;
  const typed = readWords(WORD, argv);
  const { values, rest } = typed;
  if (values["help"] === true) {
    report.say(wordHelp(WORD, report.columns));
    return EXIT.done;
  }
  const targets = readTargets(rest);
  const cases = casesOf(typed, targets.functions, world.cwd());
  const record = recordOf(typed);
  const subject = await subjectOf(targets, world.cwd(), world.env, signal);
  if (recover(subject.root)) report.warn("What an interrupted run had left there was put back first.");
  const before = isOurs(subject);
  const given = typeof values["python"] === "string" ? values["python"] : undefined;
  const python = await findInterpreter(subject.root, "Running it", given, world.cwd(), world.env, signal);
  const manner = mannerOf(values);
  const live = values["live"] === true;
  const wanted = { subject, functions: targets.functions, cases, record, live, python };
  if (!(await consent(mayRun(wanted), manner, around))) {
    report.note("Nothing was run, and nothing was written.");
    return EXIT.done;
  }

  const seen = await observe(wanted, around, (judged) => {
    const files = emit(judged, {
      path: subject.test,
      root: subject.importRoot,
      module: subject.file.module,
      python: python.version,
    });
    if (values["document"] !== true) return files;
    const callers = subject.found.graph.importedBy.get(subject.file.path) ?? [];
    const risks = subject.file.skeleton.effects.map(({ line, what }) => `line ${line}, at import: ${what}`);
    const parameters = Object.fromEntries(subject.file.skeleton.functions.map((one) => [one.name, one.parameters]));
    const text = page(judged, { path: subject.file.path, module: subject.file.module, callers, risks, parameters });
    return files.set(subject.test.replace(/[^/]+\.py$/, `${subject.file.module}.md`), {
      bytes: Buffer.from(text),
      mode: 0o644,
      owner: "characterize",
    });
  });
  for (const line of seen.told) report.warn(line);
  const open = seen.judged.flatMap((one) => one.open);
  for (const { call, why } of open) report.warn(`Not pinned: ${call}: ${why.join("; ")}`);
  if (seen.judged.every(({ pinned }) => pinned.length === 0)) {
    throw new CharacterizeRefused("nothing", {
      what: "Nothing of it can be pinned",
      where: `${subject.file.path}::${targets.functions.join(", ")}`,
      why: open.map(({ call, why }) => `${call}: ${why.join("; ")}`).join("\n") || "no call was recorded",
      fix: "Pass in what it takes from the clock, chance or its surroundings; or characterize a function below it.",
    });
  }
  const change = changeOf(seen.files, before, subject);
  if (manner.yes && !manner.dryRun && !manner.json) report.say(`${changeText(change, report.columns, style(false))}\n`);
  const writes = await agreed(change, "Write these tests?", manner, around);
  if (writes && change.operations.length > 0) {
    const target = standing(subject.root, world.cwd());
    await keep(change, ["characterize", ...rest], target, signal);
    report.note(writtenText(change, target.shown));
  }
  const exit = open.length > 0 ? EXIT.left : EXIT.done;
  if (manner.json)
    report.say(
      `${JSON.stringify({ ...head(exit), dryRun: manner.dryRun, verified: seen.verified, open, told: seen.told, ...changeDocument(change) }, null, 2)}\n`,
    );
  else if (!writes) report.note("Nothing was written.");
  return exit;
}

/** What lies where the tests would: refused, unless it is ours and nobody has changed it. */
function isOurs({ root, test }: Subject): boolean {
  const there = fileAt(root, test);
  if (there === undefined) return false;
  if (isUntouched(Buffer.from(there.bytes).toString("utf8"))) return true;
  throw new TargetRefused("changed", {
    what: `${test} is there already, and is not as it was recorded`,
    where: join(root, test),
    why: "somebody wrote or edited it",
    fix: "Move it away, then run the same command again.",
  });
}

function changeOf(files: ReadonlyMap<string, TreeFile>, ours: boolean, { root }: Subject): Change {
  const operations = [...files].flatMap(([path, file]): Operation[] => {
    const there = fileAt(root, path);
    if (there === undefined) return [{ op: "add", path, file }];
    if (Buffer.compare(there.bytes, file.bytes) === 0) return [];
    if (ours) return [{ op: "replace", path, file, before: there, diff: diffOf(path, there, file) }];
    throw new TargetRefused("not-empty", {
      what: `${path} is there already, and would be written over`,
      where: path,
      fix: "Move that file away, then run the same command again.",
    });
  });
  return { operations };
}
