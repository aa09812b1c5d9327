/** Names for a group of ours, and whether what is there has it already. Pure. */
import { alike } from "./toml.ts";

/** `ML_models` and `ml-models` are one name to installers (PEP 685, PEP 735). */
export const normal = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-");

/** The wanted name, then others. */
export const namesFor = (group: string): readonly string[] => [
  group,
  `${group}-models`,
  `${group}-module`,
  ...[2, 3, 4, 5, 6, 7, 8, 9].map((count) => `${group}-${count}`),
];

/** A requirement without what makes no difference: blanks, kinds of quotes, case and dashes of its name. */
export function spelling(requirement: string): string {
  const [, name = "", rest = ""] = /^\s*([A-Za-z0-9][\w.-]*)?(.*)$/s.exec(requirement) ?? [];
  return normal(name) + rest.replace(/\s+/g, "").replace(/'/g, '"');
}

/** Those that are not among what is there. */
export function missing(wanted: readonly string[], there: readonly unknown[]): string[] {
  const known = new Set(there.filter((one) => typeof one === "string").map(spelling));
  return wanted.filter((one) => !known.has(spelling(one)));
}

/** Whether one table has all entries of another. */
export const holds = (there: Readonly<Record<string, unknown>>, wanted: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(wanted).every(([key, value]) => alike(there[key], value));

/** A requirement in its parts. */
export interface Requirement {
  readonly name: string;
  readonly extras: readonly string[];
  readonly range: string;
  readonly marker: string;
}

/** `psycopg[binary]>=3.2,<4; os_name == "nt"` in its parts (PEP 508). */
export function partsOf(requirement: string): Requirement {
  const [, name = "", extras = "", range = "", marker = ""] =
    /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?\s*([^;]*?)\s*(?:;\s*(.*?))?\s*$/.exec(requirement) ?? [];
  return {
    name,
    extras: extras.split(",").flatMap((one) => (one.trim() === "" ? [] : [one.trim()])),
    range: range.replace(/^\(|\)$/g, ""),
    marker,
  };
}
