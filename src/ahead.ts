/** Documents that were composed when the pack was compiled: what merging and printing would give, without doing it. */
import { quoted } from "./shared/escape.ts";
import { lookUp, type Values } from "./shared/values.ts";
import { scalarText } from "./shared/yaml.ts";
import type { Ahead, Selection, Source } from "./types.ts";

/** The documents that hold for a selection, if there are any. Only a pack that stands alone has them. */
export function aheadOf(selection: Selection): Ahead | undefined {
  const [pack, ...others] = selection.packs;
  if (selection.mount !== undefined) return undefined;
  return others.length === 0 && pack?.ahead?.when === circumstances(selection) ? pack.ahead : undefined;
}

/** All that decides about a document's values besides its sources and open answers: what settles them, and the parts' names. */
export function circumstances({ answers, options, parts }: Selection): string {
  const settling = options.filter(({ sets }) => Object.keys(sets).length > 0);
  return JSON.stringify([
    settling.map(({ group, id }) => `${group}/${id}`),
    parts.map(({ part, name }) => `${part.id}:${name}`),
    answers["profile"] !== undefined,
  ]);
}

/** The key of a document: the numbers of its sources, in their order. */
export function keyOf(sources: readonly Source[]): string {
  return sources.map(({ entry }) => entry.id).join();
}

/** A document filled with its values; nothing when it is not among these, or when a value is no text of one line. */
export function textAhead({ documents }: Ahead, sources: readonly Source[], values: Values): string | undefined {
  const ready = documents.get(keyOf(sources));
  if (ready === undefined) return undefined;
  let text = "";
  for (const piece of ready()) {
    if (typeof piece === "string") text += piece;
    else {
      const value = lookUp(values, piece.keys);
      if (typeof value !== "string" || value.includes("\n")) return undefined;
      text += piece.format === undefined ? value : piece.format === "toml" ? quoted(value) : scalarText(value);
    }
  }
  return text;
}
