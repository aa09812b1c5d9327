/** `update`: the project follows its template, or other answers. What both sides changed is merged; no line of a person's is lost. */
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { agreed, mannerOf, WRITES } from "./add/agree.ts";
import { keep, standing } from "./add/keep.ts";
import { changeDocument } from "./add/show.ts";
import type { Around } from "./commands.ts";
import { EXIT, type ExitCode, FlagRefused } from "./errors.ts";
import { isAddress } from "./packs/address.ts";
import { refuseRunning } from "./packs/opens.ts";
import { sourceFrom } from "./packs/stack.ts";
import { projectHere } from "./project.ts";
import { head } from "./report/document.ts";
import { type Report, writtenText } from "./report.ts";
import { shellWord, wrap } from "./text.ts";
import { type Gathered, gather } from "./update/gather.ts";
import type { Policy } from "./update/outcome.ts";
import { leftDocument, leftLines } from "./update/show.ts";
import { VERSION } from "./version.ts";
import { readWords, type Typed, type Word } from "./words.ts";
import { wordHelp } from "./words-help.ts";
import { recover } from "./write.ts";

const WORD: Word = {
  name: "update",
  takes: "",
  most: 0,
  help: "Brings the project of this folder to this version of the template, or to other answers: edit .ml-project/answers.yaml, or give --set. What you changed and what the template changed is merged by git; everything is shown first, and create-ml-project undo takes it back.",
  flags: {
    set: {
      type: "string",
      help: "Another answer; may be given more than once.",
      placeholder: "KEY=VALUE",
      multiple: true,
    },
    pack: {
      type: "string",
      help: "Other packs of conventions than those so far; may be given more than once.",
      placeholder: "SOURCE",
      multiple: true,
    },
    restore: { type: "string", help: "Bring back a file that was deleted.", placeholder: "PATH", multiple: true },
    conflict: {
      type: "string",
      help: "Where both changed the same lines: markers in the file (the default), mine, or template, which keeps yours beside it.",
      placeholder: "mine|template",
    },
    ...WRITES,
    "dry-run": { type: "boolean", help: "Show the change and the conflicts, and write nothing." },
  },
};

/** Runs it. */
export async function updateCommand(argv: readonly string[], around: Around): Promise<ExitCode> {
  const { report } = around;
  const typed = readWords(WORD, argv);
  if (typed.values["help"] === true) {
    report.say(wordHelp(WORD, report.columns));
    return EXIT.done;
  }
  return update(typed, ["update", ...argv.filter((word) => !QUIET.has(word))], around);
}

/** Say how it is done, not what. */
const QUIET = new Set(["--yes", "--json", "--no-color"]);

/** An update with what was typed; `words` are how the record names it. */
export async function update({ values, lists }: Typed, words: readonly string[], around: Around): Promise<ExitCode> {
  const { world, report, signal, packs } = around;
  const cwd = realpathSync(world.cwd());
  const root = projectHere(cwd, "update");
  if (recover(root)) report.warn("What an interrupted run had left there was put back first.");
  const wanted = {
    set: lists["set"] ?? [],
    packs: lists["pack"]?.map((source) =>
      isAddress(source) ? source : sourceFrom(realpathSync(resolve(cwd, source)), root),
    ),
    restored: lists["restore"] ?? [],
    policy: policyOf(values["conflict"]),
  };
  const found = await gather(root, wanted, packs, world.env, signal);
  refuseRunning(found.change.operations, lists["allow"] ?? []);
  const manner = mannerOf(values);
  const { change, left } = found;
  const lines = leftLines(found);
  const nothing = change.operations.length === 0 && (change.removed ?? []).length === 0;
  let writes = false;
  let steps: readonly string[] = [];
  if (!nothing) {
    if (!manner.json) report.say(notes(found));
    // Before the question; nobody is asked with --yes, and then it stands at the end.
    if (!manner.json && !manner.yes) listed("Left to you", lines, report);
    writes = await agreed(change, "Update the project?", manner, around);
  }
  if (writes) {
    const target = standing(root, cwd);
    await keep(change, words, target, signal, found.gone);
    report.note(writtenText(change, target.shown));
    steps = found.nextSteps;
  } else if (nothing) report.note(`Up to date with create-ml-project ${VERSION}.`);
  else report.note("Nothing was written.");
  const exit = left.length > 0 ? EXIT.left : EXIT.done;
  if (manner.json)
    report.say(
      `${JSON.stringify({ ...head(exit), dryRun: manner.dryRun, from: found.stored.lock.generator, to: VERSION, ...leftDocument(found), ...changeDocument(change), nextSteps: [...steps] }, null, 2)}\n`,
    );
  else {
    if (manner.yes || nothing) listed("Left to you", lines, report);
    listed("Next", steps, report);
  }
  return exit;
}

function listed(title: string, lines: readonly string[], { say, columns }: Report): void {
  if (lines.length > 0) say(`\n${title}\n${lines.map((line) => `  ${wrap(line, columns - 2, "    ")}\n`).join("")}`);
}

/** What is not a file. */
function notes({ stored }: Gathered): string {
  return stored.dropped.length === 0 ? "" : `No longer asked, and left out: ${stored.dropped.join(", ")}.\n\n`;
}

function policyOf(typed: string | boolean | undefined): Policy {
  if (typed === undefined) return "markers";
  if (typed === "markers" || typed === "mine" || typed === "template") return typed;
  throw new FlagRefused("value", {
    what: `--conflict can't be ${shellWord(String(typed))}`,
    where: "--conflict",
    fix: "Give markers, mine or template.",
  });
}
