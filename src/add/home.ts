/** What a project in a repository that is not ours is made of: answers, data, and ways past their ignore rules. */
import { basename } from "node:path";
import type { Around } from "../commands.ts";
import { AnswerMissing } from "../errors.ts";
import { allGroups, asked as askedOf } from "../options/asked.ts";
import { dependencyNames, nearestName } from "../refuse/name.ts";
import { ignored } from "../run/repository.ts";
import type { Answers, Json, Option, Pack, TreeFile } from "../types.ts";
import type { Typed } from "../words.ts";
import { choicesOf, dataGroup, saidOf } from "./entry.ts";

/** The usual answers and what was typed; `kept` are the options that are left to the repository around it. */
export interface AtHome {
  readonly answers: Answers;
  readonly kept: readonly string[];
}

/**
 * The usual answers with those that were typed, but for options that work only at the root of a repository of ours.
 *
 * @throws AnswerMissing when no data was named
 */
export function atHome(
  root: string,
  name: string,
  argv: readonly string[],
  values: Typed["values"],
  packs: readonly Pack[],
  stays: (option: Option) => boolean,
): AtHome {
  const asked = askedOf(packs);
  const said = saidOf(asked, values);
  const data = dataGroup(asked);
  if (data === undefined || said[data.id] === undefined) {
    throw new AnswerMissing(["--data"], {
      what: `From which data is ${name} to learn?`,
      where: "--data",
      fix: `Run: create-ml-project add ${argv.join(" ")} --data FILE --target COLUMN`,
    });
  }
  const answers: Record<string, Json> = {
    name: nearestName(`${basename(root)}-ml`, dependencyNames(packs)),
    year: String(new Date().getUTCFullYear()),
    ...choicesOf(asked, values),
    ...said,
  };
  const kept: string[] = [];
  for (const { id, kind, options, default: usual } of allGroups(packs)) {
    if (id in answers) continue;
    const rooted = options.filter((option) => !stays(option) && usual.includes(option.id));
    kept.push(...rooted.map(({ label }) => label));
    const others = usual.filter((one) => !rooted.some((option) => option.id === one));
    if (kind === "many") answers[id] = [...others];
    else answers[id] = others[0] ?? options.find(stays)?.id ?? null;
  }
  const open = asked.flatMap((one) =>
    one.as === "question" && one.question.default !== undefined ? [one.question] : [],
  );
  for (const { id, default: usual } of open) answers[id] ??= usual as string;
  return { answers, kept };
}

/**
 * Ways in for files that their ignore rules would swallow, as an ignore file in a folder of ours: the nearer file wins.
 *
 * @param tree - all that is new, by its path in the repository
 */
export async function opened(
  root: string,
  folder: string,
  tree: ReadonlyMap<string, TreeFile>,
  { world, signal }: Around,
): Promise<{ readonly swallowed: readonly string[]; readonly file: readonly [string, TreeFile] | undefined }> {
  const paths = [...tree.keys()].filter((path) => path.startsWith(`${folder}/`));
  const swallowed = await ignored(root, paths, world.env, signal);
  if (swallowed.length === 0) return { swallowed, file: undefined };
  // By its name alone: `*.toml` finds a file wherever it lies, `models/` only what lies in such a folder.
  const names = [...new Set(swallowed.map((path) => basename(path)))];
  const byName = await ignored(
    root,
    names.map((name) => `${folder}/${name}`),
    world.env,
    signal,
  );
  const named = new Set(byName.map((path) => basename(path)));
  const ways = new Set<string>();
  for (const path of swallowed) {
    const parts = path.slice(folder.length + 1).split("/");
    for (let depth = 1; depth < parts.length; depth += 1) ways.add(`!/${parts.slice(0, depth).join("/")}/`);
    if (named.has(parts.at(-1) ?? "")) ways.add(`!/${parts.join("/")}`);
  }
  const at = `${folder}/.gitignore`;
  const there = tree.get(at);
  const lines = ["# Rules of the repository around this folder would swallow these.", ...ways];
  const before = there === undefined ? "" : `${Buffer.from(there.bytes).toString("utf8")}\n`;
  const bytes = Buffer.from(`${before}${lines.join("\n")}\n`);
  return { swallowed, file: [at, { mode: 0o644, owner: "add", ...there, bytes }] };
}
