import { describe, expect, it } from "vitest";
import { clash, unsafePath } from "../../../src/refuse/path.ts";

describe("paths", () => {
  it.each([
    "../x",
    "a/../../x",
    "a/./b",
    "/etc/x",
    "C:\\x",
    "C:x",
    "c:/x",
    "\\\\srv\\x",
    "\\x",
    "a\\b",
    "%2e%2e/x",
    "a/%252e%252e/x",
    "a%2fb",
    "a\0b",
    "a\nb",
    "a\u202eb",
    "",
    "a//b",
    "a/",
    ".git/config",
    ".GIT/x",
    "git~1/x",
    "a/.git",
    ".git /x",
    ".git./x",
    "aux",
    "a/NUL.txt",
    "com1.tar.gz",
    "a.",
    "a ",
    "a:stream",
    "a?b",
    "x".repeat(256),
    `${"a/".repeat(150)}b`,
  ])("refuse %j", (path) => {
    expect(unsafePath(path)).toBeDefined();
  });

  it.each(["a", "a/b.c", ".github/workflows/ci.yml", ".gitignore", "日本/データ.csv", "auxiliary.py", "a b/c-d_e.f"])(
    "take %j",
    (path) => {
      expect(unsafePath(path)).toBeUndefined();
    },
  );

  it("must not be one file on systems with other rules", () => {
    expect(clash(["README.md", "readme.md"])).toEqual(["README.md", "readme.md"]);
    expect(clash(["caf\u00e9", "cafe\u0301"])).toBeDefined();
    expect(clash(["a", "a/b"])).toEqual(["a", "a/b"]);
    expect(clash(["a/b", "A"])).toEqual(["a/b", "A"]);
    expect(clash(["a/b", "a/c", "ab"])).toBeUndefined();
  });
});
