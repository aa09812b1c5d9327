/** `undo`: takes the newest addition back, byte by byte, while nothing of it was changed since. */
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { agreed, mannerOf } from "./add/agree.ts";
import { standing, undoNames } from "./add/keep.ts";
import { changeDocument } from "./add/show.ts";
import { newest, readUndo, takenBack, UNDO, type UndoRecord } from "./add/undo.ts";
import { RECORD } from "./change/record.ts";
import type { Around } from "./commands.ts";
import { EXIT, type ExitCode, TargetRefused } from "./errors.ts";
import { fileAt } from "./project.ts";
import { head } from "./report/document.ts";
import { PRODUCTS } from "./run.ts";
import { readWords, type Word } from "./words.ts";
import { wordHelp } from "./words-help.ts";
import { recover, write } from "./write.ts";

const WORD: Word = {
  name: "undo",
  takes: "",
  most: 0,
  help: "Takes back the newest addition to the project of this folder, as long as nothing of it was changed since.",
  flags: {
    yes: { type: "boolean", help: "Do it without asking." },
    "dry-run": { type: "boolean", help: "Show what would go, and change nothing." },
  },
};

/** Runs it. */
export async function undoCommand(argv: readonly string[], around: Around): Promise<ExitCode> {
  const { world, report, signal } = around;
  const { values } = readWords(WORD, argv);
  if (values["help"] === true) {
    report.say(wordHelp(WORD, report.columns));
    return EXIT.done;
  }
  const root = undoHome(world.cwd());
  if (root !== undefined && recover(root)) report.warn("What an interrupted run had left there was put back first.");
  const names = root === undefined ? [] : undoNames(root);
  const file = newest(names);
  if (root === undefined || file === undefined) {
    throw new TargetRefused("path", {
      what: "There is nothing to undo here",
      where: world.cwd(),
      why:
        root === undefined
          ? "nothing was added to this folder, or one above"
          : "nothing was added, or all of it was taken back",
      fix: "Go into the project something was added to. Changes of your own: git restore.",
    });
  }
  const where = join(root, UNDO, file);
  const record = readUndo(readFileSync(where, "utf8"), where);
  const back = takenBack(
    record,
    (path) => fileAt(root, path),
    (top) => strangers(root, top, record),
  );
  const manner = mannerOf(values);
  const writes = await agreed(back, `Take back "${record.command}"?`, manner, around);
  if (writes) {
    const last = names.filter((name) => name.endsWith(".json")).length === 1;
    const records = last ? recordsOf(root) : `${UNDO}/${file}`;
    // A project's own record may have come with the addition, and goes with it.
    const gone = back.removed ?? [];
    const change = { ...back, removed: gone.includes(RECORD) ? gone : [...gone, records] };
    await write(change, standing(root, world.cwd()), { signal });
    report.note(`"${record.command}" was taken back.`);
  }
  if (manner.json)
    report.say(
      `${JSON.stringify({ ...head(EXIT.done), dryRun: manner.dryRun, undone: record.command, ...changeDocument(back) }, null, 2)}\n`,
    );
  else if (!writes) report.note("Nothing was changed.");
  return EXIT.done;
}

/** The folder of the records; with the one around it where a project's own record is not there, too. */
function recordsOf(root: string): string {
  return readdirSync(join(root, RECORD)).length === 1 ? RECORD : UNDO;
}

/** What installing and Python itself make: nobody's work. */
const MADE = new Set([...PRODUCTS, "__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache"]);

/** The nearest folder, this one or above, to which something was added. */
function undoHome(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (newest(undoNames(at)) !== undefined) return at;
    if (dirname(at) === at) return undefined;
  }
}

/** Files in a folder that was made which are none of ours. What Python compiled is nobody's work. */
function strangers(root: string, top: string, { added }: UndoRecord): string[] {
  const ours = new Set(added.map(({ path }) => path));
  const found: string[] = [];
  const look = (path: string): void => {
    if (path === UNDO) return;
    const facts = lstatSync(join(root, path), { throwIfNoEntry: false });
    if (facts?.isDirectory()) {
      for (const name of readdirSync(join(root, path))) if (!MADE.has(name)) look(`${path}/${name}`);
    } else if (facts !== undefined && !ours.has(path)) found.push(path);
  };
  look(top);
  return found;
}
