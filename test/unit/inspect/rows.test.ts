import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Row, scanRows } from "../../../src/inspect/rows.ts";

function rowsOf(text: string, delimiter = ","): string[][] {
  const rows: string[][] = [];
  scanRows(text, delimiter, true, new Row(), (row) => {
    rows.push(row.toArray());
    return true;
  });
  return rows;
}

/** The same, the text given in pieces as a file gives it. */
function inPieces(text: string, size: number): string[][] {
  const rows: string[][] = [];
  const row = new Row();
  let rest = "";
  for (let at = 0; at <= text.length; at += size) {
    const whole = rest + text.slice(at, at + size);
    const { used } = scanRows(whole, ",", at + size > text.length, row, (found) => {
      rows.push(found.toArray());
      return true;
    });
    rest = whole.slice(used);
  }
  return rows;
}

const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ", "é"), maxLength: 6 });
const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
const quoted = (rows: readonly (readonly string[])[], end: string): string =>
  rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(",") + end).join("");

describe("scanRows", () => {
  it("gives back what was quoted, whatever it is", () => {
    fc.assert(
      fc.property(table, fc.constantFrom("\n", "\r\n", "\r"), (rows, end) => {
        expect(rowsOf(quoted(rows, end))).toEqual(rows);
      }),
    );
  });

  it("does not depend on where the text is cut", () => {
    const text = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", "b"), maxLength: 40 });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 9 }), (some, size) => {
        expect(inPieces(some, size)).toEqual(rowsOf(some));
      }),
    );
  });

  it.each([
    [
      "a,b\n\n c,d",
      [
        ["a", "b"],
        [" c", "d"],
      ],
    ],
    ['a"b,c\n', [['a"b', "c"]]],
    ['"a"b,c\n', [["ab", "c"]]],
    ["a,\n", [["a", ""]]],
    ["a,", [["a", ""]]],
    ['""\nx', [[""], ["x"]]],
  ])("follows Python's rules in %j", (text, rows) => expect(rowsOf(text)).toEqual(rows));

  it("says when a quote is never closed", () => {
    expect(scanRows('a,"b\nc,d\n', ",", true, new Row(), () => true)).toMatchObject({ unclosed: true, used: 0 });
  });
});
