/** The name a new part gets: a folder of Python code. Pure. */
import { NameRefused, OptionRefused } from "../errors.ts";
import { folderName } from "../inspect/answers.ts";
import { nearest } from "../nearest.ts";
import { unsafePart } from "../refuse/path.ts";
import { safe } from "../text.ts";
import type { Pack } from "../types.ts";

/** Parts that can be added, each with its line of help. */
export function addable(packs: readonly Pack[]): Readonly<Record<string, string>> {
  return Object.assign({}, ...packs.map(({ adds }) => adds)) as Record<string, string>;
}

/** Checks what is typed behind `add`. */
export function checkPart(typed: string | undefined, packs: readonly Pack[]): string {
  const known = Object.keys(addable(packs));
  if (typed !== undefined && known.includes(typed)) return typed;
  const close = typed === undefined ? undefined : nearest(typed, known);
  throw new OptionRefused("unknown", {
    what:
      typed === undefined
        ? "Nothing is named that could be added"
        : `Nothing is called ${safe(typed)} that could be added`,
    where: "add",
    fix: `${close === undefined ? "" : `Did you mean ${close}? `}Write one of ${known.join(", ")} and a name: create-ml-project add ${close ?? known[0]} NAME`,
  });
}

/** Checks the name: importable, and in small letters. */
export function checkPartName(part: string, typed: string | undefined): string {
  const name = typed ?? "";
  const close = folderName(name, part);
  if (name === "" || close !== name || unsafePart(name) !== undefined) {
    const suggestion = unsafePart(close) === undefined ? close : `${close}_${part}`;
    throw new NameRefused("import", suggestion, {
      what: name === "" ? `The ${part} has no name` : `A ${part} can't be called ${safe(name)}`,
      where: "add",
      why: "it is a folder of Python code: small letters, digits and underscores, and no word of Python's or of this folder's own",
      fix: `Write create-ml-project add ${part} ${suggestion}`,
    });
  }
  return name;
}
