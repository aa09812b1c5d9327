/** Everything an update is made of, read and rendered, and what it comes to. Writes nothing. */

import { needsOf } from "../add/mounted.ts";
import { printAnswers } from "../change/answers-file.ts";
import { RECORD, withRecord } from "../change/record.ts";
import { FlagRefused, TargetRefused } from "../errors.ts";
import { optionSteps } from "../next.ts";
import { fitting, refuseUnfit } from "../options/mount.ts";
import { select } from "../options/select.ts";
import { plan, tokensOf } from "../plan.ts";
import { render } from "../render.ts";
import { mergeAttributes, type Tracked, trackedIn } from "../run/tracked.ts";
import { replacer } from "../shared/tokens.ts";
import { safe } from "../text.ts";
import type { Answers, Change, FileEntry, Operation, Pack, Selection, Tree } from "../types.ts";
import { VERSION } from "../version.ts";
import { answersText, settings } from "./answers.ts";
import { emptied } from "./emptied.ts";
import { merge } from "./merge.ts";
import { migrateFiles, onDisk } from "./migrate.ts";
import { nowIn } from "./now.ts";
import { type Outcome, outcome, type Policy } from "./outcome.ts";
import { ANSWERS, type Stored, storedIn } from "./record.ts";
import { same, sort } from "./sort.ts";
import type { Now } from "./types.ts";

export interface Wanted {
  /** As typed: `interval=week`. */
  readonly set: readonly string[];
  /** Packs in the place of those so far. */
  readonly packs?: readonly string[] | undefined;
  readonly restored: readonly string[];
  readonly policy: Policy;
}

export interface Gathered extends Outcome {
  readonly stored: Stored;
  readonly selection: Selection;
  /** What is to be done now, with what is newly chosen. */
  readonly nextSteps: readonly string[];
  /** Files that go, as they are: what takes the update back needs them. */
  readonly gone: ReadonlyMap<string, FileEntry>;
}

/** Gathers it. */
export async function gather(
  root: string,
  wanted: Wanted,
  packs: readonly Pack[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Gathered> {
  const stored = storedIn(root, packs);
  const tracked = await trackedIn(root, env, signal);
  const set = settings(wanted.set, packs, stored.answers);
  const selection = select(packs, { ...stored.answers, ...set, ...(wanted.packs && { packs: [...wanted.packs] }) });
  if (selection.mount !== undefined) refuseUnfit(packs, set, fitting(packs, selection.mount));
  const whole = render(plan(selection));
  const next: Tree = new Map([...whole].filter(([path]) => !path.startsWith(`${RECORD}/`)));
  const printed = answersText(stored.answersText, printAnswers(selection));
  const now = nowIn(root, tracked);
  refuseRestored(wanted.restored, next, now);
  const sorting = { restored: new Set(wanted.restored), renames: stored.moved };
  const migrated = migrateFiles(stored.base, now, stored.migrations, replacer(tokensOf(selection)));
  const sorted = sort(migrated.base, next, migrated.now, sorting);
  const { base, ours, theirs } = sorted.contested;
  const attributes = await mergeAttributes(root, [...new Set([...ours.keys(), ...theirs.keys()])], env, signal);
  const names = { ours: "yours", theirs: `template-${VERSION}` };
  const merged = await merge({ base, ours, theirs }, { names, attributes, env, signal });
  const found = outcome({ next, now: migrated.now, sorted, merged, policy: wanted.policy });
  const { operations, removed } = onDisk(
    found.change.operations,
    found.change.removed ?? [],
    now,
    migrated.base.keys(),
    migrated,
  );
  const record = [...withRecord(next, selection, VERSION, printed)].flatMap(([path, file]) => {
    const before = next.has(path) ? undefined : now.at(path);
    if (before?.kind !== "file" || same(before, file)) return [];
    return [
      { op: "replace" as const, path, file: { ...file, bytes: file.bytes, mode: before.mode }, before, diff: "" },
    ];
  });
  const all = [...operations, ...record].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const gone = new Map(
    removed.flatMap((path) => {
      const there = now.at(path);
      return there?.kind === "file" ? [[path, there] as const] : [];
    }),
  );
  const change: Change = { operations: all, removed: emptied(root, removed, all) };
  refuseDirty(
    [...all.filter(({ op }) => op === "replace").map(({ path }) => path), ...removed],
    stored,
    now,
    tracked,
    root,
  );
  const nextSteps = stepsAfter(stored, selection, packs, all);
  return { ...found, change, stored, selection, gone, nextSteps };
}

/** Packages are brought, and each option that is new here says what it needs. */
function stepsAfter(
  { answers, moved }: Stored,
  selection: Selection,
  packs: readonly Pack[],
  operations: readonly Operation[],
): string[] {
  const before = new Set(moved ? selection.options : select(packs, answers).options);
  const chosen = selection.options.filter((option) => !before.has(option));
  const packages = operations.some(({ path }) => path === "pyproject.toml") ? ["uv sync"] : [];
  return [...packages, ...newNeeds(answers, selection, packs), ...optionSteps(chosen, selection)];
}

/** The manifest of the repository around a mounted module is not ours to rewrite: what its lines lack is told. */
function newNeeds(before: Answers, { answers, mount }: Selection, packs: readonly Pack[]): string[] {
  if (mount === undefined) return [];
  const own = ({ mount: _, added: __, ...rest }: Answers): readonly string[] => needsOf(packs, rest);
  const had = own(before);
  const needed = own(answers).filter((line) => !had.includes(line));
  return needed.length === 0 ? [] : [`Add to the requirements of the module, and install them: ${needed.join(", ")}`];
}

/** What a person has not committed yet is nowhere else. What is as it was rendered is in the base, and the record is ours. */
function refuseDirty(
  paths: readonly string[],
  { base, intact }: Stored,
  now: Now,
  { dirty }: Tracked,
  root: string,
): void {
  const named = paths.filter((path) => {
    const [there, was] = [now.at(path), base.get(path)];
    if (!dirty.has(path) || (path.startsWith(`${RECORD}/`) && (path !== ANSWERS || intact))) return false;
    return there?.kind !== "file" || !same(there, was);
  });
  if (named.length === 0) return;
  throw new TargetRefused("changed", {
    what: `${named.length === 1 ? "A file has" : `${named.length} files have`} changes that are not committed, and the update needs ${named.length === 1 ? "it" : "them"}`,
    where: named.map((path) => safe(path)).join(", "),
    why: `what is not in git in ${root} can't be had back`,
    fix: "Commit or stash them, then run the same command again.",
  });
}

function refuseRestored(paths: readonly string[], next: Tree, now: Now): void {
  for (const path of paths) {
    const there = now.at(path) !== undefined;
    if (next.has(path) && !there) continue;
    throw new FlagRefused("value", {
      what: there ? `${safe(path)} is there: nothing is to be restored` : `The template has no ${safe(path)}`,
      where: "--restore",
      fix: "Give the path of a file that was deleted, as the update names it.",
    });
  }
}
