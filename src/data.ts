/** The user's own data: a file or a table of a database; found, profiled, and placed where git does not see it. */
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { Given } from "./ask/interview.ts";
import type { TablePlace } from "./database/place.ts";
import { DataRefused, OptionRefused } from "./errors.ts";
import { variableOf } from "./inspect/answers.ts";
import type { Profile, ProfileOptions } from "./inspect/types.ts";
import { nearest } from "./nearest.ts";
import { isProfiled } from "./open.ts";
import { keyOf, takingOption } from "./options/asked.ts";
import { unsafePart } from "./refuse/path.ts";
import type { Scene } from "./scene.ts";
import { envValue } from "./shared/lines.ts";
import type { Answers, Group, Operation, Option, TreeFile } from "./types.ts";

/** Where the data comes from. */
export type Origin = { readonly kind: "file"; readonly path: string } | TablePlace;

type Around = Pick<Scene, "asked" | "world">;

/** Larger files stay where they are; the project is told the path. */
const LARGEST_COPY = 20_000_000;
/** The owner of files that belong to this machine. */
export const LOCAL = "your data";
/** An address of a database, or the variable that holds one. */
const ADDRESS = /^(?:[a-z][a-z0-9+.-]*:\/\/|env:)/i;

/** Tells an option from a file or a database: `--data sales.csv` becomes the option that takes a file, and the file. */
export async function tellData(scene: Around, answers: Answers): Promise<Given> {
  for (const one of scene.asked) {
    const value = answers[keyOf(one)];
    if (one.as !== "group" || takingOption(one.group, "file") === undefined) continue;
    const option = one.group.options.find(({ id }) => id === value);
    if (option?.takes !== undefined && !isProfiled(answers)) throw notWhich(one.group, option);
    if (typeof value !== "string" || option !== undefined) {
      if (!isProfiled(answers)) refuseIdle(one.group, answers);
      return { answers, origin: undefined };
    }
    if (!ADDRESS.test(value)) refuseMistyped(one.group, value);
    const origin = await originOf(one.group, value, answers, scene);
    return { answers: withOrigin(one.group, origin, answers), origin };
  }
  return { answers, origin: undefined };
}

/** Where the data lies that a value names. */
export async function originOf(
  group: Group,
  value: string,
  answers: Answers,
  { asked, world }: Around,
): Promise<Origin> {
  if (ADDRESS.test(value) && takingOption(group, "table") !== undefined) {
    const { placeOfTable } = await import("./database/place.ts");
    return placeOfTable(value, answers, asked, { cwd: world.cwd(), env: world.env });
  }
  refuseIdle(group, answers);
  return { kind: "file", path: resolve(world.cwd(), value) };
}

/** The answers that follow from where the data is: the option, and the database when the project's own is meant. */
export function withOrigin(group: Group, origin: Origin, answers: Answers): Answers {
  const [database = "", id = ""] = origin.kind === "table" && origin.own !== null ? origin.engine.split("/") : [];
  const own = id === "" || answers[database] !== undefined ? {} : { [database]: id };
  return { ...answers, [group.id]: takingOption(group, origin.kind)?.id ?? null, ...own };
}

function refuseMistyped(group: Group, value: string): void {
  const ids = group.options.map(({ id }) => id);
  const close = /[./\\]/.test(value) ? undefined : nearest(value, ids);
  if (close === undefined) return;
  const sets = group.options.filter(({ takes }) => takes === undefined).map(({ id }) => id);
  throw new OptionRefused("unknown", {
    what: `There is no ${group.id} "${value}"`,
    where: `--${group.id}`,
    why: `it is neither one of ${sets.join(", ")} nor looks like the path of a file`,
    fix: `Did you mean ${close}? For a file of that name write ./${value}`,
  });
}

function notWhich(group: Group, { id, takes }: Option): DataRefused {
  const [what, fix] =
    takes === "file"
      ? ["the data is a file, but not which", `Give the path: --${group.id} my-file.csv`]
      : [
          "the data is in a database, but not in which",
          `Give its address and a table: --${group.id} env:SALES_URL --table sales`,
        ];
  return new DataRefused("missing", { what: `"${id}" says that ${what}`, where: `--${group.id}`, fix });
}

