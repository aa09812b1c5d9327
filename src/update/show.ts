/** What an update leaves to its person, as text and as a document. Pure. */
import { safe } from "../text.ts";
import type { Json } from "../types.ts";
import type { Left, Outcome } from "./outcome.ts";
import type { ConflictKind } from "./types.ts";

const WHY: Readonly<Record<ConflictKind, string>> = {
  lines: "you and the template changed the same lines",
  binary: "you and the template changed it, and it is no text",
  edited: "the template has it no more, and you have changed it",
  untracked: "it is not in git, so what is lost of it can't be had back",
  kind: "it is a link or a folder here",
  renamed: "you and the template gave it another name each",
  "in-the-way": "a file is where it needs a folder",
};

/** A line for each thing a person should know of. */
export function leftLines({ left, deleted, moved }: Outcome): string[] {
  return [
    ...moved.map(
      ({ from, to, by }) =>
        `${safe(from)} is ${safe(to)} now, as ${by} named it; what the other side changed went along`,
    ),
    ...deleted.map((path) => `${safe(path)} stays deleted, as you left it (--restore ${safe(path)} brings it back)`),
    ...left.map((one) => `${safe(one.path)}: ${WHY[one.kind]}${inTheWay(one)}; ${standing(one)}`),
  ];
}

const inTheWay = ({ what }: Left): string => (what === undefined ? "" : ` (${safe(what)})`);

function standing({ stands, owner, side, kind }: Left): string {
  if (stands === "markers") return `between markers stand yours and that of ${owner}`;
  if (side === undefined) return kind === "edited" ? "it stays; delete it when you need it no more" : "yours stays";
  return stands === "yours"
    ? `yours stays, that of ${owner} is in ${safe(side)}`
    : `that of ${owner} stands, yours is in ${safe(side)}`;
}

/** The same for `--json`. */
export function leftDocument({ left, deleted, moved }: Outcome): { [key: string]: Json } {
  return {
    conflicts: left.map(({ path, kind, owner, stands, side }) => ({
      path,
      kind,
      why: WHY[kind],
      owners: ["you", owner],
      stands,
      side: side ?? null,
    })),
    deleted: [...deleted],
    moved: moved.map((one) => ({ ...one })),
  };
}
