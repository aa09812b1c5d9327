/** What two sides changed, merged: lines by git, and how they are written down as the project has it. */
import { mergeTrees } from "../run/merge.ts";
import { isBinary } from "../shared/tokens.ts";
import type { FileEntry, Files } from "../types.ts";
import { type Form, formed, unformed } from "./form.ts";
import type { Merged, Sorted } from "./types.ts";

export interface MergeOptions {
  /** As markers name the two sides. */
  readonly names: { readonly ours: string; readonly theirs: string };
  readonly attributes: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Merges what is contested. */
export async function merge({ base, ours, theirs }: Sorted["contested"], options: MergeOptions): Promise<Merged> {
  if (ours.size === 0 && theirs.size === 0)
    return { files: new Map(), conflicts: new Map(), moved: { ours: new Map(), theirs: new Map() } };
  const forms = new Map<string, Form>();
  const lines = (files: Files, keep?: boolean): Files =>
    new Map(
      [...files].map(([path, file]): [string, FileEntry] => {
        const plain = unformed(file.bytes);
        if (keep === true) forms.set(path, plain.form);
        return [path, plain.lines === file.bytes ? file : { ...file, bytes: plain.lines, mode: file.mode }];
      }),
    );
  const trees = { base: lines(base), ours: lines(ours, true), theirs: lines(theirs) };
  const { env, signal, ...rest } = options;
  const { tree, messages, renames } = await mergeTrees({ ...trees, ...rest }, env, signal);
  const before = new Map([...renames.theirs].map(([from, to]) => [to, from]));
  const files = new Map(
    [...tree].map(([path, file]): [string, FileEntry] => {
      const was = ours.get(path);
      // Of what nobody merged, the very bytes.
      if (was !== undefined && Buffer.compare(file.bytes, trees.ours.get(path)?.bytes ?? file.bytes) === 0)
        return [path, { ...file, bytes: was.bytes }];
      const form = forms.get(path) ?? forms.get(before.get(path) ?? "");
      return [path, form === undefined || isBinary(file.bytes) ? file : { ...file, bytes: formed(file.bytes, form) }];
    }),
  );
  const conflicts = new Map<string, string[]>();
  for (const { type, paths } of messages)
    for (const path of type.startsWith("CONFLICT") ? paths : [])
      conflicts.set(path, [...(conflicts.get(path) ?? []), type]);
  return { files, conflicts, moved: renames };
}
