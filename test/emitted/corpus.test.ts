/** The profiler and the emitted reader must see the same rows, types and missing values, whatever way a file is written. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answersFromProfile } from "../../src/inspect/answers.ts";
import { type Profile, profileFile } from "../../src/inspect/profile.ts";
import { variants } from "./corpus/files.ts";

const ROOT = join(import.meta.dirname, "../..");
const VENV = join(ROOT, ".cache/corpus-python");
const PACKAGE = "corpus_project";
const PACKAGES = ["pandas>=3,<4", "pyarrow>=22,<28", "pydantic>=2.12,<3", "pyyaml>=6,<7"];
const PARQUET = ["snappy", "gzip", "brotli", "zstd", "none"].map((packing) => `parquet-${packing}`);
const all = variants();

interface Seen {
  readonly rows: number;
  readonly bad: number;
  readonly numbered: boolean;
  readonly columns: Readonly<
    Record<string, { missing: number; distinct: number; min?: number | string; max?: number | string }>
  >;
}

const folder = mkdtempSync(join(tmpdir(), "corpus-"));
const profiles = new Map<string, Profile>();
let read: Record<string, Seen> = {};

/** A Python with what the emitted reader imports; made once. */
function python(): string {
  const inside = process.platform === "win32" ? "Scripts/python.exe" : "bin/python";
  const program = join(VENV, inside);
  const complete = join(VENV, "complete");
  if (!existsSync(complete) || readFileSync(complete, "utf8") !== PACKAGES.join("\n")) {
    execFileSync("uv", ["venv", "--quiet", "--clear", "--python", ">=3.11", VENV]);
    execFileSync("uv", ["pip", "install", "--quiet", "--python", program, ...PACKAGES]);
    writeFileSync(complete, PACKAGES.join("\n"));
  }
  return program;
}

beforeAll(async () => {
  const program = python();
  execFileSync(program, [join(ROOT, "test/emitted/corpus/write_parquet.py"), folder]);
  const source = join(ROOT, "templates/project/src/sample_project");
  const data = join(folder, PACKAGE, "data");
  mkdirSync(data, { recursive: true });
  for (const file of ["__init__.py", "data/__init__.py", "data/schema.py", "data/read.py"])
    cpSync(join(source, file), join(folder, PACKAGE, file));
  const files: Record<string, string> = Object.fromEntries(PARQUET.map((name) => [name, `${name}.parquet`]));
  for (const { name, file, bytes } of all) {
    writeFileSync(join(folder, file), bytes);
    files[name] = file;
  }
  for (const [name, file] of Object.entries(files)) {
    const target =
      name.startsWith("parquet") || "bought" in (all.find((variant) => variant.name === name)?.expect.types ?? {})
        ? "bought"
        : "y";
    const profile = await profileFile(join(folder, file), { target });
    profiles.set(name, profile);
    mkdirSync(join(data, name));
    // JSON is YAML, and this test is not about the printer.
    writeFileSync(
      join(data, name, "schema.yaml"),
      JSON.stringify({ dataset: name, ...withoutNulls(answersFromProfile(profile).schema) }),
    );
  }
  writeFileSync(join(folder, "files.json"), JSON.stringify(files));
  read = JSON.parse(
    execFileSync(program, [join(ROOT, "test/emitted/corpus/read_all.py"), PACKAGE, folder], {
      encoding: "utf8",
      maxBuffer: 1e8,
    }),
  ) as Record<string, Seen>;
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function withoutNulls(value: unknown): object {
  return Object.fromEntries(Object.entries(value as object).filter(([, inner]) => inner !== null));
}

function moment(value: number | string | undefined): number | undefined {
  return typeof value === "string" ? Date.parse(value) : value;
}

describe.each([...all.map(({ name }) => name), ...PARQUET])("%s", (name) => {
  it("is the same table for the profiler and for the emitted reader", () => {
    const profile = profiles.get(name) as Profile;
    const seen = read[name] as Seen;
    expect(seen.numbered).toBe(true);
    expect({ rows: seen.rows, bad: seen.bad }).toEqual({ rows: profile.rows - profile.ragged, bad: profile.ragged });
    for (const column of profile.columns.filter(({ role }) => role !== "dropped")) {
      const other = seen.columns[column.name];
      expect({ column: column.name, missing: other?.missing, distinct: other?.distinct }).toEqual({
        column: column.name,
        missing: column.missing,
        distinct: column.distinct,
      });
      expect(column.bad).toBe(0);
      expect([moment(other?.min), moment(other?.max)]).toEqual([moment(column.min), moment(column.max)]);
    }
  });
});

describe.each(all)("$name", ({ name, expect: wanted }) => {
  it("is seen as what was written", () => {
    const profile = profiles.get(name) as Profile;
    const types = Object.fromEntries(profile.columns.map((column) => [column.name, column.type]));
    expect(types).toMatchObject(wanted.types);
    expect({ rows: profile.rows, ragged: profile.ragged }).toEqual({ rows: wanted.rows, ragged: wanted.ragged ?? 0 });
    const missing = Object.fromEntries(profile.columns.map((column) => [column.name, column.missing]));
    expect(missing).toMatchObject(wanted.missing ?? {});
  });
});

describe("Parquet", () => {
  it("types every column by what it holds", () => {
    const types = Object.fromEntries(
      (profiles.get("parquet-snappy") as Profile).columns.map((column) => [column.name, column.type]),
    );
    expect(types).toEqual({
      code: "text",
      day: "datetime",
      size: "number",
      visits: "integer",
      large: "integer",
      club: "boolean",
      town: "category",
      price: "number",
      written: "number",
      date: "datetime",
      bought: "category",
    });
  });
});
