import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll } from "vitest";
import { execute, must } from "./command.ts";
import { freePort } from "./port.ts";

/** A database of a test's own on a real server. */
export interface Database {
  /** What a person writes into `DATABASE_URL`. */
  readonly url: string;
  /** Sends statements as the server's own client does; rows come back as text. */
  sql(statements: string): Promise<string>;
  drop(): Promise<void>;
}

/** How one kind of server is reached, started and spoken to. */
interface Kind {
  readonly port: number;
  readonly packages: readonly string[];
  /** Who may make databases there; the system's own database; what dropping one in use needs. */
  readonly user: string;
  readonly admin: string;
  readonly dropped: string;
  /** The account that a server of ours runs as, and what is there once its packages are. */
  readonly account: string;
  readonly installed: string;
  /** The signal that stops it at once, but in order. */
  readonly stop: NodeJS.Signals;
  client(port: number, database: string): readonly string[];
  /** Commands that make a server in a folder; the last one stays up. */
  start(folder: string, port: number): readonly (readonly string[])[];
}

const newest = (folder: string): string => join(folder, readdirSync(folder).sort().at(-1) ?? "", "bin");
const as = (user: string, ...command: string[]): string[] =>
  process.getuid?.() === 0 ? ["runuser", "-u", user, "--", ...command] : command;

const kinds: Readonly<Record<string, Kind>> = {
  postgresql: {
    port: 5432,
    packages: ["postgresql"],
    user: "postgres",
    admin: "postgres",
    dropped: " WITH (FORCE)",
    account: "postgres",
    installed: "/usr/lib/postgresql",
    stop: "SIGINT",
    client: (port, database) => [
      "psql",
      "-XqtA",
      "-v",
      "ON_ERROR_STOP=1",
      "-h",
      "127.0.0.1",
      "-p",
      String(port),
      "-U",
      "postgres",
      "-d",
      database,
    ],
    start: (folder, port) => {
      const bin = newest("/usr/lib/postgresql");
      return [
        as("postgres", join(bin, "initdb"), "-D", folder, "-U", "postgres", "-A", "trust", "-E", "UTF8"),
        as("postgres", join(bin, "postgres"), "-D", folder, "-p", String(port), "-k", folder, "-h", "127.0.0.1"),
      ];
    },
  },
  mysql: {
    port: 3306,
    packages: ["mariadb-server", "mariadb-client"],
    user: "root",
    admin: "mysql",
    dropped: "",
    account: "mysql",
    installed: "/usr/sbin/mariadbd",
    stop: "SIGTERM",
    client: (port, database) => [
      "mariadb",
      "-Nn",
      "-h",
      "127.0.0.1",
      "-P",
      String(port),
      "-u",
      "root",
      "--default-character-set=utf8mb4",
      database,
    ],
    start: (folder, port) => {
      const where = `--datadir=${folder}`;
      const socket = `--socket=${join(folder, "s")}`;
      return [
        as("mysql", "mariadb-install-db", where, "--auth-root-authentication-method=normal", "--skip-test-db"),
        as(
          "mysql",
          "/usr/sbin/mariadbd",
          where,
          socket,
          `--pid-file=${join(folder, "own.pid")}`,
          `--port=${port}`,
          "--bind-address=127.0.0.1",
          "--local-infile=1",
        ),
      ];
    },
  },
};

const started = new Map<string, Promise<number>>();

/** Each stops a server of ours and removes its folder. */
const ours: (() => Promise<void>)[] = [];

/** Stops what {@link freshDatabase} had to start. A test file does it by itself; the benchmark, which is none, calls it. */
export async function stopServers(): Promise<void> {
  for (const stop of ours.splice(0)) await stop();
}
if (process.env["VITEST"] !== undefined) afterAll(stopServers);

/** A new, empty database for a database option; nothing where the engine is a file of the project. */
export async function freshDatabase(engine: string): Promise<Database | undefined> {
  const kind = kinds[engine];
  if (kind === undefined) return undefined;
  const running = started.get(engine) ?? portOf(engine, kind);
  started.set(engine, running);
  const port = await running;
  const name = `cmp_${randomBytes(6).toString("hex")}`;
  const say = async (database: string, statements: string): Promise<string> => {
    const [command = "", ...args] = kind.client(port, database);
    return (await must(command, args, { cwd: tmpdir(), input: statements })).stdout;
  };
  await say(kind.admin, `CREATE DATABASE ${name}`);
  return {
    url: `${engine}://${kind.user}@127.0.0.1:${port}/${name}`,
    sql: (statements) => say(name, statements),
    drop: async () => {
      await say(kind.admin, `DROP DATABASE IF EXISTS ${name}${kind.dropped}`);
    },
  };
}

