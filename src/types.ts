/**
 * The stages of the pipe, each a named type:
 * `argv → Flags → Packs → Options → Answers → Selection → Plan → Tree → Change → Written → Report`.
 */

import type { TableDriver } from "./database/driver.ts";
import type { Migration } from "./packs/migration.ts";
import type { Mounted, Mounting } from "./packs/mounting.ts";
import type { Team } from "./packs/team.ts";
import type { DocNode } from "./shared/node.ts";

export type { Migration } from "./packs/migration.ts";
export type { Mounted, Mounting } from "./packs/mounting.ts";
export type { DocItem, DocList, DocMap, DocNode, DocScalar } from "./shared/node.ts";

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** One file of a pack or of a tree. `mode` is 0o644 or 0o755, nothing else survives. */
export interface FileEntry {
  readonly bytes: Uint8Array;
  readonly mode: number;
}

/** Files by their path: forward slashes, relative, no `..`. */
export type Files = ReadonlyMap<string, FileEntry>;

/** Literal text and, as lists of keys, the values that stand between. */
export type Prose = readonly (string | readonly string[])[];

/** What loading made of a file, so that rendering parses nothing: the built-in pack's are made at build time. */
export type Prepared =
  | { readonly kind: "prose"; readonly prose: Prose }
  | {
      readonly kind: "document";
      readonly root: DocNode /** Values of answers stand in it. */;
      readonly holes: boolean;
    };

export interface PackFile extends FileEntry {
  readonly prepared?: Prepared;
  /** False: no token is in it, so its bytes are emitted as they are. Known of compiled packs, as is the number. */
  readonly tokens?: boolean;
  readonly id?: number;
  /** Whose file it stands in the place of. */
  readonly over?: string;
  /** The pack that it is from, when that is not ours. */
  readonly foreign?: string;
}

/** A document that is printed but for the values in it; those with a format stand as a text of that format. */
export type Ready = readonly (string | { readonly keys: readonly string[]; readonly format?: "toml" | "yaml" })[];

/** Documents of the usual selections, merged and printed when the pack was compiled; by the numbers of their sources. */
export interface Ahead {
  /** What they depend on besides, as `circumstances` says it. */
  readonly when: string;
  readonly documents: ReadonlyMap<string, () => Ready>;
}

export type PackFiles = ReadonlyMap<string, PackFile>;

/** A question with an open answer; declared in a pack's `pack.yaml`. */
export interface Question {
  readonly id: string;
  readonly type: "text" | "choice" | "interval" | "column" | "name";
  readonly message: string;
  readonly help: string;
  /** Shown in `--help` behind the flag, as in `--target COLUMN`. */
  readonly placeholder: string;
  readonly default?: string;
  readonly choices?: readonly { readonly value: string; readonly label: string; readonly hint: string }[];
  readonly order: number;
  /** False: never prompted for, only a flag and a key of the answers file. */
  readonly ask: boolean;
  readonly pack: string;
}

/** What a chosen option needs or can't stand, with the reason a person is shown. */
export interface Relation {
  /** `group/id` */
  readonly option: string;
  readonly because: string;
}

export interface EnvVariable {
  readonly name: string;
  readonly example: string;
  readonly why: string;
}

/** A part an option puts into a new project, e.g. the model folder of the sample. */
export interface PartUse {
  readonly part: string;
  /** May hold `{{ answer }}`; the name the part's folder gets. */
  readonly name: string;
}

export interface Option {
  readonly group: string;
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly env: readonly EnvVariable[];
  readonly requires: readonly Relation[];
  readonly conflicts: readonly Relation[];
  readonly nextSteps: readonly string[];
  /** This option is chosen by giving a file, or the address of a database, instead of its id: `--data sales.csv`. */
  readonly takes?: "file" | "table";
  /** Datasets can be read from such a database, and what a project needs for that when its own is another one. */
  readonly source?: { readonly driver: TableDriver; readonly files: PackFiles; readonly shared: PackFiles };
  /** It works only at the root of a repository, such as a CI workflow or a licence; not in a project that lies in one. */
  readonly atRoot?: boolean;
  /** How an existing repository shows that it uses this; file names as regular expressions. */
  readonly signs?: Readonly<Partial<Record<"requirements" | "imports" | "files", readonly string[]>>>;
  /** Answers that choosing this option settles, e.g. the sample's target column. */
  readonly sets: Readonly<Record<string, Json>>;
  readonly parts: readonly PartUse[];
  readonly files: PackFiles;
  readonly shared: PackFiles;
  /** Files and fragments that only a pair needs, by `group.id` of the other. */
  readonly with: ReadonlyMap<string, { readonly files: PackFiles; readonly shared: PackFiles }>;
  /** Section for the emitted README and our docs. */
  readonly readme?: PackFile;
  readonly pack: string;
}

