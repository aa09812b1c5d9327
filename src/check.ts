/** `check`: whether a project is behind its packs, which files are whose, and what its policies find. For CI: findings end with exit code 2. */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { type Checked, look } from "./check/look.ts";
import { checkDocument, checkLines, githubLines } from "./check/show.ts";
import { readWaivers, WAIVERS, waived } from "./check/waivers.ts";
import type { Around } from "./commands.ts";
import { EXIT, type ExitCode } from "./errors.ts";
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
  const { world, report, signal, packs } = around;
  const { values } = readWords(WORD, argv);
  if (values["help"] === true) {
    report.say(wordHelp(WORD, report.columns));
    return EXIT.done;
  }
  const cwd = realpathSync(world.cwd());
  const root = projectHere(cwd, "check");
  const looked = await look(root, packs, world.env, signal);
  const path = join(root, WAIVERS);
  const waivers = existsSync(path) ? readWaivers(readFileSync(path, "utf8")) : [];
  const found: Checked = { ...looked, ...waived(looked.findings, waivers, new Date().toISOString().slice(0, 10)) };
  const back = found.left.flatMap((one) => (one.restores === undefined ? [] : [one.restores]));
  if (values["fix"] === true && back.length > 0) {
    const { update } = await import("./update.ts");
    return update(
      { values: { ...values, fix: undefined }, lists: { restore: back }, rest: [] },
      ["check", "--fix"],
      around,
    );
  }
  const exit = found.left.some(({ severity }) => severity === "error") ? EXIT.left : EXIT.done;
  if (values["json"] === true) report.say(`${JSON.stringify({ ...head(exit), ...checkDocument(found) }, null, 2)}\n`);
  else {
    const annotated = values["annotations"] === true || world.env["GITHUB_ACTIONS"] === "true";
    report.say(`${[...checkLines(found, report.columns), ...(annotated ? githubLines(found) : [])].join("\n")}\n`);
  }
  return exit;
}
