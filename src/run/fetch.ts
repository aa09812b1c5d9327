/** A pack out of a git repository, without a work tree: nothing is checked out, so no hook, filter or submodule has a say. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { PackRefused, ToolMissing } from "../errors.ts";
import type { Address } from "../packs/address.ts";
import type { FileEntry, Files } from "../types.ts";
import { ELSEWHERE, NEUTRAL } from "./git.ts";
import { through } from "./through.ts";
import { inPath } from "./tools.ts";

export interface Fetched {
  readonly commit: string;
  readonly files: Files;
}

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const MOST = 100_000;
const LARGEST = 20_000_000;
const WHOLE = 200_000_000;

/** What a project has locked of an address, and whether its newest is wanted instead. */
export interface Locked {
  readonly commit: string;
  readonly newest: boolean;
}

/**
 * Fetches the files of an address. What is locked is taken from the cache where that has it, without asking anybody.
 *
 * @throws PackRefused when there is no such version, a tag has moved, or it holds links or other repositories
 */
export async function fetchPack(
  { url, protocol, ref, folder }: Address,
  locked: Locked | undefined,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<Fetched> {
  const git = inPath("git", env);
  if (git === undefined)
    throw new ToolMissing("git", {
      what: "A pack is fetched by git, which is not installed",
      fix: "Install git, or give the pack's folder.",
    });
  const home = join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "create-ml-project", "packs");
  const store = join(home, createHash("sha256").update(url).digest("hex").slice(0, 32));
  const call = async (cwd: string, args: readonly string[], input?: Uint8Array) => {
    const settings = [
      ...NEUTRAL,
      "-c",
      "protocol.allow=never",
      "-c",
      `protocol.${protocol}.allow=always`,
      "-c",
      "http.followRedirects=false",
    ];
    const safety = { GIT_TERMINAL_PROMPT: "0", GIT_ALLOW_PROTOCOL: protocol, GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" };
    const around = { cwd, env: { ...ELSEWHERE, ...safety }, signal, ...(input && { input }) };
    return through({ command: git, args: [...settings, ...args], ...around });
  };
  const fail = (what: string, said: string): PackRefused =>
    new PackRefused("source", {
      what,
      where: url,
      why: said.trim().split("\n").at(-1) ?? "",
      fix: "Look whether address and version are right, and whether git may read it: git ls-remote",
    });
  if (!existsSync(store)) {
    const made = await call(process.cwd(), ["init", "--quiet", "--bare", "--template=", store]);
    if (made.exitCode !== 0) throw fail("The cache for packs can't be made", made.said);
  }
  const has = async (commit: string): Promise<boolean> =>
    (await call(store, ["cat-file", "-e", `${commit}^{tree}`])).exitCode === 0;
  const fixed = COMMIT.test(ref) ? ref : locked?.newest === false ? locked.commit : undefined;
  const fetched = async (wanted: string): Promise<string> => {
    const ended = await call(store, [
      "fetch",
      "--quiet",
      "--depth=1",
      "--no-tags",
      "--no-recurse-submodules",
      "--",
      url,
      wanted,
    ]);
    if (ended.exitCode !== 0) throw fail(`${wanted} can't be fetched`, ended.said);
    const named = await call(store, ["rev-parse", "--verify", "--quiet", "FETCH_HEAD^{commit}"]);
    return named.bytes.toString("utf8").trim();
  };
  let commit = fixed;
  if (fixed === undefined) {
    commit = await fetched(ref).catch((error: unknown) => {
      // Nobody to ask: what is locked will do.
      if (locked === undefined || !(error instanceof PackRefused)) throw error;
      return locked.commit;
    });
    if (locked !== undefined && commit !== locked.commit) {
      const tags = await call(store, ["ls-remote", "--tags", "--", url, `refs/tags/${ref}`]);
      if (tags.bytes.length > 0)
        throw new PackRefused("moved", {
          what: `The tag ${ref} has moved: it was ${locked.commit}, and is ${commit}`,
          where: url,
          why: "a tag names one version for good; somebody may have put another in its place",
          fix: `Ask who moved it; then name the commit itself: @${commit}`,
        });
    }
  } else if (!(await has(fixed))) {
    const found = await fetched(fixed);
    if (found !== fixed) throw fail(`${fixed} was asked for, and ${found} came`, "");
  }
  if (commit === undefined || !(await has(commit))) throw fail(`${commit ?? ref} is not in the cache`, "");
  const listed = await call(store, [
    "ls-tree",
    "-r",
    "-z",
    "-l",
    "--full-tree",
    commit,
    ...(folder === "" ? [] : ["--", `${folder}/`]),
  ]);
  const lines = listed.bytes
    .toString("utf8")
    .split("\0")
    .filter((line) => line !== "");
  if (lines.length === 0) throw fail(`There is nothing in ${folder === "" ? commit : folder}`, listed.said);
  if (lines.length > MOST) throw fail(`A pack has at most ${MOST} files`, "");
  let whole = 0;
  const entries = lines.map((line) => {
    const [, mode = "", type = "", id = "", size = "", path = ""] =
      /^(\d+) (\w+) (\w+) +(\S+)\t([\s\S]+)$/.exec(line) ?? [];
    if (type !== "blob" || mode === "120000")
      throw fail(
        `${path} is ${type === "commit" ? "another repository" : "a link"}; a pack holds plain files only`,
        "",
      );
    whole += Number(size);
    if (Number(size) > LARGEST) throw fail(`${path} is larger than 20 MB`, "");
    return { id, mode: mode === "100755" ? 0o755 : 0o644, path: folder === "" ? path : path.slice(folder.length + 1) };
  });
  if (whole > WHOLE) throw fail("A pack has at most 200 MB", "");
  const blobs = await call(store, ["cat-file", "--batch"], Buffer.from(entries.map(({ id }) => `${id}\n`).join("")));
  return { commit, files: bodies(entries, blobs.bytes) };
}

/** `ID blob SIZE`, the bytes, a line break; in the order asked. */
export function bodies(entries: readonly { readonly path: string; readonly mode: number }[], blobs: Buffer): Files {
  const files = new Map<string, FileEntry>();
  let at = 0;
  for (const { path, mode } of entries) {
    const end = blobs.indexOf(10, at);
    const size = Number(blobs.toString("latin1", at, end).split(" ")[2]);
    files.set(path, { bytes: blobs.subarray(end + 1, end + 1 + size), mode });
    at = end + 2 + size;
  }
  return files;
}
