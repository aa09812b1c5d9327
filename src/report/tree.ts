/** What would be written, as a tree with sizes; and what happens to files that were there, as diffs. Pure. */
import { cut, pad, safe, size } from "../text.ts";
import type { Change, Operation } from "../types.ts";
import type { Style } from "./style.ts";

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly files: Map<string, Operation>;
}

const MARK = { add: "", replace: "changed", keep: "kept" } as const;

/** One line a file, folders first, sizes at the right. */
export function treeText(change: Change, root: string, columns: number, paint: Style): string {
  const top: Folder = { folders: new Map(), files: new Map() };
  for (const operation of change.operations) {
    const parts = operation.path.split("/");
    const name = parts.pop() ?? "";
    let at = top;
    for (const part of parts) {
      let next = at.folders.get(part);
      if (next === undefined) {
        next = { folders: new Map(), files: new Map() };
        at.folders.set(part, next);
      }
      at = next;
    }
    at.files.set(name, operation);
  }
  const out = [paint.bold(`${safe(root)}/`)];
  const draw = (folder: Folder, lead: string, depth: number): void => {
    const entries: [string, Folder | Operation][] = [
      ...[...folder.folders].sort(byName),
      ...[...folder.files].sort(byName),
    ];
    entries.forEach(([name, entry], index) => {
      const last = index === entries.length - 1;
      const branch = paint.dim(`${lead}${last ? "└─ " : "├─ "}`);
      if ("folders" in entry) {
        out.push(`${branch}${safe(name)}/`);
        draw(entry, `${lead}${last ? "   " : "│  "}`, depth + 1);
      } else {
        const right = `${MARK[entry.op]} ${pad(size(sizeAfter(entry)), 8, "left")}`;
        const room = columns - 3 * depth - right.length - 1;
        out.push(`${branch}${pad(cut(safe(name), room), room)} ${paint.dim(right)}`);
      }
    });
  };
  draw(top, "", 1);
  return out.join("\n");
}

/** How many files and bytes would be written, as words. */
export function totals(change: Change): { readonly files: number; readonly bytes: number } {
  const written = change.operations.flatMap((operation) => (operation.op === "keep" ? [] : [sizeAfter(operation)]));
  return { files: written.length, bytes: written.reduce((sum, bytes) => sum + bytes, 0) };
}

/** Bytes of a file as it will be. One whose bytes are made when they are asked for tells its size before. */
export function sizeAfter(operation: Operation): number {
  if (operation.op === "keep") return operation.before.bytes.length;
  return operation.file.size ?? operation.file.bytes.length;
}

/** Diffs of files that were there. A kept one shows what ours would have been. */
export function diffText(change: Change, paint: Style): string {
  const out: string[] = [];
  for (const operation of change.operations) {
    if (operation.op === "add" || operation.diff === "") continue;
    out.push(
      operation.op === "keep"
        ? `${safe(operation.path)} is yours and stays; ours would differ:`
        : `${safe(operation.path)} gets these lines:`,
    );
    for (const line of safe(operation.diff).trimEnd().split("\n")) {
      out.push(
        `  ${line.startsWith("+") ? paint.good(line) : line.startsWith("-") ? paint.bad(line) : paint.dim(line)}`,
      );
    }
  }
  return out.join("\n");
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);
