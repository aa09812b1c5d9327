/** What takes an addition back: kept in the project, ignored by git, made together with the change. Pure. */
import { RECORD } from "../change/record.ts";
import { LOCAL } from "../data.ts";
import { PackRefused, TargetRefused } from "../errors.ts";
import { sha256 } from "../packs/hash.ts";
import type { Change, FileEntry, Files, Operation } from "../types.ts";
import { isShortened, restore, type Shortened, shorten } from "./shorten.ts";

/** Where the records lie, newest last. */
export const UNDO = `${RECORD}/undo`;
const OWNER = "create-ml-project";
const NAME = /^(\d{4})\.json$/;

export interface UndoRecord {
  readonly format: 1;
  /** As it was typed, without the program. */
  readonly command: string;
  /** Files and folders that were made. */
  readonly tops: readonly string[];
  /** Those that hold only files of this machine: runs of the project write beside them. */
  readonly local: readonly string[];
  readonly added: readonly { readonly path: string; readonly sha256: string }[];
  /** `sha256` of what it was replaced by; of that, and of what it lacks, `before` is made. */
  readonly replaced: readonly {
    readonly path: string;
    readonly sha256: string;
    readonly mode: number;
    readonly before: Shortened;
  }[];
  /** What went, as it was: base64. */
  readonly removed?: readonly { readonly path: string; readonly mode: number; readonly before: string }[];
}

const within = (path: string, top: string): boolean => path === top || path.startsWith(`${top}/`);

/** The same change, and with it the record that takes it back. `names` are the records that are there, `gone` the files that go. */
export function withUndo(
  change: Change,
  command: string,
  topsOf: (paths: readonly string[]) => readonly string[],
  names: readonly string[],
  gone: Files = new Map(),
): Change {
  const made = (local: boolean): string[] =>
    change.operations.flatMap((one) => (one.op === "add" && (one.file.owner === LOCAL) === local ? [one.path] : []));
  const tops = topsOf(made(false));
  const record: UndoRecord = {
    format: 1,
    command,
    tops,
    local: topsOf(made(true)).filter((path) => !tops.some((top) => within(path, top))),
    added: change.operations.flatMap((one) =>
      one.op === "add" ? [{ path: one.path, sha256: sha256(one.file.bytes) }] : [],
    ),
    replaced: change.operations.flatMap((one) =>
      one.op === "replace"
        ? [
            {
              path: one.path,
              sha256: sha256(one.file.bytes),
              mode: one.before.mode,
              before: shorten(one.before.bytes, one.file.bytes),
            },
          ]
        : [],
    ),
    ...(gone.size > 0 && {
      removed: [...gone].map(([path, { bytes, mode }]) => ({
        path,
        mode,
        before: Buffer.from(bytes).toString("base64"),
      })),
    }),
  };
  const next = String(Math.max(0, ...numbersOf(names)) + 1).padStart(4, "0");
  const file = (path: string, text: string): Operation => ({
    op: "add",
    path,
    // `.env` may be among what was replaced: as closed as that is.
    file: { bytes: Buffer.from(text), mode: 0o600, owner: OWNER },
  });
  return {
    operations: [
      ...change.operations,
      ...(names.includes(".gitignore") ? [] : [file(`${UNDO}/.gitignore`, "*\n")]),
      file(`${UNDO}/${next}.json`, `${JSON.stringify(record)}\n`),
    ],
    ...(change.removed && { removed: change.removed }),
  };
}

const numbersOf = (names: readonly string[]): number[] =>
  names.flatMap((name) => (NAME.test(name) ? [Number.parseInt(name, 10)] : []));

/** The newest record's file name. */
export function newest(names: readonly string[]): string | undefined {
  return names
    .filter((name) => NAME.test(name))
    .sort()
    .at(-1);
}

/** Reads a record; whatever is not exactly one is refused. */
export function readUndo(text: string, where: string): UndoRecord {
  try {
    const record = JSON.parse(text) as UndoRecord;
    const texts = [
      record.command,
      ...record.tops,
      ...record.local,
      ...[...record.added, ...record.replaced].map(({ path }) => path),
    ];
    const made =
      record.replaced.every(({ before }) => isShortened(before)) &&
      (record.removed ?? []).every(({ path, before }) => typeof path === "string" && typeof before === "string");
    if (record.format === 1 && texts.every((one) => typeof one === "string") && made) return record;
  } catch {
    // refused below
  }
  throw new PackRefused("record", {
    what: "This record of an addition can't be read",
    where,
    fix: "Take the addition back with git, and remove that file.",
  });
}

/**
 * The change that takes a record's addition back.
 *
 * @param othersIn - files that lie in a folder that was made, and are none of ours
 * @throws TargetRefused when anything of it is not as it was made: all is named, nothing is lost
 */
export function takenBack(
  record: UndoRecord,
  onDisk: (path: string) => FileEntry | undefined,
  othersIn: (top: string) => readonly string[],
): Change {
  const differs = [...record.added, ...record.replaced].filter((one) => {
    const there = onDisk(one.path);
    return there === undefined || sha256(there.bytes) !== one.sha256;
  });
  const { removed = [] } = record;
  const inTheWay = removed.filter(({ path }) => onDisk(path) !== undefined);
  const named = [...[...differs, ...inTheWay].map(({ path }) => path), ...record.tops.flatMap(othersIn)];
  if (named.length > 0) {
    throw new TargetRefused("changed", {
      what: `${named.length === 1 ? "A file is" : `${named.length} files are`} not as "${record.command}" left ${named.length === 1 ? "it" : "them"}`,
      where: `${named.slice(0, 5).join(", ")}${named.length > 5 ? ", …" : ""}`,
      why: "undoing would lose what was written since",
      fix: "Move or put those back, then run undo again; or take the addition back with git.",
    });
  }
  const operations = record.replaced.map(({ path, mode, before }): Operation => {
    const there = onDisk(path) as FileEntry;
    const bytes = restore(before, there.bytes);
    return { op: "replace", path, file: { bytes, mode, owner: OWNER }, before: there, diff: "" };
  });
  const again = removed.map(({ path, mode, before }): Operation => {
    return { op: "add", path, file: { bytes: Buffer.from(before, "base64"), mode, owner: OWNER } };
  });
  // What runs have written beside the data stays, and the folder with it.
  const local = record.local.flatMap((top) =>
    othersIn(top).length === 0 ? [top] : record.added.flatMap(({ path }) => (within(path, top) ? [path] : [])),
  );
  return { operations: [...operations, ...again], removed: [...record.tops, ...local] };
}
