/** `--data URL --table T` and `--query FILE` on real databases: the profile, what is emitted, what is refused, and who never learns the password. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, inflateSync } from "node:zlib";
import { parse as parseToml } from "smol-toml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { placeOfTable } from "../../src/database/place.ts";
import { profileTable } from "../../src/database/profile.ts";
import type { Profile } from "../../src/inspect/types.ts";
import { asked } from "../../src/options/asked.ts";
import { builtinPack } from "../../src/packs/builtin.ts";
import { must, testEnvironment } from "../support/command.ts";
import { root, templates } from "../support/places.ts";
import { scratch } from "../support/scratch.ts";
import { type Database, freshDatabase } from "../support/servers.ts";
import { create, databaseOf, engines, makeTable, refusal } from "./tables/tables.ts";

const flags = ["--target", "left", "--time", "seen at"];

interface Document {
  readonly plan: { readonly answers: { readonly profile: Profile } };
}

const profileIn = (stdout: string): Profile => (JSON.parse(stdout) as Document).plan.answers.profile;

/** All files of a folder, by path. */
function filesIn(folder: string): Map<string, Buffer> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path))]));
}

describe.each(engines)("a table in %s", (scheme) => {
  let folder = "";
  let database: Pick<Database, "url" | "drop">;
  let file = "";

  beforeAll(async () => {
    folder = await scratch();
    database = await databaseOf(scheme, folder);
    file = await makeTable(database.url, "odd table", folder);
  });
  afterAll(() => database?.drop());

  it("has the profile of its rows as CSV", async () => {
    const table = await create(folder, [
      "t",
      "--json",
      "--dry-run",
      "--data",
      database.url,
      "--table",
      "Odd Table",
      ...flags,
    ]);
    const csv = await create(folder, ["c", "--json", "--dry-run", "--data", file, ...flags]);
    expect(table.exit, table.all).toBe(0);
    const common = { file: "", size: 0, reading: "" };
    const { source, ...profile } = profileIn(table.stdout);
    expect({ ...profile, ...common }).toEqual({ ...profileIn(csv.stdout), ...common });
    expect(profile.rows).toBe(400);
    expect(source?.watermark).toBe("seen at");
    expect(source?.table?.split(".").at(-1)).toBe("odd table");
  });

  it("is read in part with --profile-rows, and by a query that comes along", async () => {
    const quote = scheme === "mysql" ? "`" : '"';
    const sql = `select id, amount, price, ${quote}select${quote} as y\nfrom ${quote}odd table${quote} -- no end;`;
    writeFileSync(join(folder, "some rows.sql"), `${sql.replace("\n", "\r\n")}\r\n;\r\n`);
    const ran = await create(folder, [
      "q",
      "--data",
      database.url,
      "--query",
      "some rows.sql",
      "--target",
      "y",
      "--profile-rows",
      "150",
    ]);
    expect(ran.exit, ran.all).toBe(0);
    const files = filesIn(join(folder, "q"));
    const text = (path: string): string => String(files.get(path));
    const query = "src/q/data/some_rows/query.sql";
    // What would be cut off with its semicolon is a comment: it is left.
    expect(text(query)).toBe(`${sql.replace(/;$/, "")}\n`);
    expect(parseToml(text("src/q/data/some_rows/source.toml"))).toMatchObject({
      kind: "table",
      query: "query.sql",
      watermark: "id",
      url: "SOURCE_SOME_ROWS_URL",
    });
    expect(parseYaml(text(".ml-project/answers.yaml")).profile).toMatchObject({ rows: 150, partly: true });
    expect(text(".env")).toContain(`SOURCE_SOME_ROWS_URL=${database.url}\n`);
  });

  it("does not read what is not there", async () => {
    const wrong = await refusal(folder, ["--data", database.url, "--table", "odd_tabel", "--target", "left"]);
    expect([wrong.code, wrong.exit]).toEqual(["data/table", 3]);
    expect(wrong.said).toMatch(/Did you mean --table '(?:\w+\.)?odd table'\?/);
    const open = await refusal(folder, ["--data", database.url, "--target", "left"]);
    expect(open.code).toBe("data/table-open");
    expect(open.said).toContain("odd table");
    const column = await refusal(folder, ["--data", database.url, "--table", "odd table", "--target", "lefd"]);
    expect([column.code, column.said]).toEqual([
      "data/target-unknown",
      expect.stringContaining("Did you mean --target left"),
    ]);
    const sql = "delete from odd_table";
    writeFileSync(join(folder, "bad.sql"), sql);
    const query = await refusal(folder, ["--data", database.url, "--query", "bad.sql", "--target", "left"]);
    expect(query.code).toBe("data/query");
    expect(existsSync(join(folder, "refused"))).toBe(false);
  });
});

