import { asked, keyOf } from "../options/asked.ts";
import { nodeOf } from "../shared/doc.ts";
import { printYaml } from "../shared/yaml.ts";
import type { DocItem, Json, Selection } from "../types.ts";

const HEAD = ["# What this project was made of. Edit it, then let create-ml-project update the project.", ""];

/**
 * The answers as `.ml-project/answers.yaml`: what was given or defaulted, in the order it is asked. What options and the
 * profile settle is left out, because it follows from the rest.
 */
export function printAnswers(selection: Selection): string {
  const keys = asked(selection.packs)
    .map(keyOf)
    .filter((key) => !selection.settled.has(key));
  const items = ["packs", ...keys, "profile", "mount", "added"].flatMap((key): DocItem[] => {
    const value: Json | undefined = selection.answers[key];
    return value === undefined || value === null ? [] : [{ key, node: nodeOf(value) }];
  });
  const [first, ...rest] = items;
  return printYaml({ kind: "map", items: first ? [{ ...first, before: HEAD }, ...rest] : [] });
}

/** What {@link printAnswers} prints with one entry of `added` more, from what it has printed: they come last. */
export function printedWith(printed: string, entry: Json): string {
  const added = printYaml({ kind: "map", items: [{ key: "added", node: nodeOf([entry]) }] });
  return printed + (printed.includes("\nadded:\n") ? added.slice("added:\n".length) : added);
}
