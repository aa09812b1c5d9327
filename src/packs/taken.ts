import { IMPORTED_AS } from "../refuse/python-names.ts";
import { namesOf } from "../shared/tokens.ts";
import type { Files } from "../types.ts";

/** A requirement that stands alone on its line, as formatted TOML has it. */
const REQUIREMENT = /^\s*"([A-Za-z][\w.-]*)\s*(?:\[[^\]]*\])?\s*[<>=!~]/gm;

/** Names that the requirements in every `pyproject.toml` of a pack take, as they are imported. */
export function takenNames(files: Files): readonly string[] {
  const taken = new Set<string>();
  for (const [path, { bytes }] of files) {
    if (!/(^|\/)pyproject\.toml$/.test(path)) continue;
    for (const [, requirement = ""] of Buffer.from(bytes).toString("utf8").matchAll(REQUIREMENT)) {
      const { dist } = namesOf(requirement);
      for (const name of [dist.replaceAll("-", "_"), ...(IMPORTED_AS[dist] ?? [])]) taken.add(name);
    }
  }
  return [...taken].sort();
}
