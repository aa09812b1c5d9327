/** A change of an existing project as a person reads it, and as a document. Pure. */

import { diffOf } from "../change/diff.ts";
import { LOCAL } from "../data.ts";
import type { Style } from "../report/style.ts";
import { sizeAfter, totals, treeText } from "../report/tree.ts";
import { isBinary } from "../shared/tokens.ts";
import { safe, size } from "../text.ts";
import type { Change, Json, Operation } from "../types.ts";

/** Every line that is written or goes, file by file, and what that comes to. */
export function changeText(change: Change, columns: number, paint: Style): string {
  const out: string[] = [];
  for (const operation of change.operations) {
    for (const line of safe(patchOf(operation)).trimEnd().split("\n"))
      out.push(line.startsWith("+") ? paint.good(line) : line.startsWith("-") ? paint.bad(line) : paint.dim(line));
    out.push("");
  }
  for (const path of change.removed ?? []) out.push(paint.bad(`removed: ${safe(path)}`));
  if (change.operations.length > 0) out.push(treeText(change, ".", columns, paint));
  const { files, bytes } = totals(change);
  out.push("", `${files} files, ${size(bytes)}${goes(change)}.`);
  return out.join("\n");
}

function goes({ removed = [] }: Change): string {
  return removed.length === 0 ? "" : `; ${removed.length} removed`;
}

function patchOf(operation: Operation): string {
  const { path } = operation;
  if (operation.op === "keep") return operation.diff;
  const { bytes, mode, owner } = operation.file;
  // Of a person's data the size is told, never what stands in it.
  if (owner === LOCAL || isBinary(bytes))
    return `${operation.op === "add" ? "new" : "changed"}: ${path} (${size(sizeAfter(operation))})`;
  const before = operation.op === "replace" ? operation.before : { bytes: new Uint8Array(), mode };
  return diffOf(path, before, operation.file).replace(/^=+\n/, "");
}

/** For `--json`: every file, with its patch where it is text. */
export function changeDocument(change: Change): { [key: string]: Json } {
  return {
    files: change.operations.map((operation) => ({
      path: operation.path,
      operation: operation.op,
      bytes: sizeAfter(operation),
      diff: patchOf(operation),
    })),
    removed: [...(change.removed ?? [])],
  };
}
