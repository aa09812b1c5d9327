import type { Json } from "../types.ts";

/** What happened between two versions of a pack; token names stand for the real ones. */
export interface Migration {
  /** The version that brought it. */
  readonly to: string;
  readonly because: string;
  /** Files, and folders with all that is in them. */
  readonly move: readonly { readonly from: string; readonly to: string }[];
  /** Texts in a file. */
  readonly replace: readonly { readonly in: string; readonly from: string; readonly to: string }[];
  /** Questions and groups. */
  readonly rename: readonly { readonly from: string; readonly to: string }[];
  /** Answers that nobody has given yet. */
  readonly set: readonly { readonly key: string; readonly value: Json }[];
  /** Answers that are called otherwise now. */
  readonly change: readonly { readonly key: string; readonly from: Json; readonly to: Json }[];
}
