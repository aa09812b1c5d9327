/** A folder of its own for running somebody's code: a copy of their tree, a home, a place for temporary files. */
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface Scratch {
  readonly path: string;
  /** The copy of their tree. */
  readonly tree: string;
  readonly home: string;
  readonly temporary: string;
  /** Files that were left out for their size, or could not be read. */
  readonly left: readonly string[];
  /** Puts a file of ours beside the tree; its path comes back. */
  put(name: string, text: string | Uint8Array): string;
  remove(): void;
}

/** Copies files (links as what they lead to) below a new folder that only this user can read. */
export function openScratch(root: string, paths: readonly string[], largest: number): Scratch {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "create-ml-project-")));
  const [tree, home, temporary] = [join(path, "tree"), join(path, "home"), join(path, "tmp")];
  for (const folder of [tree, home, temporary]) mkdirSync(folder);
  const left: string[] = [];
  for (const one of paths) {
    try {
      if (statSync(join(root, one)).size > largest) {
        left.push(one);
        continue;
      }
      mkdirSync(dirname(join(tree, one)), { recursive: true });
      copyFileSync(join(root, one), join(tree, one));
    } catch {
      left.push(one);
    }
  }
  return {
    path,
    tree,
    home,
    temporary,
    left,
    put: (name, content) => {
      const whole = join(path, name);
      mkdirSync(dirname(whole), { recursive: true });
      writeFileSync(whole, content);
      return whole;
    },
    remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}
