/** What the probe tells of a run, and what is made of it. */
import type { Json } from "../types.ts";

/** One call to make: as typed, or as it was recorded. */
export type Case =
  | { readonly call: string }
  | (Passed & {
      /** What the object was made with, where it is a method of one. */
      readonly made?: Passed;
    });

interface Passed {
  readonly args: readonly Json[];
  readonly named: { readonly [name: string]: Json };
}

/** An array or a frame that lies beside the test. */
export interface Beside {
  readonly end: "npy" | "csv";
  /** Base64 of an array, text of a frame. */
  readonly content: string;
}

export interface Raised {
  /** Empty for one of Python's own. */
  readonly module: string;
  readonly name: string;
  readonly text: string;
}

/** What is done with what comes back before it is compared. */
export type How = "awaited" | "listed";

/** Python text of the values of a case; `<0>` stands for the file of that number. */
export interface CaseText {
  readonly args: readonly string[];
  readonly named: Readonly<Record<string, string>>;
  /** What its object is made with, where it needs one, and attributes of it that the call changed. */
  readonly made: { readonly args: readonly string[]; readonly named: Readonly<Record<string, string>> } | null;
  readonly state: Readonly<Record<string, string>>;
  readonly how: readonly How[];
  /** Arguments that were changed, by number or name. */
  readonly after: Readonly<Record<string, string>>;
  readonly result: string | null;
  readonly files: readonly Beside[];
  readonly imports: readonly string[];
}

export interface ToldCase {
  /** Why it can't be pinned. */
  readonly unpinned: readonly string[];
  readonly before?: Json;
  readonly result?: Json;
  readonly after?: Json;
  readonly state?: Json;
  readonly error?: Raised;
  readonly text?: CaseText;
  /** Types of what it took, by number or name, and of what came back. */
  readonly takes?: Readonly<Record<string, string>>;
  readonly kind?: string;
}

export interface Told {
  readonly functions: Readonly<Record<string, { readonly cases: readonly ToldCase[]; readonly doc: string }>>;
  /** Libraries that it loads. */
  readonly loaded: readonly string[];
  /** Variables read while it is imported. */
  readonly environment: readonly string[];
  readonly fences: readonly string[];
  readonly python: string;
}

export interface Recorded {
  readonly calls: Readonly<
    Record<
      string,
      readonly (Case & {
        readonly result?: Json;
        readonly error?: Raised;
        readonly unwritable?: string;
        readonly differs?: true;
      })[]
    >
  >;
  readonly left: Readonly<Record<string, readonly string[]>>;
  readonly counts: Readonly<Record<string, number>>;
  readonly ended: string;
}

/** A function with its cases judged. */
export interface Judged {
  readonly name: string;
  readonly doc: string;
  readonly pinned: readonly (ToldCase & { readonly text: CaseText })[];
  /** What was not pinned: the call, hidden where it must be, and why. */
  readonly open: readonly { readonly call: string; readonly why: readonly string[] }[];
}
