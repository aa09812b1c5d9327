import type { FileEntry, Files } from "../types.ts";

/** The files below a folder, by their path from there. */
export function below(files: Files, folder: string): ReadonlyMap<string, FileEntry> {
  const inside = [...files].filter(([path]) => path.startsWith(folder));
  return new Map(inside.map(([path, file]) => [path.slice(folder.length), file]));
}
