/** What running a repository's tests in a copy came to; as `verify.py` writes it. */

export type Outcome =
  | "passed"
  | "failed"
  | "error"
  | "skipped"
  | "xfailed"
  | "xpassed"
  | "flaky"
  | "hangs"
  | "ends the process"
  | "not run";

export interface VerifiedTest {
  readonly id: string;
  readonly outcome: Outcome;
  readonly first: string;
  readonly second: string;
  readonly why: string;
  /** Whether it checks anything; `null` where its source could not be found. */
  readonly asserts: boolean | null;
}

/** A function that was broken, and the tests that enter it. */
export interface Broken {
  readonly path: string;
  readonly line: number;
  readonly name: string;
  readonly how: string;
  readonly noticed: readonly string[];
  readonly stillPass: readonly string[];
  readonly why: string;
}

export interface FoundByTests {
  readonly runs: readonly {
    readonly order: string;
    readonly seconds: number;
    readonly why: string;
    readonly note: string;
  }[];
  readonly tests: readonly VerifiedTest[];
  readonly broken: readonly Broken[];
  readonly notSampled: number;
  readonly uncollected: readonly { readonly path: string; readonly why: string }[];
  /** Modules that came from the original tree, not the copy. */
  readonly foreign: readonly string[];
  /** Why nothing could be verified. */
  readonly why?: string;
}

export interface Verified extends FoundByTests {
  readonly runner: string;
  readonly python: string;
  readonly version: string;
  readonly limitSeconds: number;
  readonly copied: {
    readonly files: number;
    readonly bytes: number;
    readonly left: readonly { readonly path: string; readonly why: string }[];
  };
  /** Paths of the original tree that changed meanwhile: by a test that names them in full, or by somebody else. */
  readonly changed: readonly string[];
}
