import type { FileEntry, Files } from "../types.ts";

/** What lies at a path of the project: a file, with the mode that git knows, or something that is never written over. */
export type Present = (FileEntry & { readonly kind: "file" }) | { readonly kind: "link" | "folder" | "other" };

/** The project as it is now. */
export interface Now {
  at(path: string): Present | undefined;
  /** What stands where a path needs a folder. */
  inTheWay(path: string): string | undefined;
  /** What git tracks, and whether it may be run. */
  readonly tracked: ReadonlyMap<string, boolean>;
}

/** Why a person has to look at a file. */
export type ConflictKind =
  /** Both changed the same lines: markers stand in the file. */
  | "lines"
  /** Both changed it, and it is no text. */
  | "binary"
  /** The template has it no more, and it was edited. */
  | "edited"
  /** The template wants to write a file that git does not have: one that is lost can't be had back. */
  | "untracked"
  /** It is a link or a folder now. */
  | "kind"
  /** Both gave it another name. */
  | "renamed"
  /** A file is where the template needs a folder. */
  | "in-the-way";

export interface Conflict {
  readonly path: string;
  readonly kind: ConflictKind;
  /** Who brings the template's side: `database/sqlite`. */
  readonly owner: string;
  /** What the template has there. */
  readonly theirs?: FileEntry | undefined;
  /** What is in the way, when that is another path. */
  readonly what?: string | undefined;
}

/** What needs no merge, and what does. */
export interface Sorted {
  /** As the template has it. */
  readonly take: readonly string[];
  /** Untouched, and no more in the template. */
  readonly remove: readonly string[];
  /** Deleted here, changed in the template. */
  readonly deleted: readonly string[];
  readonly conflicts: readonly Conflict[];
  /** What git has to merge; with all that may be a renamed file of it. */
  readonly contested: { readonly base: Files; readonly ours: Files; readonly theirs: Files };
}

/** What merging came to. */
export interface Merged {
  /** The files of ours after it; what is not here is gone. */
  readonly files: Files;
  /** By path: the kinds git names, such as `CONFLICT (contents)`. */
  readonly conflicts: ReadonlyMap<string, readonly string[]>;
  /** From where to where files went, as git saw it: in the template, and in the project. */
  readonly moved: { readonly theirs: ReadonlyMap<string, string>; readonly ours: ReadonlyMap<string, string> };
}
