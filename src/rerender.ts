import { parseAnswers } from "./answers.ts";
import { RECORD } from "./change/record.ts";
import { PackRefused } from "./errors.ts";
import { asked } from "./options/asked.ts";
import { select } from "./options/select.ts";
import { readLock, verifyPacks } from "./packs/lock.ts";
import { plan } from "./plan.ts";
import { render } from "./render.ts";
import type { Answers, Files, Pack, Tree } from "./types.ts";

/**
 * Renders a project again from its own record, `.ml-project/answers.yaml` and `lock.json`: the same bytes as the first
 * time, because nothing but the answers and the locked packs goes in.
 */
export function rerender(files: Files, packs: readonly Pack[]): Tree {
  return renderRecord(recordOf(files, packs), packs);
}

/** What a record says, and what it renders. */
export interface Recorded {
  readonly answers: Answers;
  readonly generator: string;
}

/** The tree of a record that was read. */
export function renderRecord({ answers, generator }: Recorded, packs: readonly Pack[]): Tree {
  return render(plan(select(packs, answers)), generator);
}

/** What a project's record says; the packs must be the locked ones. */
export function recordOf(files: Files, packs: readonly Pack[]): Recorded {
  const lockPath = `${RECORD}/lock.json`;
  const lock = readLock(textOf(files, lockPath), lockPath);
  verifyPacks(packs, lock, lockPath);
  return { answers: answersOf(files, packs), generator: lock.generator };
}

/** The answers, as anybody may have written them. */
export function answersOf(files: Files, packs: readonly Pack[]): Answers {
  const path = `${RECORD}/answers.yaml`;
  return parseAnswers(textOf(files, path), path, asked(packs), RECORDED);
}

/** Keys of a record that no question asks for. */
export const RECORDED = ["packs", "profile", "mount", "added"];

function textOf(files: Files, path: string): string {
  const file = files.get(path);
  if (file) return new TextDecoder().decode(file.bytes);
  throw new PackRefused("record", {
    what: `This project has no ${path}`,
    where: path,
    fix: `Take it from git: git checkout -- ${path}`,
  });
}
