/** Data files in every way people write them; what they hold is the same each time unless a variant is about that. */
import { gzipSync } from "node:zlib";

export interface Variant {
  readonly name: string;
  readonly file: string;
  readonly bytes: Uint8Array;
  /** What the profiler must see, apart from agreeing with the reader. */
  readonly expect: {
    readonly rows: number;
    readonly types: Readonly<Record<string, string>>;
    readonly ragged?: number;
    readonly missing?: Readonly<Record<string, number>>;
  };
}

interface Style {
  readonly delimiter: string;
  readonly decimal: string;
  readonly thousands: string;
  readonly date: (day: number) => string;
  readonly missing: string;
  readonly newline: string;
  readonly quoteAll: boolean;
  readonly truth: readonly [string, string];
}

const ROWS = 60;
const PLAIN: Style = {
  delimiter: ",",
  decimal: ".",
  thousands: "",
  date: isoDay,
  missing: "",
  newline: "\n",
  quoteAll: false,
  truth: ["true", "false"],
};
const TYPES = {
  code: "text",
  day: "datetime",
  size: "number",
  visits: "integer",
  club: "boolean",
  town: "category",
  bought: "category",
};

function day(index: number): Date {
  return new Date(Date.UTC(2021, 0, 3 + index));
}

function isoDay(index: number): string {
  return day(index).toISOString().slice(0, 10);
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** Dates from parts: `parts("d/m/Y")`. */
function parts(pattern: string): (index: number) => string {
  return (index) => {
    const date = day(index);
    const words = {
      d: two(date.getUTCDate()),
      j: String(date.getUTCDate()),
      m: two(date.getUTCMonth() + 1),
      n: String(date.getUTCMonth() + 1),
      Y: String(date.getUTCFullYear()),
      y: two(date.getUTCFullYear() % 100),
      b: date.toUTCString().slice(8, 11),
    };
    return pattern.replace(/[djmnYyb]/g, (mark) => words[mark as keyof typeof words]);
  };
}

function grouped(digits: string, mark: string): string {
  return mark === "" ? digits : digits.replace(/\B(?=(\d{3})+$)/g, mark);
}

function rowsOf(style: Style): string[][] {
  const header = ["code", "day", "size", "visits", "club", "town", "bought"];
  const towns = ["Oslo", "São Paulo", 'The "Hague"', `Graz${style.delimiter} AT`, "Turin\nPiedmont"];
  const rows = Array.from({ length: ROWS }, (_, index) => {
    const value = (index * 137.25 + 1000.5).toFixed(2).split(".") as [string, string];
    const size = grouped(value[0], style.thousands) + style.decimal + value[1];
    return [
      `K-${index}x`,
      style.date(index),
      index % 10 === 3 ? style.missing : size,
      index % 12 === 5 ? style.missing : grouped(String(1000 + index * 91), style.thousands),
      style.truth[index % 3 === 0 ? 0 : 1],
      index % 15 === 7 ? style.missing : (towns[index % towns.length] as string),
      index % 4 === 0 ? "yes" : "no",
    ];
  });
  return [header, ...rows];
}

function write(rows: readonly (readonly string[])[], style: Style): string {
  const cell = (text: string): string =>
    style.quoteAll || /["\r\n]/.test(text) || text.includes(style.delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
  return rows.map((row) => row.map(cell).join(style.delimiter) + style.newline).join("");
}

const utf8 = (text: string): Uint8Array => Buffer.from(text, "utf8");

function usual(
  name: string,
  changes: Partial<Style> = {},
  encode: (text: string) => Uint8Array = utf8,
  file = `${name}.csv`,
): Variant {
  const style = { ...PLAIN, ...changes };
  return {
    name,
    file,
    bytes: encode(write(rowsOf(style), style)),
    expect: { rows: ROWS, types: TYPES, missing: { code: 0, size: 6, visits: 5, town: 4 } },
  };
}

function text(name: string, body: string, expect: Variant["expect"], encode = utf8): Variant {
  return { name, file: `${name}.csv`, bytes: encode(body), expect };
}

/** Rows `id,x,y` with a body of their own. */
function small(rows: (index: number) => string, count = ROWS): string {
  return Array.from({ length: count }, (_, index) => `${rows(index)}\n`).join("");
}

export function variants(): Variant[] {
  const wide = (text: string): Buffer => Buffer.from(text, "utf16le");
  const mark = "\ufeff";
  return [
    usual("comma"),
    usual("semicolon", { delimiter: ";" }),
    usual("tab", { delimiter: "\t" }, utf8, "tab.tsv"),
    usual("pipe", { delimiter: "|" }),
    usual("crlf", { newline: "\r\n" }),
    usual("cr", { newline: "\r" }),
    usual("quoted", { quoteAll: true }),
    usual("bom", {}, (body) => utf8(mark + body)),
    usual("utf16le", {}, (body) => wide(mark + body)),
    usual("utf16be", {}, (body) => wide(mark + body).swap16()),
    usual("utf16-unmarked", {}, wide),
    usual("latin1", {}, (body) => Buffer.from(body, "latin1")),
    usual("cp1252", { missing: "" }, (body) =>
      Buffer.concat([Buffer.from(body.replace("Oslo", "Oslo\u0080"), "latin1")]),
    ),
    usual("packed", {}, (body) => gzipSync(utf8(body)), "packed.csv.gz"),
    usual("packed-utf16", { delimiter: "\t" }, (body) => gzipSync(wide(mark + body)), "packed-utf16.tsv.gz"),
    usual("decimal-comma", { delimiter: ";", decimal: "," }),
    usual("decimal-comma-dots", { delimiter: ";", decimal: ",", thousands: "." }),
    usual("decimal-comma-spaces", { delimiter: ";", decimal: ",", thousands: " " }),
    usual("no-break-spaces", { delimiter: "\t", decimal: ",", thousands: "\u00a0" }),
    usual("thousands-comma", { thousands: "," }),
    usual("thousands-apostrophe", { delimiter: ";", thousands: "'" }),
    usual("day-first", { date: parts("d/m/Y") }),
    usual("month-first", { date: parts("m/d/Y") }),
    usual("day-dots", { date: parts("j.n.Y"), delimiter: ";", decimal: "," }),
    usual("short-year", { date: parts("m/d/y") }),
    usual("year-slashes", { date: parts("Y/m/d") }),
    usual("month-names", { date: parts("b j Y") }),
    usual("day-month-names", { date: parts("d-b-Y") }),
    usual("iso-times", { date: (index) => `${isoDay(index)}T06:30:00+02:00` }),
    usual("iso-fractions", { date: (index) => `${isoDay(index)} 06:30:15.250` }),
    usual("yes-no", { truth: ["Yes", "No"] }),
    ...["NA", "N/A", "null", "NaN", "?", "-", "None", "\\N", "#N/A", " "].map((missing, index) =>
      usual(`missing-${index}`, { missing }),
    ),
    text("spaces", `code,x,y\n${small((i) => ` c${i} ,  ${i / 4}\u00a0,\t${i % 2 ? "a" : "b"} `)}`, {
      rows: ROWS,
      types: { x: "number", y: "category" },
    }),
    text("blank-lines", `\ncode,x,y\n\n${small((i) => `c${i},${i * 2},${i % 3}${i % 7 ? "" : "\n"}`)}\n\n`, {
      rows: ROWS,
      types: { x: "integer" },
    }),
    text("ragged", `code,x,y\n${small((i) => (i === 9 ? "c,1" : i === 20 ? "c,1,2,3" : `c${i},${i / 8},${i % 2}`))}`, {
      rows: ROWS,
      types: { x: "number" },
      ragged: 2,
    }),
    text("no-last-newline", `code,x,y\n${small((i) => `c${i},${i / 8},${i % 2}`)}`.trimEnd(), {
      rows: ROWS,
      types: { x: "number" },
    }),
    text("codes", `code,zip,y\n${small((i) => `c${i},0${1000 + (i % 5)},${i % 2}`)}`, {
      rows: ROWS,
      types: { zip: "category" },
    }),
    text("exponents", `code,x,y\n${small((i) => `c${i},${i + 1}.5e-${i % 9},${i % 2}`)}`, {
      rows: ROWS,
      types: { x: "number" },
    }),
    text("long-numbers", `code,x,y\n${small((i) => `c${i},0.${i}${"1234567890".repeat(2)},${i % 2}`)}`, {
      rows: ROWS,
      types: { x: "number" },
    }),
    text("signs", `code,x,y\n${small((i) => `c${i},${i % 2 ? "+" : "-"}.5${i},${i % 2}`)}`, {
      rows: ROWS,
      types: { x: "number" },
    }),
    text("half-quotes", `code,x,y\n${small((i) => `c${i},5" ${i % 4},"b"${i % 2}`)}`, {
      rows: ROWS,
      types: { x: "category", y: "category" },
    }),
    text(
      "late-accent",
      `code,x,y\n${"c,1,0\n".repeat(120_000)}d\u00e9,2,1\n${small((i) => `c${i},${i},${i % 2}`)}`,
      { rows: 120_001 + ROWS, types: { x: "integer" } },
      (body) => Buffer.from(body, "latin1"),
    ),
  ];
}
