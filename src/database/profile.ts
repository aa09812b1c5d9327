/** The profile of a table or query: its rows come from a Python driver as text, and are looked at as a file's are. */
import { ToolMissing } from "../errors.ts";
import { eachRowOf } from "../inspect/delimited.ts";
import { checkHeader, targetOf } from "../inspect/header.ts";
import { judge } from "../inspect/judge.ts";
import { MISSING } from "../inspect/missing.ts";
import { PLAIN } from "../inspect/numbers.ts";
import { Tally } from "../inspect/tally.ts";
import type { Profile, ProfileOptions, Seen } from "../inspect/types.ts";
import { type Fed, feed, findInstaller } from "../run.ts";
import { type TablePlace, tableName } from "./place.ts";
import { brokenOff, type Failure, noDriver, noKey, noPython, refusalOf, renamed, tooLate } from "./refused.ts";
import { scripts } from "./scripts.ts";

/** The machine around it. */
export interface Around {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  readonly onRows?: (rows: number) => void;
  /** Seconds to wait for the first byte (the driver may have to be fetched), and for each after it. */
  readonly patience?: readonly [number, number];
}

const PATIENCE = [300, 180] as const;

/** The first line of `rows.py`: what was found. */
interface Found {
  /** Schema, if it has to be said, and name. */
  readonly table: readonly string[] | null;
  readonly columns: readonly string[];
  /** Python's types of each column's first values. */
  readonly types: readonly (readonly string[])[];
}

interface Opened extends Found {
  readonly fed: Fed;
  readonly bytes: AsyncIterable<Buffer>;
}

/**
 * Profiles a table or query.
 *
 * @throws DataRefused for everything about it that a person has to mend, ToolMissing without a Python or a driver
 */
export async function profileTable(place: TablePlace, options: ProfileOptions, around: Around): Promise<Profile> {
  const opened = await open(place, options.rows, around);
  try {
    const where = place.query === undefined ? tableName(opened.table ?? []) : `the query ${place.query.name}`;
    const { seen, size } = await look(opened, where, options, around);
    await finished(opened.fed, place, around);
    const name = place.query?.name ?? opened.table?.at(-1) ?? "";
    const profile = judge(seen, { file: name, size }, options);
    if (profile.id === null && !profile.timeUnique) throw noKey(where);
    return {
      ...profile,
      source: {
        engine: place.engine,
        table: opened.table === null ? null : tableName(opened.table),
        query: place.query?.text ?? null,
        watermark: watermarkOf(profile, opened),
        url: place.own,
        example: place.driver.example,
      },
    };
  } catch (error) {
    throw renamed(error);
  } finally {
    opened.fed.stop();
  }
}

/** The column names alone. */
export async function columnsOfTable(place: TablePlace, around: Around): Promise<readonly string[]> {
  const { columns, fed } = await open(place, 1, around);
  fed.stop();
  return columns;
}

async function open(place: TablePlace, limit: number | undefined, around: Around): Promise<Opened> {
  const fed = await started(place, limit, around);
  const { line, rest } = await firstLine(fed.bytes);
  if (line === "") {
    await finished(fed, place, around);
    throw noDriver(place, (await fed.ended()).tail);
  }
  const said = JSON.parse(line) as Found | Failure;
  if ("error" in said) {
    fed.stop();
    throw refusalOf(said, place);
  }
  return { ...said, fed, bytes: rest };
}

async function started(place: TablePlace, limit: number | undefined, around: Around): Promise<Fed> {
  const { cwd, env, signal, patience = PATIENCE } = around;
  const { requires, schemes, ...driver } = place.driver;
  const python = await findInstaller(env, signal).catch((error: unknown) => {
    throw error instanceof ToolMissing ? noPython(error) : error;
  });
  const packages = requires.flatMap((name) => ["--with", name]);
  const { "rows.py": rows = "", "environment.py": environment = "" } = scripts;
  const args =
    python.kind === "uv"
      ? ["run", "--isolated", "--no-project", "--quiet", ...packages, "python", "-c", rows]
      : [...python.args, "-c", environment, driver.module, rows, ...requires];
  const query = place.query?.text ?? null;
  const job = { url: place.url, table: place.table, query, limit: limit ?? null };
  const input = `${JSON.stringify({ ...job, driver: { ...driver, scheme: schemes[0] ?? "" } })}\n`;
  return feed({ command: python.command, args, cwd, env, input, signal, patience });
}

/** The first line, and all the bytes behind it. */
async function firstLine(bytes: AsyncIterable<Buffer>): Promise<{ line: string; rest: AsyncIterable<Buffer> }> {
  const stream = bytes[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  for (;;) {
    const end = head.indexOf(10);
    if (end >= 0) {
      const left = head.subarray(end + 1);
      const rest = async function* (): AsyncGenerator<Buffer> {
        yield left;
        for (let next = await stream.next(); next.done !== true; next = await stream.next()) yield next.value;
      };
      return { line: head.toString("utf8", 0, end), rest: rest() };
    }
    const next = await stream.next();
    if (next.done === true) return { line: "", rest: bytes };
    head = Buffer.concat([head, next.value]);
  }
}

async function look(
  { columns: header, bytes }: Opened,
  where: string,
  options: ProfileOptions,
  { onRows, signal }: Around,
): Promise<{ seen: Seen; size: number }> {
  checkHeader(where, header);
  const target = header.indexOf(targetOf(where, header, options));
  const tally = new Tally(header, PLAIN, target);
  let size = 0;
  const pieces = async function* (): AsyncGenerator<{ text: string; last: boolean }> {
    const decoder = new TextDecoder();
    for await (const piece of bytes) {
      signal?.throwIfAborted();
      size += piece.length;
      yield { text: decoder.decode(piece, { stream: true }), last: false };
    }
    yield { text: decoder.decode(), last: true };
  };
  await eachRowOf(
    pieces(),
    ",",
    where,
    (row) => {
      tally.add(row);
      return true;
    },
    () => onRows?.(tally.rows),
  );
  const { rows, ragged, columns, copies } = tally;
  const seen: Seen = {
    path: where,
    // What arrives later lies in Parquet files of the project.
    reading: { format: "parquet", ...PLAIN, missing: [...MISSING] },
    columns,
    rows,
    ragged,
    copies: copies.found(),
    partly: options.rows !== undefined && rows >= options.rows,
    ambiguousNumbers: false,
    target: header[target] as string,
  };
  return { seen, size };
}

/** Waits for its end, which must be a good one. */
async function finished(fed: Fed, place: TablePlace, { patience = PATIENCE }: Around): Promise<void> {
  const { exitCode, tail, late } = await fed.ended();
  if (late) throw tooLate(place, patience[1]);
  if (exitCode === 3) throw brokenOff(place, tail);
  if (exitCode !== 0) throw noDriver(place, tail);
}

/** Rows beyond its last value are new: the time, else an id that counts up. */
function watermarkOf({ columns, time, id }: Profile, { columns: names, types }: Found): string | null {
  const read = (name: string): readonly string[] => types[names.indexOf(name)] ?? [];
  if (time !== null) {
    const written = columns.find(({ name }) => name === time)?.format === "ISO8601";
    // Dates that are text, as in SQLite, follow each other as text only when they are ISO.
    return written || !read(time).includes("str") ? time : null;
  }
  return id !== null && read(id).join() === "int" ? id : null;
}
