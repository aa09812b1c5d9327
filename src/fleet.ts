/** `fleet`: `check` and `update --dry-run` over many repositories, side by side, to one table. One that is broken is a row of it. */
import { setMaxListeners } from "node:events";
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Around } from "./commands.ts";
import { EXIT, type ExitCode, TargetRefused } from "./errors.ts";
import { type Row, rowOf } from "./fleet/row.ts";
import { fleetDocument, fleetLines } from "./fleet/show.ts";
import { findProject } from "./project.ts";
import { head } from "./report/document.ts";
import { safe } from "./text.ts";
import { readWords, type Word } from "./words.ts";
import { wordHelp } from "./words-help.ts";

const WORD: Word = {
  name: "fleet",
  takes: "FOLDER|LIST",
  most: 1,
  help: "Checks every project in a folder, or in a file with a path a line, and says what an update would bring it: who is behind, who has conflicts, which policy fails most. Nothing is written; one that is broken does not stop the others. Exit code 2 when something is left to somebody.",
  flags: {},
};

/** Side by side: reading waits for the disk and for git more than it works. */
const AT_ONCE = 4;

/** Runs it. */
export async function fleetCommand(argv: readonly string[], around: Around): Promise<ExitCode> {
  const { world, report, signal } = around;
  const { values, rest } = readWords(WORD, argv);
  if (values["help"] === true) {
    report.say(wordHelp(WORD, report.columns));
    return EXIT.done;
  }
  const projects = projectsIn(resolve(realpathSync(world.cwd()), rest[0] ?? "."));
  const rows: Row[] = [];
  setMaxListeners(0, signal); // each program that runs listens for a Ctrl-C
  const telling = report.begin(`Checking ${projects.length} projects`);
  const queue = projects.entries();
  const work = async (): Promise<void> => {
    for (const [at, { name, folder }] of queue) {
      signal.throwIfAborted();
      rows[at] = await rowOf(name, folder, around);
      telling.heard(`${rows.filter(Boolean).length} of ${projects.length}: ${name}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } catch (error) {
    telling.failed();
    throw error;
  }
  telling.done(`Checked ${projects.length} projects`);
  const exit = rows.some(({ state }) => state !== "clean") ? EXIT.left : EXIT.done;
  report.say(
    values["json"] === true
      ? `${JSON.stringify({ ...head(exit), ...fleetDocument(rows) }, null, 2)}\n`
      : `\n${fleetLines(rows, report.columns).join("\n")}\n`,
  );
  return exit;
}

interface Place {
  readonly name: string;
  readonly folder: string;
}

/** The folders that a list names, or those in a folder that hold a project, there or one below. */
function projectsIn(path: string): Place[] {
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts?.isFile()) {
    const lines = readFileSync(path, "utf8").split(/\r?\n/);
    const names = lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
    return names.map((name) => ({ name, folder: resolve(dirname(path), name) }));
  }
  if (facts?.isDirectory()) {
    const own = (folder: string): boolean => findProject(folder) === folder;
    const found = readdirSync(path, { withFileTypes: true })
      .filter((item) => item.isDirectory())
      .map(({ name }) => ({ name, folder: join(path, name) }))
      .filter(({ folder }) => own(folder));
    if (found.length > 0) return found;
  }
  throw new TargetRefused("path", {
    what: "No project of ours is in there",
    where: safe(path),
    fix: "Give the folder that holds the projects, or a file with the path of one a line.",
  });
}
