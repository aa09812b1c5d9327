/** A copy of a repository in a folder that is taken away afterwards, so that what its tests do is done there. */
import {
  accessSync,
  constants,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { reason } from "../survey/walk.ts";
import { size } from "../text.ts";

export interface Copy {
  /** Holds the copy and what belongs to it; only this user can read it. */
  readonly scratch: string;
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
  readonly left: readonly { readonly path: string; readonly why: string }[];
  /** Puts a file beside the copy. */
  put(name: string, text: string): string;
  remove(): void;
}

/** Larger files are data; what needs them is told. */
const LARGEST = 100_000_000;
/** Keys and passwords of this machine: a test that finds them may change what they open. */
const SECRET = /(?:^|\/)\.env(?:\.(?!example$|sample$|template$|dist$)[\w.-]*)?$/;

/**
 * Copies files of a folder.
 *
 * @param paths relative, with forward slashes
 * @throws the system's error; nothing is left then
 */
export async function copyTree(root: string, paths: readonly string[], signal?: AbortSignal): Promise<Copy> {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), "create-ml-project-verify-")));
  const remove = (): void => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
  try {
    const folder = join(scratch, "copy");
    for (const path of ["copy", "scripts", "plugin", "home", "tmp"]) mkdirSync(join(scratch, path));
    const left: { path: string; why: string }[] = [];
    let [files, bytes] = [0, 0];
    for (const path of paths) {
      if (files % 256 === 255) await new Promise(setImmediate); // lets a Ctrl-C be heard
      signal?.throwIfAborted();
      const why = whyNot(join(root, path), path);
      if (why !== undefined) {
        left.push({ path, why });
        continue;
      }
      const to = join(folder, path);
      mkdirSync(dirname(to), { recursive: true });
      copyFileSync(join(root, path), to, constants.COPYFILE_FICLONE);
      files += 1;
      bytes += statSync(to).size;
    }
    const put = (name: string, text: string): string => {
      writeFileSync(join(scratch, name), text);
      return join(scratch, name);
    };
    return { scratch, folder, files, bytes, left, put, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function whyNot(full: string, path: string): string | undefined {
  if (SECRET.test(path)) return "settings of this machine, which may open what is not to be touched";
  try {
    accessSync(full, constants.R_OK);
    const { size: bytes } = statSync(full);
    return bytes > LARGEST ? `${size(bytes)}: large data` : undefined;
  } catch (error) {
    return reason(error);
  }
}
