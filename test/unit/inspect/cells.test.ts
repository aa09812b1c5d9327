import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DateTally, readDate } from "../../../src/inspect/dates.ts";
import { Distinct, EXACT_LIMIT } from "../../../src/inspect/distinct.ts";
import { isMissing, MISSING } from "../../../src/inspect/missing.ts";
import { type NumberStyle, numberStyle, PLAIN, parseNumber } from "../../../src/inspect/numbers.ts";

const parse = (text: string, style: NumberStyle = PLAIN): number => parseNumber(text, 0, text.length, style);
const COMMA: NumberStyle = { decimal: ",", thousands: "." };

describe("parseNumber", () => {
  it("reads what JavaScript writes, to the last bit", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => parse(String(value)) === value),
    );
    fc.assert(
      fc.property(
        fc.integer(),
        fc.nat(9),
        (whole, decimals) => parse(`${whole}.${decimals}`) === Number(`${whole}.${decimals}`),
      ),
    );
  });

  it.each([
    ["1.234,5", COMMA, 1234.5],
    ["1234,5", COMMA, 1234.5],
    ["-12.345.678", COMMA, -12345678],
    ["1\u00a0234,5", { decimal: ",", thousands: " " } as const, 1234.5],
    ["1'234.5", { decimal: ".", thousands: "'" } as const, 1234.5],
    ["+.5", PLAIN, 0.5],
    ["5.", PLAIN, 5],
    ["1e-3", PLAIN, 0.001],
  ])("reads %s", (text, style, value) => expect(parse(text, style)).toBe(value));

  it.each([
    ["1.23.4", PLAIN],
    ["1,5", PLAIN],
    ["12.34,5", COMMA],
    ["1.2345", COMMA],
    ["", PLAIN],
    ["-", PLAIN],
    ["1e", PLAIN],
    ["inf", PLAIN],
    ["0x1f", PLAIN],
    ["٣", PLAIN],
  ] as const)("does not take %s for a number", (text, style) => expect(parse(text, style)).toBeNaN());
});

describe("numberStyle", () => {
  it.each([
    [["1,5", "2,25"], ";", ",", "", false],
    [["1.5", "1,234.5"], ",", ".", ",", false],
    [["1.234,5", "12"], ";", ",", ".", false],
    [["1.234.567"], ";", ",", ".", false],
    [["1,234,567"], ",", ".", ",", false],
    [["1,234"], ",", ".", ",", true],
    [["1,234"], ";", ",", "", true],
    [["1.234", "5.678"], ",", ".", "", false],
    [["0,123"], ",", ",", "", false],
    [["1 234,5"], ";", ",", " ", false],
  ])("of %j with %s is decimal %s, thousands %j, ambiguous: %s", (cells, delimiter, decimal, thousands, ambiguous) => {
    expect(numberStyle(cells, delimiter)).toEqual({ decimal, thousands, ambiguous });
  });
});

function tally(cells: readonly string[], dayFirst = false): ReturnType<DateTally["settle"]> {
  const dates = new DateTally();
  for (const cell of cells) dates.add(cell, 0, cell.length);
  return dates.settle(dayFirst);
}

describe("dates", () => {
  it("reads every day the fast and the slow way alike", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1600-01-01"), max: new Date("2300-01-01"), noInvalidDate: true }),
        (date) => {
          const text = date.toISOString().slice(0, 19);
          const found = tally([text]);
          return (
            found?.min === Date.parse(`${text}Z`) &&
            readDate(text)?.dayFirst === found.min &&
            found.format === "ISO8601"
          );
        },
      ),
    );
  });

  it("finds the order of day and month in the dates themselves", () => {
    expect(tally(["03/04/2021", "25/04/2021"])).toMatchObject({ format: "%d/%m/%Y", ambiguous: false, valid: 2 });
    expect(tally(["03/04/2021", "04/25/2021"], true)).toMatchObject({ format: "%m/%d/%Y", ambiguous: false, valid: 2 });
  });

  it("flags dates that can be read both ways, and reads them as preferred", () => {
    expect(tally(["03/04/2021"], true)).toMatchObject({
      format: "%d/%m/%Y",
      ambiguous: true,
      min: Date.UTC(2021, 3, 3),
    });
    expect(tally(["03/04/2021"], false)).toMatchObject({
      format: "%m/%d/%Y",
      ambiguous: true,
      min: Date.UTC(2021, 2, 4),
    });
  });

  it("counts dates that do not fit the rest as invalid", () => {
    expect(tally(["25/04/2021", "26/04/2021", "04/27/2021"])).toMatchObject({ valid: 2 });
    expect(tally(["2021-02-30"])).toBeUndefined();
  });
});

describe("missing values", () => {
  it("are the spellings of the list, and nothing else", () => {
    for (const word of MISSING) expect(isMissing(word, 0, word.length)).toBe(true);
    for (const word of ["0", "no", "N", "Nano", "nanny", "NAN-1", "--1"])
      expect(isMissing(word, 0, word.length)).toBe(false);
  });
});

describe("Distinct", () => {
  it("is exact with counts up to the limit", () => {
    const distinct = new Distinct();
    for (let index = 0; index < 3 * EXACT_LIMIT; index += 1) distinct.add(`v${index % EXACT_LIMIT}`, 0, 10);
    expect([distinct.exact, distinct.size, distinct.counts?.get("v7")]).toEqual([true, EXACT_LIMIT, 3]);
  });

  it.each([20_000, 100_000])("is within 3 %% for %i values", (many) => {
    const distinct = new Distinct();
    for (let index = 0; index < many; index += 1) {
      const word = `id-${index * 7}`;
      distinct.add(word, 0, word.length);
    }
    expect(distinct.exact).toBe(false);
    expect(Math.abs(distinct.size / many - 1)).toBeLessThan(0.03);
  });
});
