import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "smol-toml";
import { type Ended, execute, must } from "./command.ts";
import { bundle, cacheDir } from "./places.ts";

type Variables = Readonly<Record<string, string>>;

/** A generated project and its own commands. */
export class Emitted {
  readonly dir: string;
  /** Name of its command, e.g. `rain`. */
  readonly name: string;
  private readonly environment: string;
  /** Added to every command, e.g. `DATABASE_URL`. */
  private readonly variables: Variables;

  private constructor(dir: string, name: string, environment: string, variables: Variables) {
    this.dir = dir;
    this.name = name;
    this.environment = environment;
    this.variables = variables;
  }

  /** Creates a project from flags with the built command, without installing. */
  static async create(
    parent: string,
    name: string,
    flags: readonly string[] = [],
    variables: Variables = {},
  ): Promise<Emitted> {
    await must("node", [bundle, name, "--yes", "--no-install", ...flags], { cwd: parent });
    return Emitted.at(join(parent, name), "shared", variables);
  }

  /** A project that is already there, e.g. a clone; in an environment of its own only where that is what is tested. */
  static async at(dir: string, environment: "own" | "shared" = "shared", variables: Variables = {}): Promise<Emitted> {
    const pyproject = parse(await readFile(join(dir, "pyproject.toml"), "utf8"));
    const { name, ...rest } = pyproject.project as { name: string; dependencies: string[] };
    if (environment === "own") return new Emitted(dir, name, join(dir, ".venv"), variables);
    const needs = JSON.stringify([rest.dependencies, pyproject["dependency-groups"]]);
    // One environment for each set of dependencies and test worker: a second project of the set installs in a second.
    const key = createHash("sha256").update(needs).digest("hex").slice(0, 12);
    const shared = join(cacheDir, "venvs", `${key}-${process.env.VITEST_POOL_ID ?? "0"}`);
    return new Emitted(dir, name, shared, variables);
  }

  get environmentDir(): string {
    return this.environment;
  }

  /** Brings the shared environment to exactly this project's packages. */
  async install(): Promise<void> {
    await must("uv", ["sync", "--quiet"], this.settings());
  }

  /** One of the project's own commands, e.g. `own("run", "training")`. */
  own(...args: string[]): Promise<Ended> {
    return this.tool(this.name, ...args);
  }

  mustOwn(...args: string[]): Promise<Ended> {
    return must("uv", ["run", "--no-sync", this.name, ...args], this.settings());
  }

  /** A tool of the project's environment, e.g. `tool("pytest", "-q")`. */
  tool(...command: string[]): Promise<Ended> {
    return execute("uv", ["run", "--no-sync", ...command], this.settings());
  }

  /** Rows of a query on the project's SQLite database, asked with Python's own driver. */
  async sql(query: string): Promise<(string | number | null)[][]> {
    const script =
      "import json, pathlib, sqlite3, sys; db = next(pathlib.Path('data').glob('*.db'));" +
      "print(json.dumps(sqlite3.connect(f'file:{db}?mode=ro', uri=True).execute(sys.argv[1]).fetchall()))";
    const { stdout } = await must("python3", ["-c", script, query], { cwd: this.dir });
    return JSON.parse(stdout) as (string | number | null)[][];
  }

  async count(table: string): Promise<number> {
    const [[rows] = []] = await this.sql(`select count(*) from ${table}`);
    return Number(rows);
  }

  /** Rows of a query on the project's database, whatever its engine: asked through the project's own door to it. */
  async ask(query: string): Promise<(string | number | null)[][]> {
    const script =
      "import json, sys; from importlib import import_module;" +
      "store = import_module(sys.argv[1] + '.bootstrap').bootstrap().store;" +
      "rows = store.read(sys.argv[2]).astype(object);" +
      // What is empty is no number: NaN is none in JSON.
      "print(json.dumps(rows.where(rows.notna(), None).values.tolist(), default=str))";
    const line = ["python", "-c", script, this.name.replaceAll("-", "_"), query];
    const { stdout } = await must("uv", ["run", "--no-sync", ...line], this.settings());
    return JSON.parse(stdout) as (string | number | null)[][];
  }

  /** Where and with what its commands run. */
  settings() {
    // mypy's cache belongs to the environment: most of what it reads is that, not the project.
    const places = { UV_PROJECT_ENVIRONMENT: this.environment, MYPY_CACHE_DIR: join(this.environment, "mypy-cache") };
    return { cwd: this.dir, env: { ...places, ...this.variables }, minutes: 15 };
  }
}
