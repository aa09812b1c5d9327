/** A data file's profile: one streaming pass, then what its columns are. The only entry of `inspect/` that opens a data file. */
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { DataRefused } from "../errors.ts";
import { eachRow, OtherEncoding, openDelimited } from "./delimited.ts";
import { checkHeader, targetOf } from "./header.ts";
import { judge } from "./judge.ts";
import { MISSING } from "./missing.ts";
import { Tally } from "./tally.ts";
import type { Profile, ProfileOptions, Reading, Seen } from "./types.ts";

export type { ColumnProfile, Profile, ProfileOptions, Warning } from "./types.ts";

/**
 * Profiles a CSV, TSV (also gzipped) or Parquet file.
 *
 * @throws DataRefused for everything about the file a person has to mend.
 */
export async function profileFile(path: string, options: ProfileOptions = {}): Promise<Profile> {
  const size = await sizeOf(path);
  return judge(await look(path, size, options), { file: basename(path), size }, options);
}

/** The column names alone, to ask for the target before the long pass. */
export async function columnsOf(path: string): Promise<readonly string[]> {
  await sizeOf(path);
  const header = (await isParquet(path))
    ? await (await import("./parquet.ts")).parquetHeader(path)
    : (await openDelimited(path)).header;
  checkHeader(path, header);
  return header;
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") {
      throw new DataRefused("missing", {
        what: "There is no such data file",
        where: path,
        fix: "Check the path given with --data; it is relative to the folder you are in.",
      });
    }
    throw new DataRefused("unreadable", {
      what: "The data file can't be opened",
      where: path,
      why: error.message,
      fix: "Make it readable for you, or copy it.",
    });
  });
  if (found.isDirectory()) {
    throw new DataRefused("directory", {
      what: "The data is a folder, not a file",
      where: path,
      fix: "Give one file; more files of the same columns can be dropped into the project's raw folder later.",
    });
  }
  if (!found.isFile())
    throw new DataRefused("binary", {
      what: "The data is not a regular file",
      where: path,
      fix: "Save it to a file first and give that.",
    });
  if (found.size === 0)
    throw new DataRefused("empty", {
      what: "The data file is empty",
      where: path,
      fix: "Give a file with a header line and rows.",
    });
  return found.size;
}

async function isParquet(path: string): Promise<boolean> {
  const { open } = await import("node:fs/promises");
  const file = await open(path).catch((error: Error) => {
    throw new DataRefused("unreadable", {
      what: "The data file can't be opened",
      where: path,
      why: error.message,
      fix: "Make it readable for you, or copy it.",
    });
  });
  try {
    const mark = Buffer.alloc(4);
    await file.read(mark, 0, 4, 0);
    return mark.toString("latin1") === "PAR1";
  } finally {
    await file.close();
  }
}

async function look(path: string, size: number, options: ProfileOptions): Promise<Seen> {
  if (await isParquet(path)) return (await import("./parquet.ts")).lookAtParquet(path, size, options);
  const dialect = await openDelimited(path);
  try {
    return await lookAtText(path, size, dialect, options);
  } catch (error) {
    if (!(error instanceof OtherEncoding)) throw error;
    // Half a gigabyte of ASCII and then one accent: begin again, now that it is known.
    return lookAtText(path, size, { ...dialect, opened: { ...dialect.opened, encoding: "latin-1" } }, options);
  }
}

async function lookAtText(
  path: string,
  size: number,
  dialect: Awaited<ReturnType<typeof openDelimited>>,
  options: ProfileOptions,
): Promise<Seen> {
  const { header } = dialect;
  checkHeader(path, header);
  const target = header.indexOf(targetOf(path, header, options));
  const tally = new Tally(header, dialect.style, target);
  const started = Date.now();
  await eachRow(
    dialect,
    (row) => {
      tally.add(row);
      return options.rows === undefined || tally.rows < options.rows;
    },
    ({ bytes }) => options.onProgress?.({ bytes, size, rows: tally.rows, seconds: (Date.now() - started) / 1000 }),
  );
  const { rows, ragged, columns, copies } = tally;
  const reading: Reading = {
    format: "csv",
    delimiter: dialect.delimiter,
    encoding: dialect.opened.encoding,
    decimal: dialect.style.decimal,
    thousands: dialect.style.thousands,
    missing: [...MISSING],
  };
  const partly = options.rows !== undefined && rows >= options.rows;
  return {
    path,
    reading,
    columns,
    rows,
    ragged,
    copies: copies.found(),
    partly,
    ambiguousNumbers: dialect.ambiguousNumbers,
    target: header[target] as string,
  };
}
