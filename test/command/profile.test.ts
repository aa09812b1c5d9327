import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { DataRefused } from "../../src/errors.ts";
import { answersFromProfile } from "../../src/inspect/answers.ts";
import { columnsOf, type Profile, type ProfileOptions, profileFile } from "../../src/inspect/profile.ts";
import { profileLines } from "../../src/inspect/table.ts";

const folder = mkdtempSync(join(tmpdir(), "profile-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

function put(content: string | Uint8Array): string {
  files += 1;
  const path = join(folder, `some-${files}.csv`);
  writeFileSync(path, content);
  return path;
}

/** A table of 100 rows: header, and a row by number. */
function table(header: string, row: (index: number) => string, rows = 100): string {
  return `${header}\n${Array.from({ length: rows }, (_, index) => `${row(index)}\n`).join("")}`;
}

const profile = (content: string, options: ProfileOptions): Promise<Profile> => profileFile(put(content), options);
const column = (found: Profile, name: string) => found.columns.find((one) => one.name === name);
const codes = (found: Profile) => found.warnings.map(({ code, column: of }) => `${code} ${of ?? ""}`.trim());

describe("roles", () => {
  const orders = table("order_id,placed_at,size,note,city,late", (i) => {
    const note = `Please leave it at door number ${i % 40}`;
    return `K${i},2021-01-${String((i % 28) + 1).padStart(2, "0")},${i * 1.5},${note},${["Oslo", "Graz"][i % 2]},${i % 3 === 0 ? "yes" : "no"}`;
  });

  it("are proposed for id and time; free text is dropped and said", async () => {
    const found = await profile(orders, { target: "late" });
    expect([found.id, found.time, found.timeUnique, found.task, found.positive]).toEqual([
      "order_id",
      "placed_at",
      false,
      "binary",
      "yes",
    ]);
    expect(column(found, "note")).toMatchObject({ role: "dropped", because: "free text" });
    expect(codes(found)).toEqual(["dropped note"]);
  });

  it("follow what a person says, none included", async () => {
    const found = await profile(orders, { target: "late", id: "none", time: "none" });
    expect([found.id, found.time]).toEqual([null, null]);
    expect(column(found, "order_id")).toMatchObject({ role: "dropped", because: "id" });
    expect(column(found, "placed_at")).toMatchObject({ role: "feature", type: "datetime" });
  });

  it("keep every value of id and free text out of the answers", async () => {
    const text = JSON.stringify([
      await profile(orders, { target: "late" }),
      answersFromProfile(await profile(orders, { target: "late" })),
    ]);
    expect(text).not.toMatch(/K\d|door/);
    expect(text).toContain("Oslo");
  });
});

describe("leaks", () => {
  it("are columns that copy the target: dropped", async () => {
    const found = await profile(
      table("size,same,double,y", (i) => `${(i * 7) % 31},${i % 2 ? "A" : "B"},${(i % 2) * 2},${i % 2}`),
      { target: "y" },
    );
    expect(codes(found)).toEqual(["leak same", "leak double"]);
    expect(column(found, "same")?.role).toBe("dropped");
  });

  it("are found between numbers", async () => {
    const found = await profile(
      table("size,cents,y", (i) => `${(i * 7) % 31},${i * 350 + 20},${i * 3.5}`),
      { target: "y" },
    );
    expect(codes(found)).toEqual(["leak cents"]);
  });

  it("may be columns that settle the target without copying it: warned of, kept", async () => {
    const found = await profile(
      table("size,shop,y", (i) => `${(i * 7) % 31},S${i % 6},${i % 2}`),
      { target: "y" },
    );
    expect(codes(found)).toEqual(["leak shop"]);
    expect(column(found, "shop")?.role).toBe("feature");
  });

  it("are row numbers, whatever their name", async () => {
    const found = await profile(
      table("n,size,y", (i) => `${i + 1},${(i * 7) % 31},${i % 2}`),
      { target: "y", id: "none" },
    );
    expect(codes(found)).toEqual(["id n"]);
  });
});

describe("the task", () => {
  const of = async (cell: (index: number) => string, task?: string) =>
    (
      await profile(
        table("size,y", (i) => `${(i * 7) % 31},${cell(i)}`),
        { target: "y", task },
      )
    ).task;
  it("is inferred from the target", async () => {
    expect(await of((i) => (i % 2 ? "a" : "b"))).toBe("binary");
    expect(await of((i) => "abc"[i % 3] as string)).toBe("multiclass");
    expect(await of((i) => String(i % 4))).toBe("multiclass");
    expect(await of((i) => String(i * 3))).toBe("regression");
    expect(await of((i) => String(i / 8))).toBe("regression");
    expect(await of((i) => String(i % 4), "regression")).toBe("regression");
  });
});

describe("reading", () => {
  it("stops after so many rows when told, and says so", async () => {
    const found = await profile(
      table("size,y", (i) => `${i / 8},${i % 2}`, 500),
      { target: "y", rows: 200 },
    );
    expect([found.rows, found.partly, column(found, "size")?.exact]).toEqual([200, true, false]);
  });

  it("asks by a warning when dates can be read both ways, unless told", async () => {
    const text = table("day,size,y", (i) => `0${(i % 9) + 1}/0${(i % 7) + 1}/2021,${i / 8},${i % 2}`);
    expect((await profile(text, { target: "y" })).ambiguousDates).toEqual(["day"]);
    expect(codes(await profile(text, { target: "y" }))).toContain("ambiguous day");
    expect(column(await profile(text, { target: "y", dayFirst: true }), "day")?.format).toBe("%d/%m/%Y");
    expect(codes(await profile(text, { target: "y", dayFirst: true }))).toEqual([]);
  });

  it("keeps a type when few values stray from it, and counts them", async () => {
    const found = await profile(
      table("size,y", (i) => `${i === 300 ? "broken" : i / 8},${i % 2}`, 1000),
      { target: "y" },
    );
    expect(column(found, "size")).toMatchObject({ type: "number", bad: 1 });
    expect(codes(found)).toEqual(["bad size"]);
  });
});

describe("the table", () => {
  it.each([60, 80, 120])("fits %i columns", async (width) => {
    const long = "a_rather_long_name_of_a_column_that_goes_on";
    const found = await profile(
      table(`${long},note,y`, (i) => `${i / 8},${i},${i % 2}`),
      { target: "y" },
    );
    for (const line of profileLines(found, width)) expect([...line].length).toBeLessThanOrEqual(width);
    expect(profileLines(found, width).join("\n")).toContain("0 … 12.38");
  });
});

const good = table("size,y", (i) => `${i / 8},${i % 2}`);
const refusals: [string, string | Uint8Array, ProfileOptions, RegExp][] = [
  ["empty", "", { target: "y" }, /header line and rows/],
  ["empty", "\n\n  \n", { target: "y" }, /header line and rows/],
  ["binary", Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0]), { target: "y" }, /CSV, TSV or Parquet/],
  [
    "binary",
    Buffer.from(Array.from({ length: 999 }, (_, i) => (i * 197) % 256)),
    { target: "y" },
    /CSV, TSV or Parquet/,
  ],
  ["binary", Buffer.from("PK\u0003\u0004 a workbook"), { target: "y" }, /save the sheet as CSV/],
  ["binary", Buffer.from("PAR1 but no more of it PAR1"), { target: "y" }, /Write it again/],
  ["binary", Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]), { target: "y" }, /unpacked/],
  ["columns", "just text\nmore text\n", { target: "y" }, /separated/],
  ["header-twice", good.replace("size", "y"), { target: "y" }, /Rename/],
  ["header-empty", good.replace("size", ""), { target: "y" }, /Name it/],
  ["header-none", "1,2\n3,4\n", { target: "y" }, /first line/],
  ["header-name", good.replace("size", "_row"), { target: "y" }, /Rename/],
  ["target-open", good, {}, /--target COLUMN/],
  ["target-unknown", good.replace("size", "sizes"), { target: "size" }, /--target sizes/],
  ["target-empty", table("size,y", (i) => `${i / 8},NA`), { target: "y" }, /another --target/],
  ["one-class", table("size,y", (i) => `${i / 8},yes`), { target: "y" }, /another class/],
  ["few-rows", table("size,y", (i) => `${i / 8},${i % 2}`, 39), { target: "y" }, /at least 40/],
  ["few-rows", "size,y\n", { target: "y" }, /with rows/],
  ["task", good, { target: "y", task: "ranking" }, /leave it out/],
  ["task", table("size,y", (i) => `${i / 8},${"abc"[i % 3]}`), { target: "y", task: "binary" }, /multiclass/],
  ["task", table("size,y", (i) => `${i / 8},${"abc"[i % 3]}`), { target: "y", task: "regression" }, /another --target/],
  ["classes", table("size,y", (i) => `${i / 8},c${i % 60}`), { target: "y" }, /group its values/],
  ["time-type", good, { target: "y", time: "size" }, /--time none/],
  ["id-unknown", good, { target: "y", id: "code" }, /--id/],
  ["features", table("code,y", (i) => `C${i},${i % 2}`), { target: "y" }, /known before/],
  ["quote", `${good}"never closed,1\n${good}`, { target: "y" }, /Close it/],
];

