import { OptionRefused } from "../errors.ts";
import type { Option, Relation } from "../types.ts";

/** Refuses choices that need or exclude one another, with the reason their manifests give. */
export function refuseContradictions(options: readonly Option[]): void {
  const chosen = new Set(options.map(nameOf));
  for (const option of options) {
    const missing = option.requires.find((relation) => !chosen.has(relation.option));
    if (missing)
      throw refused(
        option,
        missing,
        "needs",
        `Choose ${flagOf(missing.option)} too, or leave ${flagOf(nameOf(option))} out.`,
      );
    const excluded = option.conflicts.find((relation) => chosen.has(relation.option));
    if (excluded)
      throw refused(
        option,
        excluded,
        "can't go with",
        `Leave out ${flagOf(nameOf(option))} or ${flagOf(excluded.option)}.`,
      );
  }
}

function nameOf(option: Option): string {
  return `${option.group}/${option.id}`;
}

function flagOf(name: string): string {
  return `--${name.replace("/", " ")}`;
}

function refused(option: Option, relation: Relation, verb: string, fix: string): OptionRefused {
  return new OptionRefused("contradiction", {
    what: `${nameOf(option)} ${verb} ${relation.option}`,
    where: flagOf(nameOf(option)),
    why: relation.because,
    fix,
  });
}
