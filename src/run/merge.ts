/** Three trees merged by git, in a repository of its own that is taken away afterwards: nothing of the user's is read or changed. */
import { randomUUID } from "node:crypto";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { ToolMissing } from "../errors.ts";
import type { Files, Operation } from "../types.ts";
import { write } from "../write.ts";
import { bodies } from "./fetch.ts";
import { ELSEWHERE, NEUTRAL } from "./git.ts";
import { through } from "./through.ts";
import { inPath } from "./tools.ts";

export interface Trees {
  readonly base: Files;
  readonly ours: Files;
  readonly theirs: Files;
  /** As markers in a file name them; each a name that git takes for a branch. */
  readonly names: { readonly ours: string; readonly theirs: string };
  /** Lines of `.gitattributes` that hold for these paths. */
  readonly attributes: string;
}

/** What git's commands wrote, unread. */
export interface Raw {
  readonly tree: Files;
  /** By path, the kinds of trouble git names. */
  readonly messages: readonly { readonly type: string; readonly paths: readonly string[] }[];
  readonly renames: { readonly ours: ReadonlyMap<string, string>; readonly theirs: ReadonlyMap<string, string> };
}

const CONFIG = [
  "merge.directoryRenames=false",
  "merge.renames=true",
  "merge.renameLimit=10000",
  "diff.renameLimit=10000",
]
  .concat(["core.fsync=none", "fastimport.unpackLimit=1", "core.quotePath=false", `core.attributesFile=${devNull}`])
  .flatMap((one) => ["-c", one]);
const OLDEST = "2.38";

