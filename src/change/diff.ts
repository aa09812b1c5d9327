/** A chunk of its own: the library is a tenth of all code that a create loads, and needed only where files were before. */
import { createTwoFilesPatch } from "diff";
import type { FileEntry } from "../types.ts";

const decoder = new TextDecoder();

/** What changes in one file, as a patch. */
export function diffOf(path: string, before: FileEntry, after: FileEntry): string {
  return createTwoFilesPatch(
    `a/${path}`,
    `b/${path}`,
    decoder.decode(before.bytes),
    decoder.decode(after.bytes),
    "",
    "",
    { context: 3 },
  );
}
