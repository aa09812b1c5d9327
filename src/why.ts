/** `why PATH|QUESTION`: who set an answer and for what reason; whose a file is, and whether it still is. Only reads. */
import { existsSync, realpathSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { Around } from "./commands.ts";
import { EXIT, type ExitCode, FlagRefused } from "./errors.ts";
import { asked, keyOf } from "./options/asked.ts";
import { select } from "./options/select.ts";
import { plan } from "./plan.ts";
import { fileAt, projectHere, readProject } from "./project.ts";
import { head } from "./report/document.ts";
import { same } from "./shared/doc.ts";
import { safe, wrap } from "./text.ts";
import type { Json, Pack, Plan, Selection } from "./types.ts";
import { readWords, type Word } from "./words.ts";
import { wordHelp } from "./words-help.ts";

const WORD: Word = {
  name: "why",
  takes: "PATH|QUESTION",
  most: 1,
  help: "Tells who set an answer, or whose a file is, and for what reason.",
  flags: {},
};

/** What there is to say, as a sentence and as a document. */
interface Told {
  readonly text: string;
  readonly facts: { readonly [key: string]: Json };
}

/** Runs it. */
export async function whyCommand(argv: readonly string[], { world, report, packs }: Around): Promise<ExitCode> {
  const { values, rest } = readWords(WORD, argv);
  if (values["help"] === true) {
    report.say(wordHelp(WORD, report.columns));
    return EXIT.done;
  }
  const cwd = realpathSync(world.cwd());
  const root = projectHere(cwd, "tell of");
  const what = rest[0] ?? "";
  const project = readProject(root, packs);
  const selection = select(packs, project.answers);
  const told =
    ofAnswer(what, selection, project.answers[what] !== undefined) ??
    ofFile(
      relative(root, resolve(cwd, what)).replaceAll("\\", "/"),
      plan(selection),
      root,
      (path) => project.tree.get(path)?.bytes,
    );
  if (told === undefined) {
    throw new FlagRefused("value", {
      what: `"${safe(what)}" is neither a question nor a file here`,
      where: "why",
      fix: `Give a path, or one of: ${asked(packs).map(keyOf).join(", ")}.`,
    });
  }
  report.say(
    values["json"] === true
      ? `${JSON.stringify({ ...head(EXIT.done), ...told.facts }, null, 2)}\n`
      : `${wrap(safe(told.text), report.columns)}\n`,
  );
  return EXIT.done;
}

const shown = ({ name, version }: Pack): string => `${name} ${version}`;

/** Who set an answer: a pack that locks it, an option, a person, a pack's default. The last pack to say so counts. */
function ofAnswer(key: string, { packs, answers, settled, options }: Selection, stored: boolean): Told | undefined {
  const value = answers[key];
  const one = asked(packs).find((other) => keyOf(other) === key);
  if (value === undefined || (one === undefined && !settled.has(key))) return undefined;
  const told = (by: string, pack: string | null, words: string): Told => ({
    text: `${key} is ${JSON.stringify(value)}: ${words}.`,
    facts: { key, value, by, pack },
  });
  const locking = packs.findLast(({ locked }) => key in locked);
  if (locking !== undefined)
    return told("locked", locking.name, `locked by ${shown(locking)}, because ${locking.locked[key]?.because}`);
  const setting = options.find(({ sets }) => key in sets);
  if (settled.has(key))
    return told(
      "settled",
      setting?.pack ?? null,
      setting === undefined ? "it follows from your data" : `it follows from ${setting.group}/${setting.id}`,
    );
  const usual =
    one?.as === "group"
      ? one.group.kind === "many"
        ? [...one.group.default]
        : (one.group.default[0] ?? null)
      : (one?.question.default ?? null);
  if (stored && !same(value, usual)) return told("answer", null, "your answer");
  const owner = one?.as === "group" ? one.group.pack : one?.question.pack;
  const pack = packs.findLast(({ defaults }) => key in defaults) ?? packs.find(({ name }) => name === owner);
  return told("default", pack?.name ?? null, `the default of ${pack === undefined ? "its pack" : shown(pack)}`);
}

/** Whose a file is: each that has part in it. */
function ofFile(
  path: string,
  { paths, added, selection }: Plan,
  root: string,
  rendered: (path: string) => Uint8Array | undefined,
): Told | undefined {
  const sources = [paths, ...(added ?? []).map((one) => one.paths)].flatMap((all) => all.get(path) ?? []);
  const { packs } = selection;
  const dropping = packs.findLast(({ drops }) => drops.some((one) => one.path === path));
  if (sources.length === 0 && dropping !== undefined) {
    const because = dropping.drops.find((one) => one.path === path)?.because ?? "";
    return {
      text: `${path} is left out by ${shown(dropping)}, because ${because}.`,
      facts: { path, by: "dropped", pack: dropping.name, because },
    };
  }
  if (sources.length === 0)
    return existsSync(join(root, path)) && path !== "" && !path.startsWith("..")
      ? { text: `${path} is yours: no pack has it.`, facts: { path, by: "you", owners: [] } }
      : undefined;
  const owners = sources.map(({ owner, entry }) => {
    const pack = packs.find(({ name }) => name === entry.foreign) ?? packs[0];
    return { owner, pack: pack === undefined ? "" : shown(pack) };
  });
  const [now, then] = [fileAt(root, path), rendered(path)];
  const state =
    now === undefined
      ? "deleted"
      : then !== undefined && Buffer.compare(now.bytes, then) === 0
        ? "as rendered"
        : "edited";
  const since = state === "as rendered" ? "" : ` You have ${state} it since.`;
  return {
    text: `${path}: ${owners.map(({ owner, pack }) => `${owner} (${pack})`).join("; ")}.${since}`,
    facts: { path, by: "packs", owners, state },
  };
}
