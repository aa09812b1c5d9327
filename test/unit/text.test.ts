import { describe, expect, it } from "vitest";
import { nearest } from "../../src/nearest.ts";
import { cut, elapsed, pad, safe, shellWord, size, width, wrap } from "../../src/text.ts";

describe("text", () => {
  it("makes visible what would steer a terminal", () => {
    expect(safe("a\u001b[31mb\u202ec\u0007\u009bd\ne\tf")).toBe("a\\u{1b}[31mb\\u{202e}c\\u{7}\\u{9b}d\ne\tf");
    expect(safe("Ägypten 日本 עברית")).toBe("Ägypten 日本 עברית");
  });

  it("measures columns, not characters", () => {
    expect([width("abc"), width("日本"), width("e\u0301"), width("🙂")]).toEqual([3, 4, 1, 2]);
    expect(cut("日本語", 5)).toBe("日本…");
    expect(pad("日", 4) + pad("7", 3, "left")).toBe("日    7");
  });

  it("wraps at spaces and leaves long words whole", () => {
    expect(wrap("one two three", 7, "  ")).toBe("one two\n  three");
    expect(wrap("see /a/very/long/path now", 8)).toBe("see\n/a/very/long/path\nnow");
    expect(wrap("  a b\nc", 80)).toBe("  a b\nc");
  });

  it("says sizes and times as people do", () => {
    expect([0, 999, 1000, 9_940, 9_960, 999_499, 999_501, 2_500_000].map(size)).toEqual([
      "0 B",
      "999 B",
      "1.0 kB",
      "9.9 kB",
      "10 kB",
      "999 kB",
      "1.0 MB",
      "2.5 MB",
    ]);
    expect([400, 59_000, 80_000].map(elapsed)).toEqual(["0 s", "59 s", "1 min 20 s"]);
  });

  it("quotes words for a shell", () => {
    expect(["a-b/c.csv", "it's", "", "$x", "a b"].map(shellWord)).toEqual([
      "a-b/c.csv",
      "'it'\\''s'",
      "''",
      "'$x'",
      "'a b'",
    ]);
  });

  it("finds what was meant", () => {
    const known = ["scheduler", "database", "data", "docs"];
    expect(["schedular", "datbase", "dtaa", "doc", "sched"].map((word) => nearest(word, known))).toEqual([
      "scheduler",
      "database",
      "data",
      "docs",
      "scheduler",
    ]);
    expect(nearest("zebra", known)).toBeUndefined();
  });
});
