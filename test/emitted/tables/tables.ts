import { join } from "node:path";
import { builtinPack } from "../../../src/packs/builtin.ts";
import { type Ended, execute, must } from "../../support/command.ts";
import { bundle } from "../../support/places.ts";
import { type Database, freshDatabase } from "../../support/servers.ts";

/** Databases that a table can be read from, by scheme: found, so that a new one is tested without an edit here. */
export const engines: readonly string[] = builtinPack().groups.flatMap((group) =>
  group.options.flatMap((option) => option.source?.driver.schemes.slice(0, 1) ?? []),
);

const drivers = ["psycopg[binary]", "pymysql", "cryptography", "duckdb", "pytz"].flatMap((name) => ["--with", name]);

/** A database of a kind: a real server's, or a file in `folder`. */
export async function databaseOf(scheme: string, folder: string): Promise<Pick<Database, "url" | "drop">> {
  return (
    (await freshDatabase(scheme)) ?? { url: `${scheme}:///${join(folder, `shop.${scheme}`)}`, drop: async () => {} }
  );
}

/** Makes the table of `make.py`, and the same rows as `FILE.csv` in `folder`. */
export async function makeTable(url: string, table: string, folder: string, rows = 400): Promise<string> {
  const file = join(folder, `${table}.csv`);
  const script = join(import.meta.dirname, "make.py");
  const args = ["run", "--quiet", "--isolated", "--no-project", ...drivers, "python", script];
  await must("uv", [...args, url, table, file, String(rows)], { cwd: folder });
  return file;
}

/** The built command, without questions and packages. */
export function create(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return execute("node", [bundle, "--yes", "--no-install", ...args], { cwd, env });
}

/** The code of the refusal, and all that was said. */
export async function refusal(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: string; said: string; exit: number }> {
  const { stdout, all, exit } = await create(cwd, ["refused", "--json", ...args], env);
  const { error } = JSON.parse(stdout) as { error?: Record<string, string | null> };
  return { code: String(error?.code), said: `${error?.what} ${error?.why} ${error?.fix}${all}`, exit };
}
