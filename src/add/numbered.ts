/** The module's tables as one SQL file in the numbering of theirs, where they keep migrations without Alembic. Pure. */
import { posix } from "node:path";
import type { Edit } from "../edit/manifest.ts";
import { pathsOf } from "../survey/spot.ts";
import type { Survey } from "../survey/survey.ts";

/** `0007_name.sql`, `V7__name.sql`, `20260101-name.sql`; Django's are Python. */
const NUMBERED = /^(V?)(\d{1,14})(_{1,2}|-)[\w-]+\.(?:sql|py)$/;

/** The file, and what there is to say of it; nothing where they keep no such migrations. */
export function numbered(
  found: Survey,
  name: string,
  sql: Uint8Array | undefined,
): { readonly edit: Edit; readonly note: string } | undefined {
  const kept = found.migrations.find(({ kind }) => kind !== "Alembic");
  if (sql === undefined || kept === undefined || found.migrations.some(({ kind }) => kind === "Alembic")) return;
  const folder = posix.dirname(kept.path);
  const there = pathsOf(found).flatMap((path) => {
    const [, letter = "", digits = "", gap = ""] = NUMBERED.exec(posix.basename(path)) ?? [];
    return posix.dirname(path) === folder && digits !== "" ? [{ letter, digits, gap }] : [];
  });
  const last = there.sort((a, b) => Number(a.digits) - Number(b.digits)).at(-1);
  if (last === undefined) return;
  const number = String(Number(last.digits) + 1).padStart(last.digits.length, "0");
  const path = `${folder === "." ? "" : `${folder}/`}${last.letter}${number}${last.gap}${name}_tables.sql`;
  const django = kept.kind === "Django" ? " Django runs it from a migration of yours, by migrations.RunSQL." : "";
  return {
    edit: { path, bytes: sql },
    note: `Its tables are in ${path}, in the numbering of yours, for where it shares your database.${django}`,
  };
}