/** `--table` and `--query` say something only about a database. */
function refuseIdle(group: Group, answers: Answers): void {
  const idle = ["table", "query"].find((name) => typeof answers[name] === "string" && answers[name] !== "");
  if (idle === undefined || takingOption(group, "table") === undefined) return;
  throw new DataRefused("no-database", {
    what: `--${idle} is given, but no database`,
    where: `--${idle}`,
    fix: `Add its address, or the variable that holds it: --${group.id} env:SALES_URL`,
  });
}

/** Reads the data once from start to end; see `inspect/` and `database/`. */
export async function profile(
  origin: Origin,
  answers: Answers,
  dayFirst: boolean | undefined,
  scene: Scene,
): Promise<Profile> {
  const { flags, report, signal, world } = scene;
  const text = (key: string): string | undefined =>
    typeof answers[key] === "string" && answers[key] !== "" ? answers[key] : undefined;
  const said = { target: text("target"), id: text("id"), time: text("time"), task: text("task") };
  const options: ProfileOptions = { ...said, rows: flags.profileRows, dayFirst };
  if (origin.kind === "table") {
    const { profileTable } = await import("./database/profile.ts");
    const telling = report.begin("Reading the table");
    try {
      const around = { cwd: world.cwd(), env: world.env, signal };
      const read = await profileTable(origin, options, {
        ...around,
        onRows: (rows) => telling.heard(`${grouped(rows)} rows`),
      });
      telling.done(`Read ${grouped(read.rows)} rows of ${read.file}`);
      return read;
    } catch (error) {
      telling.failed();
      throw error;
    }
  }
  const onShare = (share: number): void => {
    signal.throwIfAborted();
    report.reading(share);
  };
  const { profileFile } = await import("./inspect/profile.ts");
  try {
    return await profileFile(origin.path, {
      ...options,
      onProgress: ({ bytes, size }) => onShare(bytes / Math.max(1, size)),
    });
  } finally {
    report.reading(1);
  }
}

/** The column names alone, to ask for the target. */
export async function columnsOf(origin: Origin, { signal, world }: Scene): Promise<readonly string[]> {
  if (origin.kind === "file") return (await import("./inspect/profile.ts")).columnsOf(origin.path);
  const { columnsOfTable } = await import("./database/profile.ts");
  return columnsOfTable(origin, { cwd: world.cwd(), env: world.env, signal });
}

/**
 * Files that belong to this machine and not to the tree: the copy of the data; or in `.env` its path, or the address of the
 * database. Both are ignored by git, and neither is in base or lock.
 */
export function localFiles(origin: Origin, answers: Answers): Operation[] {
  const dataset = String(answers.dataset);
  const add = (path: string, bytes: Uint8Array, mode: number): Operation => ({
    op: "add",
    path,
    file: { bytes, mode, owner: LOCAL } satisfies TreeFile,
  });
  const variable = (why: string, name: string, value: string): Operation[] => [
    add(".env", Buffer.from(`# ${why}; never in git.\n${name}=${envValue(value)}\n`), 0o600),
  ];
  const profile = answers.profile as unknown as Profile;
  if (origin.kind === "table") {
    if (profile.source === undefined || profile.source.url !== null) return [];
    return variable(`The database that ${dataset} is read from`, variableOf(profile.source, dataset), origin.url);
  }
  const { path: file } = origin;
  if (profile.size > LARGEST_COPY)
    return variable("Where this machine keeps the data", `DATA_${dataset.toUpperCase()}_PATH`, file);
  const name = basename(file);
  const ending = /(\.\w+){1,2}$/.exec(name)?.[0] ?? "";
  const safeName =
    // The project overlooks hidden and unfinished files.
    unsafePart(name) === undefined &&
    !/^\.|[\p{Cc}\p{Cf}]|\.(tmp|part|partial|crdownload)$/u.test(name) &&
    name.length <= 80
      ? name
      : `${dataset}${ending.slice(0, 20)}`;
  return [add(`data/01_raw/${dataset}/${safeName}`, readFileSync(file), 0o644)];
}

function grouped(rows: number): string {
  return String(rows).replace(/\B(?=(\d{3})+$)/g, ",");
}