/** The port of a server that answers: the machine's own, else one that is started from Debian's packages. */
async function portOf(engine: string, kind: Kind): Promise<number> {
  if (await answers(kind, kind.port)) return kind.port;
  const server = await ownServer(engine);
  ours.push(async () => {
    await server.stop();
    rmSync(server.folder, { recursive: true, force: true });
  });
  return server.port;
}

/** A server of a test's own, in a temporary folder: what happens to it happens to nobody else. */
export interface OwnServer {
  readonly port: number;
  readonly folder: string;
  /** Sends statements as whoever may do all there; rows come back as text. */
  sql(statements: string, database?: string): Promise<string>;
  /** A client that stays, with what it holds, until it is let go. */
  hold(statements: string, database?: string): Promise<() => Promise<void>>;
  /** Starts it (again) with settings of the engine's own, perhaps with no file longer than so many kilobytes. */
  start(settings?: readonly string[], longest?: number): Promise<void>;
  stop(): Promise<void>;
}

/** Makes and starts a server; its packages come from Debian where they are missing. */
export async function ownServer(engine: string): Promise<OwnServer> {
  const kind = kinds[engine];
  if (kind === undefined) throw new Error(`${engine} has no server`);
  if (!existsSync(kind.installed)) {
    console.log(`No ${engine} here: installing ${kind.packages.join(" ")} from Debian.`);
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    await must("apt-get", ["install", "-y", "-q", ...kind.packages], { cwd: tmpdir(), env, minutes: 10 });
  }
  const folder = mkdtempSync(join(tmpdir(), `cmp-${engine}-`));
  const port = await freePort();
  if (process.getuid?.() === 0) await must("chown", [kind.account, folder], { cwd: "/" });
  const commands = kind.start(folder, port);
  for (const [command = "", ...args] of commands.slice(0, -1)) await must(command, args, { cwd: "/", minutes: 5 });
  let ended: Promise<unknown> = Promise.resolve();
  const own: OwnServer = {
    port,
    folder,
    sql: async (statements, database = kind.admin) => {
      const [command = "", ...args] = kind.client(port, database);
      return (await must(command, args, { cwd: tmpdir(), input: statements })).stdout;
    },
    hold: async (statements, database = kind.admin) => {
      const [command = "", ...args] = kind.client(port, database);
      const client = execa(command, args, { cwd: tmpdir(), reject: false, buffer: false, stderr: "ignore" });
      client.stdin.on("error", () => undefined); // one that is refused reads nothing
      client.stdin.write(`${statements}\nSELECT 'held';\n`);
      await new Promise((resolve) => client.stdout.once("data", resolve).once("end", resolve));
      return async () => {
        client.stdin.end();
        await client;
      };
    },
    start: async (settings = [], longest) => {
      const [command = "", ...args] = [...(commands.at(-1) ?? []), ...settings];
      const limit = longest === undefined ? "" : `trap '' XFSZ; ulimit -f ${longest};`;
      const line = ["-c", `${limit} exec "$0" "$@"`, command, ...args];
      const server = execa("bash", line, { cwd: "/", stdio: "ignore", cleanup: true, reject: false });
      ended = server.catch(() => undefined);
      for (let tries = 0; tries < 200; tries += 1) {
        if (await answers(kind, port)) return;
        if (server.exitCode !== null) break;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      throw new Error(`${engine}, started in ${folder}, does not answer`);
    },
    stop: async () => {
      // As Debian's scripts stop it: PostgreSQL without waiting for its clients. Its own process, not what started it.
      const file = readdirSync(folder).find((name) => name === "postmaster.pid" || name === "own.pid") ?? "";
      process.kill(Number(readFileSync(join(folder, file), "utf8").split("\n")[0]), kind.stop);
      await ended;
    },
  };
  await own.start();
  return own;
}

async function answers(kind: Kind, port: number): Promise<boolean> {
  const [command = "", ...args] = kind.client(port, kind.admin);
  return (await execute(command, args, { cwd: tmpdir(), input: "SELECT 1", minutes: 0.2 })).exit === 0;
}