describe("refuses", () => {
  it.each(refusals)("%s: %j", async (code, content, options, fix) => {
    const refused = await profileFile(put(content), options).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(DataRefused);
    const { code: found, exit, fix: told, what } = refused as DataRefused;
    expect({ found, exit }).toEqual({ found: `data/${code}`, exit: 3 });
    expect(told).toMatch(fix);
    expect(what).not.toMatch(/\.$/);
  });

  it("a folder, and a file that is not there", async () => {
    mkdirSync(join(folder, "inside"));
    await expect(profileFile(join(folder, "inside"), { target: "y" })).rejects.toMatchObject({
      code: "data/directory",
    });
    await expect(profileFile(join(folder, "absent.csv"), { target: "y" })).rejects.toMatchObject({
      code: "data/missing",
    });
  });

  it("to give column names of what it would refuse", async () => {
    expect(await columnsOf(put(good))).toEqual(["size", "y"]);
    await expect(columnsOf(put("a,a\n1,2\n"))).rejects.toMatchObject({ code: "data/header-twice" });
  });
});

describe("folder names made from file and target", () => {
  it.each([
    ["Umsätze 2021.csv.gz", "Ist verspätet?", "umsatze_2021", "ist_verspatet"],
    ["2021.csv", "class", "dataset_2021", "class_model"],
    ["数据.csv", "目标", "dataset", "model"],
  ])("%s, %s", async (file, target, dataset, model) => {
    const found = await profile(good.replace("y", target), { target });
    expect(answersFromProfile({ ...found, file })).toMatchObject({ dataset, model });
  });
});
