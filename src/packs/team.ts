import type { Json } from "../types.ts";

/** What a pack says of those below it: a team's conventions. */
export interface Team {
  /** Sources of the packs that it lies on, as it names them. */
  readonly extends: readonly string[];
  /** Answers that are given where nobody gives others; by question or group. */
  readonly defaults: Readonly<Record<string, Json>>;
  /** Answers that nobody may give otherwise. */
  readonly locked: Readonly<Record<string, { readonly value: Json; readonly because: string }>>;
  /** Files at its top that a pack has no use for, such as code of other tools: nothing of them is run. */
  readonly idle: readonly string[];
  /** Files of packs below that are left out. */
  readonly drops: readonly { readonly path: string; readonly because: string }[];
}
