import { exactlyWhen, type Rule, text, tomlOf } from "./per-file.ts";

/** Each database's drivers, and the start of its address; a server's tests bring how to make a database of their own. */
const databases: Readonly<Record<string, { drivers: readonly string[]; address: string; server: boolean }>> = {
  sqlite: { drivers: [], address: "sqlite:///data/", server: false },
  duckdb: { drivers: ["duckdb", "duckdb-engine"], address: "duckdb:///data/", server: false },
  postgresql: { drivers: ["psycopg", "adbc-driver-postgresql"], address: "postgresql://localhost/", server: true },
  mysql: { drivers: ["pymysql", "connectorx"], address: "mysql://localhost/", server: true },
};

/** The drivers that are enough to read a dataset from a database that is not the project's own. */
const reading: Readonly<Record<string, readonly string[]>> = {
  "database/duckdb": ["duckdb", "duckdb-engine"],
  "database/postgresql": ["psycopg"],
  "database/mysql": ["pymysql"],
};

export const database: Rule = (answers, tree) => {
  const pyproject = tomlOf(text(tree, "pyproject.toml")) as { project: { dependencies: string[] } };
  const names = pyproject.project.dependencies.map((line) => /^[\w.-]+/.exec(line)?.[0]);
  const url = String(tomlOf(text(tree, "conf/settings.toml")).database_url);
  const { address, server } = databases[String(answers.database)] ?? { address: "(unknown)", server: false };
  const { source } = (answers.profile ?? {}) as { source?: { engine: string } };
  const mirrored = (answers.olap as readonly string[] | undefined)?.includes("mirror") ? ["duckdb"] : [];
  const read = [...(reading[source?.engine ?? ""] ?? []), ...mirrored];
  const workflow = text(tree, ".github/workflows/ci.yml");
  return [
    ...Object.entries(databases).flatMap(([id, { drivers }]) =>
      drivers.flatMap((name) =>
        exactlyWhen(answers.database === id || read.includes(name), names.includes(name), `the driver ${name}`),
      ),
    ),
    ...exactlyWhen(true, url.startsWith(address) && !url.includes("@"), `database_url = "${address}…"`),
    ...exactlyWhen(true, text(tree, ".env.example").includes("DATABASE_URL="), "DATABASE_URL in .env.example"),
    ...exactlyWhen(server, tree.has("tests/own_database.py"), "tests/own_database.py"),
    ...exactlyWhen(server && answers.ci === "github", workflow.includes("services:"), "a server in the workflow"),
  ];
};
