/** Encrypted connections to real servers: the authority is asked for, a stranger is refused, nothing goes in the open. */
import { chmod, copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { must } from "../support/command.ts";
import { Emitted } from "../support/emitted.ts";
import { openPrompt, type Prompt } from "../support/prompt.ts";
import { scratch } from "../support/scratch.ts";
import { type OwnServer, ownServer } from "../support/servers.ts";

const PASSWORD = "s3cret-of-the-test";
const kinds = {
  postgresql: {
    account: [`CREATE ROLE app LOGIN PASSWORD '${PASSWORD}'`, "CREATE DATABASE ml OWNER app"],
    owner: "postgres",
    settings: (at: string) => ["-c", "ssl=on", "-c", `ssl_cert_file=${at}.crt`, "-c", `ssl_key_file=${at}.key`],
    open: "?sslmode=disable",
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
});
