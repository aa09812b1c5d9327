/** Lines that files of theirs get for a mounted module: Alembic's ini, GitLab's CI, a crontab file. What can't get one is told. */

import type { Edit } from "../edit/manifest.ts";
import type { FileEntry } from "../types.ts";
import type { Host } from "./mounted.ts";

export interface Lines {
  readonly edits: readonly Edit[];
  readonly notes: readonly string[];
}

export function linesIn(_host: Host, _install: string, _read: (path: string) => FileEntry | undefined): Lines {
  return { edits: [], notes: [] };
}
