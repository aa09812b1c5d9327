/** Files of a pack that run by themselves: when a folder is opened, a package installed, a branch checked out. Pure. */
import { PackRefused } from "../errors.ts";
import { safe } from "../text.ts";
import type { FileEntry, Files, Operation } from "../types.ts";

const text = ({ bytes }: FileEntry): string => Buffer.from(bytes).toString("utf8");

/** What runs, and what has to stand in the file for it. */
const RUNS: readonly { readonly path: RegExp; readonly holds?: RegExp; readonly when: string }[] = [
  { path: /(?:^|\/)\.vscode\/tasks\.json$/, holds: /folderOpen/, when: "an editor opens the folder" },
  { path: /(?:^|\/)\.envrc$/, when: "a shell enters the folder" },
  {
    path: /(?:^|\/)(?:\.devcontainer\/(?:.*\/)?devcontainer|\.devcontainer)\.json$/,
    when: "an editor opens the folder in a container",
  },
  { path: /(?:^|\/)(?:\.githooks|\.husky|hooks)\/[^/]+$/, when: "git does something there" },
  {
    path: /(?:^|\/)package\.json$/,
    holds: /"(?:pre|post)?(?:install|prepare)"\s*:/,
    when: "its packages are installed",
  },
  {
    path: /(?:^|\/)\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$/,
    holds: /pull_request_target/,
    when: "a stranger opens a pull request",
  },
  { path: /(?:^|\/)(?:setup|conftest|sitecustomize|usercustomize)\.py$/, when: "Python or its tests start there" },
];

/** When a file runs by itself; nothing when it does not. */
export function runsWhen(path: string, file: FileEntry): string | undefined {
  const plain = path.replace(/\.hbs$/, "");
  return RUNS.find((one) => one.path.test(plain) && (one.holds === undefined || one.holds.test(text(file))))?.when;
}

/** Files at the top of a pack that are code or data for something else: nothing of them is used, and nothing is run. */
export function unused(files: Files): string[] {
  const known =
    /^(?:pack\.yaml|README\.md|LICENSE|CHANGELOG\.md|package\.json|\.gitignore|(?:project|shared|options|parts|test|docs|examples)\/.*)$/;
  return [...files.keys()].filter((path) => !known.test(path));
}

/**
 * Refuses files of other people's packs that run by themselves, unless each is named; agreeing to the whole does not do.
 *
 * @throws PackRefused with all of them, and when they would run
 */
export function refuseRunning(operations: readonly Operation[], allowed: readonly string[]): void {
  const found = operations.flatMap((one) => {
    if (one.op === "keep" || one.file.foreign === undefined || allowed.includes(one.path)) return [];
    const when = runsWhen(one.path, one.file);
    return when === undefined ? [] : [{ path: one.path, when, pack: one.file.foreign }];
  });
  if (found.length === 0) return;
  throw new PackRefused("runs", {
    what: found.map(({ path, when, pack }) => `${safe(path)} of the pack ${pack} runs when ${when}`).join("; "),
    where: found.map(({ path }) => safe(path)).join(", "),
    why: "such a file runs before anybody has read it",
    fix: `Read it in the pack, then allow it by name: ${found.map(({ path }) => `--allow ${safe(path)}`).join(" ")}`,
  });
}
