import { type Added, withDependencies } from "../../../src/edit/manifest.ts";
import { bytesOf, textOf } from "../../../src/edit/text.ts";

export type Texts = Readonly<Record<string, string>>;

export const NEEDS = ["pandas>=3.0,<4", "scikit-learn>=1.8,<2"];

export interface Told {
  /** New texts of files that were there. */
  readonly edits: Texts;
  /** New files. */
  readonly added: Texts;
  readonly notes: readonly string[];
  readonly install: string;
}

const texts = (files: Added["edits"]): Texts => Object.fromEntries(files.map((file) => [file.path, textOf(file)]));

/** {@link withDependencies} with texts for bytes. */
export function depend(
  files: Texts,
  { needs = NEEDS, locks = [] }: { needs?: readonly string[]; locks?: readonly string[] } = {},
): Told {
  const given = Object.entries(files).map(([path, text]) => ({ path, bytes: bytesOf(text) }));
  const { edits, added, notes, install } = withDependencies(given, needs, "ml", locks);
  return { edits: texts(edits), added: texts(added), notes, install };
}

/** All files after it. */
export const after = (files: Texts, { edits, added }: Told): Texts => ({ ...files, ...edits, ...added });

/** The one block that was put in, if taking it out gives the text from before. */
export function put(before: string, now: string): string | undefined {
  let start = 0;
  while (start < before.length && before[start] === now[start]) start += 1;
  const length = now.length - before.length;
  for (let at = start; at >= Math.max(0, start - length); at -= 1)
    if (now.slice(0, at) + now.slice(at + length) === before) {
      const block = now.slice(at, at + length);
      const whole = (at === 0 || /[\n\ufeff]/.test(now[at - 1] ?? "")) && block.endsWith("\n");
      if (whole || (at === before.length && /^\r?\n/.test(block))) return block;
    }
  return undefined;
}
