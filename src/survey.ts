/** `survey [DIR]`: a repository as it is, on one page. Reads; imports, runs and changes nothing of it. */
import { realpathSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { Around } from "./commands.ts";
import { EXIT, type ExitCode, TargetRefused } from "./errors.ts";
import { select } from "./options/select.ts";
import { plan } from "./plan.ts";
import { render } from "./render.ts";
import { head } from "./report/document.ts";
import { type GitState, gitState } from "./run/repository.ts";
import { closely } from "./survey/closely.ts";
import { readManifest } from "./survey/manifests.ts";
import { placeFor } from "./survey/mount.ts";
import { surveyDocument, surveyPage } from "./survey/page.ts";
import { type Survey, survey } from "./survey/survey.ts";
import { safe } from "./text.ts";
import type { Pack } from "./types.ts";
import { readWords, type Word } from "./words.ts";
import { wordHelp } from "./words-help.ts";

const WORD: Word = {
  name: "survey",
  takes: "[DIR]",
  most: 1,
  help: "Reads a repository, its own folder by default, and prints one page: layout, manifests, tools, tests, risks, and what adding a model would do. Nothing of it is imported, run or changed, unless --verify runs its tests in a copy.",
  flags: {
    verify: {
      type: "boolean",
      help: "Run its tests in a copy, after asking: which pass, fail, are flaky, assert nothing, or pass when what they test is broken.",
    },
    python: { type: "string", help: "Run them with this interpreter instead of one found.", placeholder: "PATH" },
    limit: { type: "string", help: "Seconds that each run may take; 300 without it.", placeholder: "N" },
    yes: { type: "boolean", help: "Run them without asking." },
  },
};

/** Runs it. */
export async function surveyCommand(argv: readonly string[], around: Around): Promise<ExitCode> {
  const { world, report, signal, packs } = around;
  const { values, rest } = readWords(WORD, argv);
  if (values.help === true) {
    report.say(wordHelp(WORD, report.columns));
    return EXIT.done;
  }
  const folder = folderOf(resolve(world.cwd(), rest[0] ?? "."), rest[0] ?? ".");
  const git = await gitState(folder, world.env, signal);
  const found = await surveyOf(folder, git, packs);
  const place = placeFor(found, requirementsOf(packs));
  const name = basename(folder) || "this folder";
  const verified = await (await import("./verify/command.ts")).verified(found, values, around);
  const exit = verified?.why === undefined ? EXIT.done : EXIT.left;
  if (values.json === true) {
    const document = { ...(surveyDocument(found, place, name) as object), ...(verified && { verify: verified }) };
    report.say(`${JSON.stringify({ ...head(exit), survey: document }, null, 2)}\n`);
  } else {
    const ran = verified && (await import("./verify/page.ts")).verifiedPage(verified);
    report.say(`${safe(surveyPage(found, place, name, ran))}\n`);
  }
  return exit;
}

/** A folder's survey, with the signs of every option there is. */
export async function surveyOf(folder: string, git: GitState, packs: readonly Pack[]): Promise<Survey> {
  const options = packs.flatMap((pack) => pack.groups.flatMap(({ options }) => options));
  return await closely(survey(folder, git, options));
}

/** The folder itself, wherever links to it lead. */
function folderOf(path: string, shown: string): string {
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts?.isDirectory()) return realpathSync(path);
  throw new TargetRefused("path", {
    what: facts === undefined ? "There is no such folder" : "That is a file, not a folder",
    where: safe(shown),
    fix: "Give the folder of a repository, or run it inside one without a word behind it.",
  });
}

/** What a project with the usual options requires: a module of ours needs the same. */
export function requirementsOf(packs: readonly Pack[]): readonly string[] {
  const tree = render(plan(select(packs, { name: "survey-of-ours", year: "2026" })));
  const bytes = tree.get("pyproject.toml")?.bytes ?? new Uint8Array();
  return readManifest("pyproject.toml", new TextDecoder().decode(bytes)).runtime ?? [];
}
