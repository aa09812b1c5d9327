/** A copy of a repository in a folder that is taken away afterwards, so that what its code does is done there. */
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
import type { Passed } from "../survey/types.ts";
import { reason } from "../survey/walk.ts";
import { size } from "../text.ts";

export interface Copy {
  /** Holds the copy and what belongs to it; only this user can read it. */
  readonly scratch: string;
  /** The copy of their tree. */
  readonly tree: string;
  /** A home, and a place for temporary files, of its own. */
  readonly home: string;
  readonly temporary: string;
  readonly files: number;
  readonly bytes: number;
  /** What is not in it, and why. */
  readonly left: readonly Passed[];
  /** Puts a file of ours into the scratch folder; its path comes back. */
  put(name: string, content: string | Uint8Array): string;
  remove(): void;
}

/** Settings, keys and logins of this machine: code that finds them may change what they open. */
const SECRET =
  /(?:^|\/)(?:\.env(?:\.(?!example$|sample$|template$|dist$)[\w.-]*)?|\.envrc|\.netrc|\.pgpass|\.pypirc|id_(?:rsa|dsa|ecdsa|ed25519))$/;
/** A key beside tests is one that they made up. */
const KEY = /^(?!(?:.*\/)?(?:tests?|testing|fixtures)\/).*\.(?:pem|key|p12|pfx)$/;

/**
 * Copies files of a folder; links as what they lead to.
 *
 * @param paths relative, with forward slashes
 * @param largest in bytes: larger files are data, and what needs them is told
 * @throws the system's error; nothing is left then
 */
export async function copyTree(
  root: string,
  paths: readonly string[],
  { largest, signal }: { readonly largest: number; readonly signal: AbortSignal },
): Promise<Copy> {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), "create-ml-project-")));
  const remove = (): void => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
  try {
    const [tree, home, temporary] = [join(scratch, "tree"), join(scratch, "home"), join(scratch, "tmp")];
    for (const folder of [tree, home, temporary]) mkdirSync(folder);
    const left: Passed[] = [];
    let [files, bytes] = [0, 0];
    for (const path of paths) {
      if (files % 256 === 255) await new Promise(setImmediate); // lets a Ctrl-C be heard
      signal.throwIfAborted();
      const why = whyNot(join(root, path), path, largest);
      if (why !== undefined) {
        left.push({ path, why });
        continue;
      }
      const to = join(tree, path);
      mkdirSync(dirname(to), { recursive: true });
      copyFileSync(join(root, path), to, constants.COPYFILE_FICLONE);
      files += 1;
      bytes += statSync(to).size;
    }
    const put = (name: string, content: string | Uint8Array): string => {
      const whole = join(scratch, name);
      mkdirSync(dirname(whole), { recursive: true });
      writeFileSync(whole, content);
      return whole;
    };
    return { scratch, tree, home, temporary, files, bytes, left, put, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** What was left out, in lines: what can be counted is not named one by one. */
export function inShort(left: readonly Passed[], most: number, named = (path: string): string => path): string[] {
  const groups = new Map<string, Passed[]>();
  for (const one of left) {
    const key = `${dirname(one.path)}\n${one.why}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const lines = [...groups.values()].flatMap((group) => {
    const [{ path, why } = { path: "", why: "" }] = group;
    return group.length > 3
      ? [`${group.length} files of ${named(`${dirname(path)}/`)} (${why})`]
      : group.map((one) => `${named(one.path)} (${one.why})`);
  });
  return lines.length > most ? [...lines.slice(0, most), `${lines.length - most} more`] : lines;
}

function whyNot(full: string, path: string, largest: number): string | undefined {
  if (SECRET.test(path) || KEY.test(path)) return "settings of this machine, which may open what is not to be touched";
  try {
    accessSync(full, constants.R_OK);
    const { size: bytes } = statSync(full);
    return bytes > largest ? `${size(bytes)}: large data` : undefined;
  } catch (error) {
    return reason(error);
  }
}
