/** The full output of the programs we start, outside the project, kept only when something failed. */
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface Log {
  readonly path: string;
  line(text: string): void;
  /** Removes it: all went well. */
  discard(): void;
}

/** Opens a log in a folder of its own that only this user can read. */
export function openLog(name: string): Log {
  const path = join(mkdtempSync(join(tmpdir(), "create-ml-project-")), name);
  return {
    path,
    line: (text) => appendFileSync(path, `${text}\n`),
    discard: () => rmSync(dirname(path), { recursive: true, force: true }),
  };
}
