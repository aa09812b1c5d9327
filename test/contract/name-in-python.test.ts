import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, it } from "vitest";
import { templates } from "../support/places.ts";

const token = "sample_project";
/** The longest name that is let through; with it a line must still fit, or the formatter would break it elsewhere. */
const longest = 40;
const lineLength = 100;

/** Lies in the repositories of others only, whose formatters are not ours. */
const mounted = join("parts", "mounted");

/** Every Python file of the pack, with the lines that hold the package's name. */
const files = readdirSync(templates, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".py") && !path.includes(".venv") && !path.startsWith(mounted))
  .map((path) => ({
    path: relative(templates, join(templates, path)),
    lines: readFileSync(join(templates, path), "utf8")
      .split("\n")
      .filter((line) => line.includes(token)),
  }));

it("package code imports relatively: the name stands in none of it", () => {
  const named = files.filter(({ path, lines }) => path.includes(`src/${token}/`) && lines.length > 0);
  expect(named.map(({ path }) => path)).toEqual([]);
});

it("the name stands in Python only where tests import, once a line, with room for the longest name", () => {
  const lines = files.flatMap(({ path, lines }) => lines.map((line) => ({ path, line })));
  expect(lines.length).toBeGreaterThan(10);
  for (const { path, line } of lines) {
    expect(path).toMatch(/(?:^|\/)tests\//);
    expect(line, path).toMatch(/^ *from sample_project(?:\.\w+)* import \w+(?:, \w+)*(?: as \w+)?$/);
    expect(line.length + longest - token.length, `${path}: ${line}`).toBeLessThanOrEqual(lineLength);
  }
});
