/** `pack new|check|test`: a pack is begun, looked through, and tried out. */
import { randomUUID } from "node:crypto";
import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Around } from "./commands.ts";
import { EXIT, type ExitCode, FlagRefused } from "./errors.ts";
import { examine, samples } from "./pack/examine.ts";
import { freshPack } from "./pack/fresh.ts";
import { readFolder } from "./packs/folder.ts";
import { layered } from "./packs/layer.ts";
import { packFromFiles } from "./packs/load.ts";
import { checkTarget } from "./refuse/target.ts";
import { head } from "./report/document.ts";
import { writtenText } from "./report.ts";
import { namesOf } from "./shared/tokens.ts";
import { safe, wrap } from "./text.ts";
import { readWords, type Typed, type Word } from "./words.ts";
import { wordHelp } from "./words-help.ts";
import { write } from "./write.ts";

const WORD: Word = {
  name: "pack",
  takes: "new|check|test DIR",
  most: 2,
  help: "A pack of your team's conventions: new begins one, check looks through all of it, test makes the usual project with it and one for each of its options, installs each and runs its tests.",
  flags: {
    "no-build": { type: "boolean", help: "test: make the projects in memory only." },
  },
};

/** Runs it. */
export async function packCommand(argv: readonly string[], around: Around): Promise<ExitCode> {
  const { world, report } = around;
  const typed = readWords(WORD, argv);
  if (typed.values["help"] === true) {
    report.say(wordHelp(WORD, report.columns));
    return EXIT.done;
  }
  const [act, folder = "."] = typed.rest;
  const cwd = realpathSync(world.cwd());
  if (act === "new") return begin(folder, cwd, around);
  if (act === "check") return check(resolve(cwd, folder), typed, around);
  if (act === "test") return test(resolve(cwd, folder), typed, around);
  throw new FlagRefused("value", {
    what: `pack can't ${act === undefined ? "do nothing" : safe(act)}`,
    where: "pack",
    fix: "Run: create-ml-project pack new DIR, pack check DIR, or pack test DIR.",
  });
}

async function begin(folder: string, cwd: string, { report, signal }: Around): Promise<ExitCode> {
  const target = checkTarget(folder, cwd);
  const name = namesOf(target.path.split(/[\\/]/).at(-1) ?? "").dist || "pack";
  const change = { operations: freshPack(name) };
  await write(change, target, { signal });
  report.note(writtenText(change, target.shown));
  report.say(
    `\nNext\n  create-ml-project pack check ${target.shown}\n  create-ml-project NAME --pack ${target.shown}\n`,
  );
  return EXIT.done;
}

function check(folder: string, { values }: Typed, { report, ours }: Around): ExitCode {
  const found = examine(readFolder(folder), `${folder}/`, ours);
  const exit = found.length > 0 ? EXIT.left : EXIT.done;
  if (values["json"] === true) {
    const problems = found.map(({ code, what, where, why, fix }) => ({
      code,
      what,
      where: where ?? null,
      why: why ?? null,
      fix,
    }));
    report.say(`${JSON.stringify({ ...head(exit), problems }, null, 2)}\n`);
    return exit;
  }
  for (const { what, where, fix } of found)
    report.say(
      `${[`✗ ${what}`, `  ${where ?? ""}`, `  ${fix}`].map((line) => wrap(safe(line), report.columns, "  ")).join("\n")}\n`,
    );
  if (found.length === 0) report.note("The pack can be read, and lies over ours with each of its options.");
  return exit;
}

/** Each sample as a person would make it: by the command itself. */
async function test(folder: string, { values }: Typed, { world, report, ours, signal }: Around): Promise<ExitCode> {
  const files = readFolder(folder);
  const [first] = examine(files, `${folder}/`, ours);
  if (first !== undefined) throw first;
  const pack = packFromFiles(files, `${folder}/`);
  const build = values["no-build"] !== true;
  const { main } = await import("./main.ts");
  let failed = 0;
  for (const { title, answers } of samples(pack, layered([...ours, pack]))) {
    signal.throwIfAborted();
    const scratch = join(realpathSync(tmpdir()), `create-ml-project-pack-${randomUUID()}`);
    const flags = Object.entries(answers)
      .filter(([key]) => key !== "name" && key !== "year")
      .flatMap(([key, value]) => [`--${key}`, [value].flat().join(",")]);
    const allow = [...files.keys()]
      .filter((path) => path.startsWith("project/"))
      .flatMap((path) => ["--allow", path.slice(8)]);
    const how = build ? ["--run"] : ["--dry-run"];
    const argv = [scratch, "--name", "sample", "--pack", folder, "--yes", "--no-git", ...how, ...flags, ...allow];
    const exit = await main(argv, { ...world, packs: ours });
    if (exit !== EXIT.done) failed += 1;
    report.note(
      `${title}: ${exit === EXIT.done ? (build ? `made, installed and run in ${scratch}` : "made") : `ended with ${exit}`}`,
    );
  }
  return failed > 0 ? EXIT.left : EXIT.done;
}
