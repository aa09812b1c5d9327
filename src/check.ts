/** `check`: whether a project is behind its packs, which files are whose, and what its policies find. For CI: findings end with exit code 2. */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { type Checked, look, OWN } from "./check/look.ts";
import { checkDocument, checkLines, githubLines } from "./check/show.ts";
import { readWaivers, WAIVERS, waived } from "./check/waivers.ts";
import type { Around } from "./commands.ts";
import { EXIT, type ExitCode, FlagRefused, TargetRefused } from "./errors.ts";
import { projectHere } from "./project.ts";
import { head } from "./report/document.ts";
import { readWords, type Word } from "./words.ts";
import { wordHelp } from "./words-help.ts";

const WORD: Word = {
  name: "check",
  takes: "",
  most: 0,
  help: "Says whether the project of this folder is behind its packs, which of its files are as rendered, edited or deleted, and what the packs' policies find. Findings that somebody answers for until a day stand in .ml-project/waivers.yaml. Exit code 2 when there are findings.",
  flags: {
    annotations: { type: "boolean", help: "Also as annotations of GitHub Actions; there it is the default." },
    fix: { type: "boolean", help: "Bring back files that are missing and that the template has; shown first." },
    yes: { type: "boolean", help: "With --fix: write without asking." },
  },
};

/** Runs it. */
export async function checkCommand(argv: readonly string[], around: Around): Promise<ExitCode> {
  const { world, report } = around;
  const { values } = readWords(WORD, argv);
  if (values["help"] === true) {
    report.say(wordHelp(WORD, report.columns));
    return EXIT.done;
  }
  const cwd = realpathSync(world.cwd());
  const root = projectHere(cwd, "check");
  let found = await lookAt(root, around);
  if (values["fix"] === true) {
    if (values["json"] === true) throw together();
    const restore = found.left.flatMap((one) => (one.restores === undefined ? [] : [one.restores]));
    if (restore.length > 0) {
      const behind = found.left.find(({ owner }) => owner === OWN.owner);
      if (behind !== undefined) throw notYet(behind.what, root);
      const { update } = await import("./update.ts");
      const exit = await update({ values, lists: { restore }, rest: [] }, ["check", "--fix"], around);
      if (exit !== EXIT.done) return exit;
      found = await lookAt(root, around);
    }
  }
  const exit = found.left.some(({ severity }) => severity === "error") ? EXIT.left : EXIT.done;
  if (values["json"] === true) report.say(`${JSON.stringify({ ...head(exit), ...checkDocument(found) }, null, 2)}\n`);
  else {
    const annotated = values["annotations"] === true || world.env["GITHUB_ACTIONS"] === "true";
    report.say(`${[...checkLines(found, report.columns), ...(annotated ? githubLines(found) : [])].join("\n")}\n`);
  }
  return exit;
}

async function lookAt(root: string, { world, signal, packs }: Around): Promise<Checked> {
  const looked = await look(root, packs, world.env, signal);
  const path = join(root, WAIVERS);
  const waivers = existsSync(path) ? readWaivers(readFileSync(path, "utf8")) : [];
  return { ...looked, ...waived(looked.findings, waivers, new Date().toISOString().slice(0, 10)) };
}

function together(): FlagRefused {
  return new FlagRefused("together", {
    what: "--fix and --json don't go together",
    where: "--fix",
    why: "what is mended is shown first, and the document is of what is found",
    fix: "Run check --fix --yes, then check --json.",
  });
}

/** An update that brings back a file brings everything else, too. */
function notYet(what: string, root: string): TargetRefused {
  return new TargetRefused("changed", {
    what: `Nothing is brought back yet: ${what}`,
    where: root,
    why: "bringing files back would bring in that, too, which nobody has looked at",
    fix: "First run: create-ml-project update",
  });
}
