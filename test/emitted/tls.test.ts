/** Encrypted connections to real servers: the authority is asked for, a stranger is refused, nothing goes in the open. */
import { chmod, copyFile, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { must } from "../support/command.ts";
import { Emitted } from "../support/emitted.ts";
import { openPrompt, type Prompt } from "../support/prompt.ts";
import { scratch } from "../support/scratch.ts";
import { type OwnServer, ownServer } from "../support/servers.ts";
import { makeTable, refusal } from "./tables/tables.ts";

const PASSWORD = "s3cret-of-the-test";
const kinds = {
  postgresql: {
    account: [`CREATE ROLE app LOGIN PASSWORD '${PASSWORD}'`, "CREATE DATABASE ml OWNER app"],
    owner: "postgres",
    settings: (at: string) => ["-c", "ssl=on", "-c", `ssl_cert_file=${at}.crt`, "-c", `ssl_key_file=${at}.key`],
    open: "?sslmode=disable",
    admin: "postgres",
    source: ["GRANT SELECT ON sales TO app"],
    vouched: "?sslmode=verify-full&sslrootcert=",
  },
  mysql: {
    account: [
      `CREATE USER app@'%' IDENTIFIED BY '${PASSWORD}' REQUIRE SSL`,
      "CREATE DATABASE ml",
      "GRANT ALL ON ml.* TO app@'%'",
    ],
    owner: "mysql",
    settings: (at: string) => [`--ssl-cert=${at}.crt`, `--ssl-key=${at}.key`],
    open: "?ssl_disabled=true",
    admin: "root",
    source: [],
    vouched: "?ssl_ca=",
  },
} as const;

/** An authority, and what it says a server at 127.0.0.1 is known by. */
async function certify(folder: string, authority: string): Promise<void> {
  const openssl = (...args: string[]) => must("openssl", args, { cwd: folder });
  const key = ["-newkey", "rsa:2048", "-nodes", "-days", "2"];
  await openssl(
    "req",
    "-x509",
    ...key,
    "-keyout",
    `${authority}.key`,
    "-out",
    `${authority}.crt`,
    "-subj",
    `/CN=${authority}`,
  );
  await openssl("req", ...key.slice(0, 3), "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=127.0.0.1");
  await writeFile(join(folder, "names"), "subjectAltName=IP:127.0.0.1\n");
  const signed = ["-CA", `${authority}.crt`, "-CAkey", `${authority}.key`, "-CAcreateserial", "-extfile", "names"];
  await openssl("x509", "-req", "-in", "server.csr", ...signed, "-out", "server.crt", "-days", "2");
}

describe.each(Object.keys(kinds) as (keyof typeof kinds)[])("a project on a %s server that wants TLS", (engine) => {
  const kind = kinds[engine];
  let [server, project, prompt] = [] as unknown as [OwnServer, Emitted, Prompt];
  const url = (more = "") => `${engine}://app:${PASSWORD}@127.0.0.1:${server.port}/ml${more}`;
  const ours = { DATABASE_CA_FILE: "conf/ours.crt" };

  beforeAll(async () => {
    server = await ownServer(engine);
    for (const statement of kind.account) await server.sql(statement);
    await server.stop();
    const made = join(await scratch(), "made");
    await mkdir(made);
    await certify(made, "strangers");
    await certify(made, "ours");
    for (const name of ["server.crt", "server.key"]) {
      await copyFile(join(made, name), join(server.folder, name));
      await chmod(join(server.folder, name), 0o600);
      if (process.getuid?.() === 0) await must("chown", [kind.owner, join(server.folder, name)], { cwd: "/" });
    }
    if (engine === "postgresql") {
      const rules = ["host all postgres 127.0.0.1/32 trust", "hostssl all app 127.0.0.1/32 scram-sha-256"];
      await writeFile(join(server.folder, "pg_hba.conf"), `${rules.join("\n")}\n`);
    }
    await server.start(kind.settings(join(server.folder, "server")));
    const variables = { DATABASE_URL: url(), DATABASE_RETRY: "1" };
    project = await Emitted.create(await scratch(), "rain", ["--database", engine, "--no-git"], variables);
    for (const name of ["ours.crt", "strangers.crt"]) await copyFile(join(made, name), join(project.dir, "conf", name));
    await project.install();
    prompt = await openPrompt(project);
  });
  afterAll(async () => {
    await prompt.close();
    await server.stop();
    await rm(server.folder, { recursive: true, force: true });
  });

  it("trains, scores and reads what it wrote, with the authority in DATABASE_CA_FILE", async () => {
    for (const pipeline of ["training", "scoring", "monitoring"]) {
      const { exit, all } = await prompt.run(["run", pipeline, "--force"], ours);
      expect(exit, all).toBe(0);
    }
    expect(Number(await server.sql("SELECT count(*) FROM prediction", "ml"))).toBeGreaterThan(0);
    expect(await server.sql("SELECT count(*) FROM run WHERE status <> 'succeeded'", "ml")).toMatch(/^0\b/);
  });

  it("refuses a server that another authority vouches for, and says why", async () => {
    const { exit, all } = await prompt.run(["run", "scoring", "--force"], { DATABASE_CA_FILE: "conf/strangers.crt" });
    expect(exit, all).toBe(4);
    expect(all).toMatch(/certificate verify failed|self-signed certificate/i);
    expect(all).not.toContain(PASSWORD);
    expect(all).not.toContain("Traceback");
  });

  it("is refused by the server where the address turns encryption off", async () => {
    const { exit, all } = await prompt.run(["run", "scoring", "--force"], { DATABASE_URL: url(kind.open) });
    expect(exit, all).toBe(4);
    expect(all).toMatch(/no encryption|SSL off|Access denied/i);
    expect(all).not.toContain(PASSWORD);
  });

  it("has a table that a project elsewhere reads: encrypted, of nobody else, with the right password, or told why not", async () => {
    const folder = await scratch();
    await makeTable(`${engine}://${kind.admin}@127.0.0.1:${server.port}/ml`, "sales", folder, 300);
    for (const statement of kind.source) await server.sql(statement, "ml");
    const by = (authority: string) => url(`${kind.vouched}${join(project.dir, "conf", authority)}`);
    const wrong: [string, RegExp][] = [
      [by("strangers.crt"), /certificate verify failed|self-signed certificate/i],
      [url(kind.open), /no encryption|SSL off|Access denied/i],
      [by("ours.crt").replace(PASSWORD, "wr0ng-0ne"), /password authentication failed|Access denied/],
    ];
    const flags = ["--table", "sales", "--target", "left", "--time", "seen at"];
    const secrets = new RegExp(`${PASSWORD}|wr0ng`);
    for (const [address, why] of wrong) {
      const { code, said } = await refusal(folder, ["--data", address, ...flags]);
      expect([code, said]).toEqual(["data/login", expect.stringMatching(why)]);
      expect(said).not.toMatch(secrets);
    }
    const more = ["--data", by("ours.crt"), "--database", "sqlite", "--no-git"];
    const shop = await Emitted.create(folder, "shop", [...flags, ...more]);
    await shop.install();
    const buyer = await openPrompt(shop);
    const raw = join(shop.dir, "data/01_raw/sales");
    try {
      const day = (at: number) => ["run", "training", "--force", "--as-of", `2024-03-${at}`];
      const first = await buyer.run(day(24));
      expect(first.exit, first.all).toBe(0);
      expect(await pulled(raw)).toHaveLength(1);
      await server.sql("UPDATE sales SET amount = amount + 1 WHERE id > 295", "ml");
      for (const [address, why] of wrong) {
        const { exit, all } = await buyer.run(day(25), { SOURCE_SALES_URL: address });
        expect(exit, all).toBe(4);
        expect(all).toMatch(why);
        expect(all).toMatch(/sales can't be read from table \S+: .*Is SOURCE_SALES_URL right/);
        expect(all).not.toMatch(secrets);
        expect(all).not.toContain("Traceback");
      }
      expect(await pulled(raw)).toHaveLength(1);
      const last = await buyer.run(day(25));
      expect(last.exit, last.all).toBe(0);
      expect(await pulled(raw)).toHaveLength(2);
      const told = await shop.sql("select message from alert union all select error from run where error is not null");
      expect(told.length).toBeGreaterThan(0);
      expect(JSON.stringify(told)).not.toMatch(secrets);
    } finally {
      await buyer.close();
    }
  });
});

const pulled = async (raw: string) => (await readdir(raw)).filter((name) => name.endsWith(".parquet"));