/** Merges them. Every kind of conflict is told, none is an error. */
export async function mergeTrees(trees: Trees, env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<Raw> {
  const git = gitIn(env);
  const repository = join(tmpdir(), `create-ml-project-merge-${randomUUID()}`);
  const target = { path: repository, shown: repository, exists: false, kept: new Map() };
  const written = await write({ operations: bare(trees.attributes) }, target, { signal: signal ?? NEVER });
  const call = async (args: readonly string[], fine: readonly number[], input?: Uint8Array): Promise<Buffer> => {
    const around = { cwd: repository, env: { ...ELSEWHERE, ...alone(repository) }, signal };
    const ended = await through({
      command: git,
      args: [...NEUTRAL, ...CONFIG, ...args],
      ...around,
      ...(input && { input }),
    });
    if (ended.exitCode !== undefined && fine.includes(ended.exitCode)) return ended.bytes;
    throw failed(args[0] ?? "", ended.said, ended.exitCode);
  };
  try {
    await call(["fast-import", "--quiet", "--done", "--date-format=raw"], [0], streamOf(trees));
    const { ours, theirs } = trees.names;
    const merged = (await call(["merge-tree", "--write-tree", "-z", "--messages", ours, theirs], [0, 1])).toString(
      "utf8",
    );
    const { tree, messages } = readMerge(merged);
    const listed = (await call(["ls-tree", "-r", "-z", tree], [0])).toString("utf8");
    const entries = listed.split("\0").flatMap((line) => readEntry(line) ?? []);
    const blobs = await call(["cat-file", "--batch"], [0], Buffer.from(entries.map(({ id }) => `${id}\n`).join("")));
    const renamed = async (side: string, before: Files, after: Files): Promise<ReadonlyMap<string, string>> =>
      [...before.keys()].every((path) => after.has(path))
        ? new Map()
        : readRenames(
            (
              await call(["diff-tree", "-r", "-z", "-M", "--name-status", "--diff-filter=R", "base", side], [0])
            ).toString("utf8"),
          );
    return {
      tree: bodies(entries, blobs),
      messages,
      renames: {
        ours: await renamed(ours, trees.base, trees.ours),
        theirs: await renamed(theirs, trees.base, trees.theirs),
      },
    };
  } finally {
    written.undo();
  }
}

const NEVER = new AbortController().signal;

/** Git's own configuration and the user's have no say in it. */
const alone = (home: string): Readonly<Record<string, string>> => ({
  GIT_DIR: home,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: devNull,
  GIT_CONFIG_COUNT: "0",
  GIT_ATTR_NOSYSTEM: "1",
  GIT_OPTIONAL_LOCKS: "0",
  LC_ALL: "C",
});

function gitIn(env: NodeJS.ProcessEnv): string {
  const git = inPath("git", env);
  if (git !== undefined) return git;
  throw new ToolMissing("git", {
    what: "Both sides' changes are merged by git, which is not installed",
    fix: `Install git ${OLDEST} or newer, then run the same command again.`,
  });
}

function failed(command: string, said: string, exitCode: number | undefined): Error {
  const line = said.trim().split("\n").at(-1) ?? "";
  if (command === "merge-tree" && exitCode === 129)
    return new ToolMissing("git", {
      what: "This git can't merge three trees",
      why: line,
      fix: `Install git ${OLDEST} or newer, then run the same command again.`,
    });
  return new Error(`git ${command} ended with ${exitCode}: ${line}`);
}

/** The least that git takes for a repository. */
function bare(attributes: string): Operation[] {
  const file = (path: string, text: string): Operation => ({
    op: "add",
    path,
    file: { bytes: Buffer.from(text), mode: 0o644, owner: "merge" },
  });
  return [
    file("HEAD", "ref: refs/heads/base\n"),
    file("config", "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"),
    file("info/attributes", attributes),
    file("objects/info/packs", ""),
    file("refs/heads/.keep", ""),
  ];
}

/** Three commits, the second and third on the first. */
function streamOf({ base, ours, theirs, names }: Trees): Buffer {
  const pieces: Uint8Array[] = [];
  const line = (text: string): unknown => pieces.push(Buffer.from(`${text}\n`));
  const commit = (name: string, files: Files, from?: Files): void => {
    line(`commit refs/heads/${name}`);
    line("committer merge <merge@localhost> 946684800 +0000\ndata 0");
    if (from !== undefined) line("from refs/heads/base");
    for (const path of from?.keys() ?? []) if (!files.has(path)) line(`D ${quoted(path)}`);
    for (const [path, file] of files) {
      if (from?.get(path) === file) continue;
      line(`M ${file.mode & 0o100 ? "100755" : "100644"} inline ${quoted(path)}\ndata ${file.bytes.length}`);
      pieces.push(file.bytes);
      line("");
    }
  };
  commit("base", base);
  commit(names.ours, ours, base);
  commit(names.theirs, theirs, base);
  line("done");
  return Buffer.concat(pieces);
}

const quoted = (path: string): string => `"${path.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`;

/** `TREE`, then conflicted stages, an empty record, then messages: number of paths, paths, type, text. */
function readMerge(text: string): Pick<Raw, "messages"> & { readonly tree: string } {
  const fields = text.split("\0");
  const tree = fields[0] ?? "";
  let at = 1;
  while (at < fields.length && fields[at] !== "") at += 1;
  const messages: { type: string; paths: string[] }[] = [];
  for (at += 1; at < fields.length - 1; ) {
    const count = Number(fields[at]);
    messages.push({ paths: fields.slice(at + 1, at + 1 + count), type: fields[at + 1 + count] ?? "" });
    at += count + 3;
  }
  return { tree, messages };
}

interface Entry {
  readonly path: string;
  readonly id: string;
  readonly mode: number;
}

function readEntry(line: string): Entry | undefined {
  const [, mode = "", id = "", path = ""] = /^(\d+) blob ([0-9a-f]+)\t([\s\S]+)$/.exec(line) ?? [];
  return path === "" ? undefined : { path, id, mode: mode === "100755" ? 0o755 : 0o644 };
}

/** `R095`, from, to. */
function readRenames(text: string): ReadonlyMap<string, string> {
  const fields = text.split("\0");
  const found = new Map<string, string>();
  for (let at = 0; at + 2 < fields.length; at += 3) found.set(fields[at + 1] ?? "", fields[at + 2] ?? "");
  return found;
}
