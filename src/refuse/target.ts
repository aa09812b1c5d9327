/** The folder to write into: what must be true of it, checked before the first byte. Only reads. */
import type * as nodeFs from "node:fs";
import { accessSync, constants, lstatSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { TargetRefused } from "../errors.ts";
import { hasHidden, safe } from "../text.ts";
import type { FileEntry, Files } from "../types.ts";
import { unsafePart } from "./path.ts";

/** What is read of the disk; the real one, or one that a test bends. */
export type Looks = Pick<typeof nodeFs, "lstatSync" | "readdirSync" | "readFileSync" | "accessSync" | "realpathSync">;

const realLooks: Looks = { lstatSync, readdirSync, readFileSync, accessSync, realpathSync };

export interface Target {
  /** Absolute; links in the folders above it are resolved. */
  readonly path: string;
  /** As a person would type it from where they are. */
  readonly shown: string;
  readonly exists: boolean;
  /** Files that were there and stay: README, LICENSE, .gitignore. */
  readonly kept: Files;
}

const KEPT = /^((readme|licen[cs]e)(\.\w+)?|\.gitignore)$/i;
const LARGEST_KEPT = 4_000_000;
/** A new sibling folder is named after the target and has to fit in 255 bytes, too. */
const LONGEST_FOLDER = 200;

/**
 * Looks at the target folder.
 *
 * @throws TargetRefused when it is a file, a link, not writable, inside a package, or has something in it already
 */
export function checkTarget(directory: string, cwd: string, fs: Looks = realLooks): Target {
  const typed = resolve(cwd, directory);
  const name = basename(typed);
  const said = safe(directory);
  const elsewhere = "Choose another folder.";
  const reason = directory.includes("\0")
    ? "it holds a NUL"
    : name === ""
      ? "it is the root of the disk"
      : unsafePart(name);
  if (reason !== undefined || Buffer.byteLength(name) > LONGEST_FOLDER || hasHidden(name)) {
    throw new TargetRefused("path", {
      what: `"${said}" can't be the folder of a project`,
      where: safe(typed),
      why: reason ?? "its name is too long, or holds characters that can't be seen",
      fix: "Choose another name; letters, digits and - always work.",
    });
  }

  const itself = kindOf(typed, fs);
  if (itself === "link") {
    throw new TargetRefused("link", {
      what: `"${said}" is a symbolic link`,
      where: typed,
      why: "files would land where the link points, which may not be what you see",
      fix: `Give the folder itself: create-ml-project ${linkEnd(typed, fs)}`,
    });
  }
  if (itself === "file" || itself === "other") {
    throw new TargetRefused("file", {
      what: `"${said}" is a file, not a folder`,
      where: typed,
      fix: `${elsewhere} Or move the file away.`,
    });
  }

  const above = nearestFolder(itself === "folder" ? typed : dirname(typed), said, fs);
  const path = join(fs.realpathSync(above), relative(above, typed));
  try {
    fs.accessSync(above, constants.W_OK | constants.X_OK);
  } catch {
    throw unwritable(above);
  }
  refuseInside(path, fs);
  const kept = itself === "folder" ? keptFiles(path, said, fs) : new Map<string, FileEntry>();
  return { path, shown: shorter(path, cwd), exists: itself === "folder", kept };
}

type Kind = "file" | "folder" | "link" | "other" | "nothing";

function kindOf(path: string, fs: Looks): Kind {
  let found: ReturnType<Looks["lstatSync"]>;
  try {
    found = fs.lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return "nothing"; // below a file, which is found further up
    throw unwritable(path);
  }
  if (found === undefined) return "nothing";
  if (found.isSymbolicLink()) return "link";
  if (found.isDirectory()) return "folder";
  return found.isFile() ? "file" : "other";
}

function unwritable(folder: string): TargetRefused {
  return new TargetRefused("unwritable", {
    what: `No permission to write into ${folder}`,
    where: folder,
    fix: "Choose a folder of your own, or have the permission given to you.",
  });
}

function linkEnd(path: string, fs: Looks): string {
  try {
    return fs.realpathSync(path);
  } catch {
    return "OTHER-FOLDER";
  }
}

/** The nearest folder above that exists; a file in the way is refused. */
function nearestFolder(path: string, said: string, fs: Looks): string {
  for (let at = path; ; at = dirname(at)) {
    const kind = kindOf(at, fs);
    if (kind === "folder") return at;
    if (kind === "link") {
      try {
        if (fs.readdirSync(at)) return at;
      } catch {
        // it dangles or ends at a file: refused below
      }
    }
    if (kind !== "nothing") {
      throw new TargetRefused("file", {
        what: `"${said}" can't be made: ${at} is not a folder`,
        where: at,
        fix: "Choose a path whose folders are folders.",
      });
    }
  }
}

/** Refuses folders that belong to something else: a Python package, git's or a package manager's own folder. */
function refuseInside(path: string, fs: Looks): void {
  const parts = path.split(/[\\/]/);
  const owned = parts.find((part) => /^(\.git|node_modules|site-packages|\.venv|__pycache__)$/i.test(part));
  let inside = owned === undefined ? undefined : `a folder ${owned}`;
  for (let at = path; inside === undefined; at = dirname(at)) {
    if (kindOf(join(at, "__init__.py"), fs) === "file") inside = `the Python package ${at}`;
    if (dirname(at) === at) break;
  }
  if (inside === undefined) return;
  throw new TargetRefused("inside-package", {
    what: `The project would lie inside ${inside}`,
    where: path,
    why: "its files would be taken for part of that, and shipped or deleted with it",
    fix: "Choose a folder outside, for example next to it.",
  });
}

function keptFiles(path: string, said: string, fs: Looks): Files {
  const kept = new Map<string, FileEntry>();
  const others: string[] = [];
  for (const name of fs.readdirSync(path).sort()) {
    if (name === ".git") continue;
    const kind = kindOf(join(path, name), fs);
    const info = kind === "file" && KEPT.test(name) ? fs.lstatSync(join(path, name)) : undefined;
    if (info === undefined || info.size > LARGEST_KEPT) {
      others.push(kind === "folder" ? `${name}/` : name);
      continue;
    }
    kept.set(name, { bytes: fs.readFileSync(join(path, name)), mode: info.mode & 0o777 });
  }
  if (others.length === 0) return kept;
  const some = others
    .slice(0, 3)
    .map((name) => safe(name))
    .join(", ");
  throw new TargetRefused("not-empty", {
    what: `"${said}" is not empty: it holds ${some}${others.length > 3 ? ` and ${others.length - 3} more` : ""}`,
    where: path,
    why: "a new project goes into a new or empty folder; only .git, README, LICENSE and .gitignore may be there",
    fix: `Choose a new folder, for example ${said === "." ? "./my-project" : `${said.replace(/[\\/]+$/, "")}-ml`}`,
  });
}

function shorter(path: string, cwd: string): string {
  const from = relative(cwd, path);
  return from === "" ? "." : from.startsWith("..") ? path : from;
}