export interface Group {
  readonly id: string;
  readonly kind: "one" | "many";
  readonly message: string;
  readonly help: string;
  readonly default: readonly string[];
  readonly order: number;
  readonly ask: boolean;
  /** The part that each has an answer of its own: it is a flag of `add`, too. */
  readonly of?: string;
  readonly any: { readonly files: PackFiles; readonly shared: PackFiles };
  readonly options: readonly Option[];
  readonly pack: string;
  /** It says nothing but which options it adds to the group of that name in a pack below. */
  readonly extension?: true;
}

/** A folder that can be added again and again: model, dataset. */
export interface Part {
  readonly id: string;
  readonly files: PackFiles;
  readonly shared: PackFiles;
}

export interface Pack extends Team {
  readonly name: string;
  readonly version: string;
  /** Where it is from, as the lock names it; none: it is our own, and comes with this program. */
  readonly source?: string;
  readonly commit?: string;
  /** `sha256:…` over every path, mode and byte of the pack. */
  readonly hash: string;
  readonly description: string;
  /** A range of generator versions, e.g. `>=0.1 <1`. */
  readonly generator: string;
  /** Names that its requirements take, whatever is chosen: no project can be called like one of them. */
  readonly taken: readonly string[];
  /** Parts that can be added to a project that is there, each with a line of help. */
  readonly adds: Readonly<Record<string, string>>;
  /**
   * What becomes of a project that is mounted in another repository, with the values of its place in holes: where the
   * files below a path go (what is not named here has no place there), and texts that read otherwise.
   */
  readonly mount: Mounting;
  /** In the order of their versions. */
  readonly migrations: readonly Migration[];
  readonly questions: readonly Question[];
  readonly groups: readonly Group[];
  readonly parts: ReadonlyMap<string, Part>;
  readonly project: { readonly files: PackFiles; readonly shared: PackFiles };
  readonly ahead?: Ahead;
}

/** Everything that can be asked, in the order it is asked: the one list behind prompts, flags, help, JSON Schema. */
export type Asked =
  | { readonly as: "question"; readonly question: Question }
  | { readonly as: "group"; readonly group: Group };

/** Answers by question or group id; a many-of group holds a list. Also holds `profile` (see inspect/) for own data. */
export type Answers = Readonly<Record<string, Json>>;

/** Valid answers with the options they choose, in stable order (group order, then id). */
export interface Selection {
  readonly packs: readonly Pack[];
  /** Everything known: given, defaults, and what options and the profile settle. */
  readonly answers: Answers;
  /** The part of it that follows from the rest, so it is not stored. */
  readonly settled: ReadonlySet<string>;
  readonly options: readonly Option[];
  readonly groups: readonly Group[];
  readonly parts: readonly { readonly part: Part; readonly name: string; readonly owner: string }[];
  /** What was added later: of each only the parts are emitted. */
  readonly added?: readonly Selection[];
  /** Where it lies in a repository that is not ours. */
  readonly mount?: Mounted;
}

/** One contribution to one path. */
export interface Source {
  /** `pack:project`, `scheduler/cron`, `part/model:rain`, `scheduler/cron with database/sqlite`. */
  readonly owner: string;
  readonly entry: PackFile;
  readonly as: "verbatim" | "prose" | "fragment";
  /** Token names that stand in it, with the real ones. */
  readonly tokens: Readonly<Record<string, string>>;
}

/** Every path to emit, with who contributes to it, in merge order. Token names are already real ones. */
export interface Plan {
  readonly selection: Selection;
  readonly paths: ReadonlyMap<string, readonly Source[]>;
  /** The parts that were added later, each with values of its own. */
  readonly added?: readonly Plan[];
}

export interface TreeFile extends FileEntry {
  /** Owners joined with ` + `. */
  readonly owner: string;
  /** A pack that has part in it, and is not ours. */
  readonly foreign?: string;
  /** Number of its bytes, where that is known before they are made. */
  readonly size?: number;
}

/** All emitted files in memory. */
export type Tree = ReadonlyMap<string, TreeFile>;

export type Operation =
  | { readonly op: "add"; readonly path: string; readonly file: TreeFile }
  | {
      readonly op: "replace";
      readonly path: string;
      readonly file: TreeFile;
      readonly before: FileEntry;
      readonly diff: string;
    }
  | { readonly op: "keep"; readonly path: string; readonly before: FileEntry; readonly diff: string };

/** What turns a target folder into the wanted tree. */
export interface Change {
  readonly operations: readonly Operation[];
  /** Files, and folders with all that is in them, that go. */
  readonly removed?: readonly string[];
}
