import { uniteLines } from "../shared/lines.ts";
import type { Change, FileEntry, Files, Operation, Tree, TreeFile } from "../types.ts";

/** Files of a person that stay as they are when a project is created around them. */
const KEPT = /^(?:readme|licen[cs]e|copying)(?:\.(?:md|txt|rst))?$/i;

const decoder = new TextDecoder();

/**
 * The operations that turn a folder into the wanted tree. README and licence of the person are kept, `.gitignore` gets
 * the lines it lacks; both are shown as a diff. A file that has the wanted bytes already needs nothing.
 */
export async function changeInto(tree: Tree, existing: Files): Promise<Change> {
  if (existing.size === 0) return { operations: [...tree].map(([path, file]) => ({ op: "add", path, file })) };
  const { diffOf } = await import("./diff.ts");
  const operations: Operation[] = [];
  for (const [path, file] of tree) {
    const kept = keptName(path, existing);
    const before = existing.get(path);
    if (kept)
      operations.push({ op: "keep", path: kept.path, before: kept.file, diff: diffOf(kept.path, kept.file, file) });
    else if (!before) operations.push({ op: "add", path, file });
    else operations.push(...replace(path, file, before, diffOf));
  }
  return { operations };
}

/** The person's own README or licence, under whatever ending it has, where the tree brings one of that kind. */
function keptName(path: string, existing: Files): { path: string; file: FileEntry } | undefined {
  if (!KEPT.test(path)) return undefined;
  const kind = kindOf(path);
  for (const [other, file] of existing) if (KEPT.test(other) && kindOf(other) === kind) return { path: other, file };
  return undefined;
}

function kindOf(path: string): string {
  return /^readme/i.test(path) ? "readme" : "licence";
}

type DiffOf = (path: string, before: FileEntry, after: FileEntry) => string;

function replace(path: string, file: TreeFile, before: FileEntry, diffOf: DiffOf): Operation[] {
  const wanted = path === ".gitignore" ? { ...file, bytes: appended(before, file), mode: before.mode } : file;
  if (Buffer.compare(before.bytes, wanted.bytes) === 0) return [];
  return [{ op: "replace", path, file: wanted, before, diff: diffOf(path, before, wanted) }];
}

/** The person's lines as they are, line endings too, and behind them the ones they lack. */
export function appended(before: FileEntry, file: FileEntry): Uint8Array {
  const text = decoder.decode(before.bytes);
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const own = uniteLines([text]);
  const missing = uniteLines([text, decoder.decode(file.bytes)])
    .slice(own.length)
    .replace(/^\n+/, "");
  if (missing === "") return before.bytes;
  const glue = text === "" ? "" : text.endsWith("\n") ? end : end + end;
  return new TextEncoder().encode(`${text}${glue}${missing.replace(/\n/g, end)}`);
}
