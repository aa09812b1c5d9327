import type { Json } from "../types.ts";

/** A rule, or several, that a project has to hold to; globs are of paths from the project. */
export interface Policy {
  readonly id: string;
  readonly because: string;
  readonly severity: "error" | "warning";
  /** Files that have to be there. */
  readonly files: readonly string[];
  /** Files that must not be there. */
  readonly without: readonly string[];
  /** Files that have to be as they were rendered. */
  readonly unedited: readonly string[];
  /** Requirements by name: that there have to be, and that there must not be. */
  readonly dependencies: readonly string[];
  readonly banned: readonly string[];
  /** Ranges that requirements have to lie in. */
  readonly versions: Readonly<Record<string, string>>;
  /** The lowest Python that the project may admit. */
  readonly python?: string;
  /** Answers that may be chosen, by group. */
  readonly options: Readonly<Record<string, readonly string[]>>;
  /** What must not stand in files. */
  readonly patterns: readonly { readonly in: string; readonly pattern: string }[];
  /** What every model has to have: a card that is filled in, a test, an owner named in its card. */
  readonly models: readonly ("card" | "test" | "owner")[];
}

/** What a pack says of those below it: a team's conventions. */
export interface Team {
  /** Sources of the packs that it lies on, as it names them. */
  readonly extends: readonly string[];
  /** Answers that are given where nobody gives others; by question or group. */
  readonly defaults: Readonly<Record<string, Json>>;
  /** Answers that nobody may give otherwise. */
  readonly locked: Readonly<Record<string, { readonly value: Json; readonly because: string }>>;
  readonly policies: readonly Policy[];
  /** Files at its top that a pack has no use for, such as code of other tools: nothing of them is run. */
  readonly idle: readonly string[];
  /** Files of packs below that are left out. */
  readonly drops: readonly { readonly path: string; readonly because: string }[];
}
