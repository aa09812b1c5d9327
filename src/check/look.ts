/** A project as `check` sees it: read, compared with what was rendered, judged. Only reads. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { type Tracked, trackedIn } from "../run/tracked.ts";
import { isBinary } from "../shared/tokens.ts";
import { readManifest } from "../survey/manifests.ts";
import type { Pack } from "../types.ts";
import { nowIn } from "../update/now.ts";
import { type Stored, storedIn } from "../update/record.ts";
import { same } from "../update/sort.ts";
import { VERSION } from "../version.ts";
import { type Facts, type Finding, judge } from "./judge.ts";
import { within } from "./within.ts";

/** A finding, and the file that an update brings back for it. */
export type Told = Finding & { readonly restores?: string };

export interface Looked {
  /** What was rendered, by what has become of it. */
  readonly files: Readonly<Record<"owned" | "edited" | "deleted", readonly string[]>>;
  readonly findings: readonly Told[];
}

export interface Checked extends Looked {
  readonly left: readonly Told[];
  readonly waived: readonly Finding[];
}

const LARGEST = 1_000_000;

/** Looks at it. */
export async function look(
  root: string,
  packs: readonly Pack[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Looked> {
  const stored = storedIn(root, packs);
  const tracked = await trackedOr(root, stored, env, signal);
  const now = nowIn(root, tracked);
  const files = { owned: [] as string[], edited: [] as string[], deleted: [] as string[] };
  for (const [path, was] of stored.base) {
    const there = now.at(path);
    files[there === undefined ? "deleted" : there.kind === "file" && same(there, was) ? "owned" : "edited"].push(path);
  }
  // What was rendered counts before it is committed, too.
  const paths = [...new Set([...tracked.modes.keys(), ...files.owned, ...files.edited])].filter(
    (path) => now.at(path) !== undefined,
  );
  const text = (path: string): string | undefined => textAt(join(root, path));
  const manifest = readManifest("pyproject.toml", text("pyproject.toml") ?? "");
  const facts: Facts = {
    paths,
    text,
    edited: new Set(files.edited),
    answers: stored.answers,
    requirements: [...(manifest.runtime ?? []), ...manifest.requirements],
    python: manifest.python,
    models: paths.flatMap((path) => /^(.*\/models\/[^/]+)\/params\.toml$/.exec(path)?.[1] ?? []),
  };
  const deleted = new Set(files.deleted);
  const judged = within(() => judge(packs, facts), packs).map(
    (one): Told =>
      one.path !== undefined && deleted.has(one.path) && stored.base.has(one.path)
        ? { ...one, restores: one.path }
        : one,
  );
  return { files, findings: [...behind(stored, packs), ...markers(files.edited, text), ...judged] };
}

async function trackedOr(
  root: string,
  { base }: Stored,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Tracked> {
  try {
    return await trackedIn(root, env, signal);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { modes: new Map([...base].map(([path, { mode }]) => [path, (mode & 0o100) !== 0])), dirty: new Set() };
  }
}

function textAt(path: string): string | undefined {
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts?.isFile() !== true || facts.size > LARGEST) return undefined;
  const bytes = readFileSync(path);
  return isBinary(bytes) ? undefined : bytes.toString("utf8");
}

/** What the program itself finds. */
export const OWN = { owner: "create-ml-project", severity: "error" } as const;

/** What it was rendered with, and what it would be rendered with now. */
function behind({ lock, intact }: Stored, packs: readonly Pack[]): Told[] {
  const fix = "create-ml-project update";
  const path = ".ml-project/lock.json";
  const because = "what was mended and agreed on since is not in it";
  const old = packs.filter(({ name, hash }) => lock.packs.find((one) => one.name === name)?.hash !== hash);
  const before = (name: string): string => lock.packs.find((one) => one.name === name)?.version ?? "none";
  return [
    ...old.map(
      ({ name, version }): Told => ({
        ...OWN,
        policy: "behind",
        path,
        because,
        fix,
        what: `It has ${name} ${before(name)}; there is ${version}`,
      }),
    ),
    ...(old.length === 0 && lock.generator !== VERSION
      ? [
          {
            ...OWN,
            policy: "behind",
            path,
            because,
            fix,
            what: `It was rendered by ${lock.generator}; this is ${VERSION}`,
          },
        ]
      : []),
    ...(intact
      ? []
      : [
          {
            ...OWN,
            policy: "answers",
            path: ".ml-project/answers.yaml",
            because: "the project is not what its answers say",
            fix,
            what: "The answers were edited, and the project not updated with them",
          },
        ]),
  ];
}

/** Conflicts that nobody has settled. */
function markers(edited: readonly string[], text: (path: string) => string | undefined): Told[] {
  return edited.flatMap((path): Told[] => {
    const lines = (text(path) ?? "").split("\n");
    const line = lines.findIndex((one) => /^<{7} yours/.test(one));
    if (line < 0 || !lines.some((one) => /^>{7} template-/.test(one))) return [];
    const what = `${path}:${line + 1} has a conflict that is not settled`;
    return [
      {
        ...OWN,
        policy: "conflict",
        path,
        line: line + 1,
        what,
        because: "both sides stand in it",
        fix: "Keep what is right, and take the markers out",
      },
    ];
  });
}
