import { OptionRefused } from "../errors.ts";
import { same } from "../shared/doc.ts";
import type { Answers, Json, Pack } from "../types.ts";

/** Answers that a pack locks, which nobody may give otherwise. */
export function withLocked(packs: readonly Pack[], given: Answers): Answers {
  const all: Record<string, Json> = { ...given };
  for (const { name, locked } of packs)
    for (const [key, { value, because }] of Object.entries(locked)) {
      const other = all[key];
      if (other !== undefined && other !== null && !same(other, value)) {
        throw new OptionRefused("locked", {
          what: `${key} is locked to ${JSON.stringify(value)}, not ${JSON.stringify(other)}`,
          where: `--${key}`,
          why: `the pack ${name} says: ${because}`,
          fix: `Leave ${key} out; or have ${name} changed.`,
        });
      }
      all[key] = value;
    }
  return all;
}