describe("a server with a password", () => {
  const secret = "Tr0ub4dor&3/x";
  const escaped = "Tr0ub4dor&3%2Fx";
  let folder = "";
  let database: Database;
  let url = "";
  let home: Record<string, string> = {};

  beforeAll(async () => {
    folder = await scratch();
    database = (await freshDatabase("postgresql")) as Database;
    await makeTable(database.url, "sales", folder);
    url = database.url.replace("@", `:${escaped}@`);
    writeFileSync(join(folder, ".gitconfig"), "[user]\nname = T\nemail = t@example.org\n");
    home = { HOME: folder, GIT_CONFIG_GLOBAL: join(folder, ".gitconfig") };
  });
  afterAll(() => database?.drop());

  /** Everything that is kept or said, as far as it can be read, with the password in any of its forms. */
  function leaks(texts: Iterable<readonly [string, Buffer | string]>): string[] {
    const forms = [secret, escaped, "Tr0ub4dor", Buffer.from(secret).toString("base64").slice(0, 14)];
    return [...texts].flatMap(([path, bytes]) => (forms.some((form) => bytes.includes(form)) ? [path] : []));
  }

  function* readable(root: string): Generator<[string, Buffer]> {
    for (const [path, bytes] of filesIn(root)) {
      yield [path, bytes];
      if (path.endsWith(".gz")) yield [`${path} unpacked`, gunzipSync(bytes)];
      if (/\.git\/objects\/..\//.test(path)) yield [`${path} inflated`, inflateSync(bytes)];
    }
  }

  it("is in no file but .env, which only its owner reads and git ignores", async () => {
    const ran = await create(folder, ["shop", "--data", url, "--table", "sales", ...flags], home);
    expect(ran.exit, ran.all).toBe(0);
    const project = join(folder, "shop");
    expect(leaks(readable(project))).toEqual([".env"]);
    expect(readFileSync(join(project, ".env"), "utf8")).toContain(`SOURCE_SALES_URL="${url}"`);
    expect(statSync(join(project, ".env")).mode & 0o777).toBe(0o600);
    expect((await must("git", ["status", "--porcelain", "--ignored"], { cwd: project })).stdout).toContain("!! .env");
    const commits = await must("git", ["log", "--patch", "--text"], { cwd: project });
    expect(
      leaks([
        ["said", ran.all],
        ["history", commits.all],
      ]),
    ).toEqual([]);
    expect(commits.all).toContain("SOURCE_SALES_URL");
  });

  it("renders again from its answers alone, with no database to ask", async () => {
    const answers = join(folder, "shop/.ml-project/answers.yaml");
    const ran = await create(folder, ["again", "--no-git", "--answers", answers], { PATH: "/usr/bin:/bin" });
    expect(ran.exit, ran.all).toBe(0);
    const [first, again] = [filesIn(join(folder, "shop")), filesIn(join(folder, "again"))];
    const kept = [...first.keys()].filter((path) => !path.startsWith(".git/") && path !== ".env").sort();
    expect([...again.keys()].sort()).toEqual(kept);
    for (const path of kept) expect([path, again.get(path)?.equals(first.get(path) as Buffer)]).toEqual([path, true]);
  });

  it("takes the address from a variable, which stands in nobody's history", async () => {
    const env = { ...home, SALES_URL: url };
    const ran = await create(
      folder,
      ["named", "--json", "--data", "env:SALES_URL", "--table", "public.sales", ...flags],
      env,
    );
    expect(ran.exit, ran.all).toBe(0);
    expect(leaks([...readable(join(folder, "named")), ["said", ran.all]])).toEqual([".env"]);
    const unset = await refusal(folder, ["--data", "env:NO_URL", "--table", "sales"]);
    expect([unset.code, unset.said]).toEqual(["data/variable", expect.stringContaining("export NO_URL=")]);
  });

  it("asks for nothing else when the table is in the project's own database", async () => {
    const env = { ...home, DATABASE_URL: url };
    const ran = await create(folder, ["own", "--data", url, "--table", "sales", ...flags], env);
    expect(ran.exit, ran.all).toBe(0);
    const files = filesIn(join(folder, "own"));
    expect(files.has(".env")).toBe(false);
    expect(parseToml(String(files.get("src/own/data/sales/source.toml")))).toMatchObject({ url: "DATABASE_URL" });
    expect(parseYaml(String(files.get(".ml-project/answers.yaml")))).toMatchObject({ database: "postgresql" });
    expect(leaks(readable(join(folder, "own")))).toEqual([]);
    const other = await create(
      folder,
      ["other", "--database", "sqlite", "--data", url, "--table", "sales", ...flags],
      env,
    );
    expect(other.exit, other.all).toBe(0);
    const source = filesIn(join(folder, "other")).get("src/other/data/sales/source.toml");
    expect(parseToml(String(source))).toMatchObject({ url: "SOURCE_SALES_URL" });
  });

  it.each([
    ["a flag is mistyped", ["--dta", "URL", "--table", "sales"]],
    ["a word too many is typed", ["URL"]],
    ["it is the folder", ["--target", "left", "--data", "weather", "URL/x"]],
    ["the target is open", ["--data", "URL", "--table", "sales"]],
    ["the table is unknown", ["--data", "URL", "--table", "saless", "--target", "left"]],
    ["nobody answers", ["--data", "GONE", "--table", "sales", "--target", "left"]],
    ["the database is unknown", ["--data", "URLx", "--table", "sales", "--target", "left"]],
    ["the scheme is unknown", ["--data", "ODD", "--table", "sales", "--target", "left"]],
    ["a parameter says it", ["--data", "PARAMETER", "--table", "saless", "--target", "left"]],
  ])("is not shown when %s", async (_why, words) => {
    const places: Record<string, string> = {
      URL: url,
      URLx: `${url}x`,
      "URL/x": `${url}/x`,
      GONE: url.replace(/:\d+\//, ":1/"),
      ODD: url.replace("postgresql", "postgresqul"),
      PARAMETER: `${database.url}?password=${escaped}`,
    };
    const typed = words.map((word) => places[word] ?? word);
    for (const how of [[], ["--json"]]) {
      const ran = await create(folder, ["x", "--no-git", ...how, ...typed]);
      expect([ran.exit, leaks([["said", ran.all]])], ran.all).toEqual([3, []]);
      expect(existsSync(join(folder, "x"))).toBe(false);
    }
  });

  it.each([
    [
      "nobody answers",
      (to: string) => to.replace(/:\d+\//, ":1/"),
      "data/unreachable",
      /Nobody answers at 127\.0\.0\.1:1/,
    ],
    ["there is no such user", (to: string) => to.replace("postgres:", "nobody_here:"), "data/login", /nobody_here/],
    ["there is no such database", (to: string) => `${to}_gone`, "data/login", /_gone/],
    ["it is no address", (to: string) => to.replace(/:\d+\//, ":port/"), "data/address", /postgresql:\/\/user/],
    [
      "nothing reads it",
      (to: string) => to.replace("postgresql", "postgressql"),
      "data/scheme",
      /Did you mean postgresql/,
    ],
  ])("says what to do when %s", async (_why, change, code, says) => {
    const ran = await refusal(folder, ["--data", change(url), "--table", "sales", "--target", "left"]);
    expect([ran.code, ran.said]).toEqual([code, expect.stringMatching(says)]);
  });

  it("refuses what can't become a dataset", async () => {
    await database.sql('create table empty_one (a int, b int); create table "two.parts" (a int, y int);');
    await database.sql("create table keyless as select n % 7 as a, n % 2 as y from generate_series(1, 100) n;");
    await database.sql('create table twice as select n as id, n % 2 as y, 1 as "_a" from generate_series(1, 100) n;');
    const of = (table: string): Promise<{ code: string; said: string }> =>
      refusal(folder, ["--data", url, "--table", table, "--target", "y"]);
    expect((await of("empty_one")).code).toBe("data/empty");
    expect(await of("keyless")).toMatchObject({ code: "data/key", said: expect.stringContaining("--id COLUMN") });
    expect(await of("twice")).toMatchObject({
      code: "data/header-name",
      said: expect.stringContaining("--query FILE.sql"),
    });
    expect((await of("two.parts")).code).toBe("data/table");
    const both = ["--data", url, "--table", "sales", "--query", "q.sql", "--target", "left"];
    expect((await refusal(folder, both)).code).toBe("data/both");
    expect((await refusal(folder, ["--table", "sales"])).code).toBe("data/no-database");
    expect((await refusal(folder, ["--data", "sales.csv", "--table", "sales", "--target", "left"])).code).toBe(
      "data/no-database",
    );
    expect((await refusal(folder, ["--data", "table"])).code).toBe("data/missing");
    expect((await refusal(folder, ["--data", url, "--query", "none.sql", "--target", "left"])).code).toBe("data/query");
  });

  it("changes nothing in the database, whatever the query says", async () => {
    await database.sql(
      "create sequence counted; create table t as select n as id, n % 2 as y from generate_series(1, 100) n;",
    );
    writeFileSync(join(folder, "write.sql"), "select id, y, nextval('counted') from t");
    const ran = await refusal(folder, ["--data", url, "--query", "write.sql", "--target", "y"]);
    expect([ran.code, ran.said]).toEqual(["data/query", expect.stringMatching(/read-only/)]);
  });
});

describe("the Python that reads a table", () => {
  it("is as clean as what we emit", async () => {
    const ruff = ["run", "--quiet", "--isolated", "--no-project", "--with", "ruff>=0.16,<1", "ruff"];
    const rules = ["--config", join(templates, "project/pyproject.toml"), join(root, "src/database")];
    for (const check of [["check"], ["format", "--check"]])
      await must("uv", [...ruff, ...check, ...rules], { cwd: root });
  });

  it("gives up on a server that says nothing, and is gone then", async () => {
    const folder = await scratch();
    const database = (await freshDatabase("postgresql")) as Database;
    try {
      writeFileSync(join(folder, "slow.sql"), "select 1 as id, 'a' as y, pg_sleep(60)::text as slept");
      const env = testEnvironment();
      const answers = { query: "slow.sql", target: "y" };
      const place = placeOfTable(database.url, answers, asked([builtinPack()]), { cwd: folder, env });
      const reading = profileTable(place, answers, { cwd: folder, env, patience: [4, 4] });
      await expect(reading).rejects.toMatchObject({ code: "data/slow" });
      await expect.poll(() => database.sql(RUNNING), { timeout: 20_000, interval: 500 }).toBe("0");
    } finally {
      await database.drop();
    }
  });
});

const RUNNING =
  "select count(*) from pg_stat_activity where query like '%pg_sleep(60)%' and state = 'active' and pid <> pg_backend_pid()";

describe("a wrong password", () => {
  it("is refused without being shown", async () => {
    const folder = await scratch();
    if (!engines.includes("mysql")) return;
    const database = (await freshDatabase("mysql")) as Database;
    const user = database.url.split("/").at(-1) ?? "";
    try {
      await database.sql(
        `create user ${user}@'127.0.0.1' identified by 'right one'; grant all on *.* to ${user}@'127.0.0.1'`,
      );
      await makeTable(database.url, "sales", folder);
      const url = database.url.replace("root@", `${user}:PASSWORD@`);
      const flags = ["--table", "sales", "--target", "left"];
      const wrong = await refusal(folder, ["--data", url.replace("PASSWORD", "wr0ng%20one"), ...flags]);
      expect([wrong.code, wrong.said]).toEqual(["data/login", expect.stringMatching(/Access denied/)]);
      expect(wrong.said).not.toMatch(/wr0ng/);
      const right = await create(folder, [
        "r",
        "--dry-run",
        "--data",
        url.replace("PASSWORD", "right%20one"),
        ...flags,
      ]);
      expect(right.exit, right.all).toBe(0);
      expect(right.all).not.toMatch(/right.{1,3}one/);
    } finally {
      await database.sql(`drop user ${user}@'127.0.0.1'`);
      await database.drop();
    }
  });
});

describe("a machine without uv", () => {
  it("reads with the Python that is there, and without one says how to install uv", async () => {
    const folder = await scratch();
    const url = `sqlite:///${join(folder, "shop.db")}`;
    await makeTable(url, "sales", folder);
    const bare = join(folder, "bin");
    mkdirSync(bare);
    const python = await must("python3", ["-c", "import sys; print(sys.executable)"], { cwd: folder });
    const node = await must("node", ["-p", "process.execPath"], { cwd: folder });
    writeFileSync(join(bare, "node"), `#!/bin/sh\nexec ${node.stdout.trim()} "$@"\n`);
    chmodSync(join(bare, "node"), 0o755);
    const args = ["--data", url, "--table", "sales", "--target", "left"];
    const none = await refusal(folder, args, { PATH: bare });
    expect([none.code, none.exit]).toEqual(["missing/installer", 4]);
    expect(none.said).toMatch(/astral\.sh\/uv/);
    writeFileSync(join(bare, "python3"), `#!/bin/sh\nexec ${python.stdout.trim()} "$@"\n`);
    chmodSync(join(bare, "python3"), 0o755);
    const ran = await create(folder, ["p", "--dry-run", ...args], { PATH: bare });
    expect(ran.exit, ran.all).toBe(0);
    expect(ran.all).toContain("400 rows");
  });

  it("fetches the driver by pip into an environment that is gone afterwards", async () => {
    const folder = await scratch();
    const database = (await freshDatabase("postgresql")) as Database;
    try {
      await makeTable(database.url, "sales", folder);
      const [bin, temporary] = [join(folder, "bin"), join(folder, "tmp")];
      for (const made of [bin, temporary]) mkdirSync(made);
      // A Python that surely has no driver yet.
      await must("python3", ["-m", "venv", "plain"], { cwd: folder });
      writeFileSync(join(bin, "python3"), `#!/bin/sh\nexec '${join(folder, "plain/bin/python")}' "$@"\n`, {
        mode: 0o755,
      });
      const node = await must("node", ["-p", "process.execPath"], { cwd: folder });
      writeFileSync(join(bin, "node"), `#!/bin/sh\nexec ${node.stdout.trim()} "$@"\n`, { mode: 0o755 });
      const args = ["p", "--dry-run", "--data", database.url, "--table", "sales", "--target", "left"];
      const ran = await create(folder, args, { PATH: bin, TMPDIR: temporary });
      expect(ran.exit, ran.all).toBe(0);
      expect(ran.all).toContain("400 rows");
      expect(readdirSync(temporary)).toEqual([]);
    } finally {
      await database.drop();
    }
  });
});
