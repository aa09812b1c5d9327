import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { nodeOf } from "../../../src/shared/doc.ts";
import { printYaml } from "../../../src/shared/yaml.ts";
import { readPrinted } from "../../../src/shared/yaml-printed.ts";
import type { Json } from "../../../src/types.ts";
import { anyText } from "../any-text.ts";

const text = fc.oneof(
  anyText(),
  fc.constantFrom("yes", "1", "- a", "a: b", "|-", "{}", "a\nb", "# a", '"', "-5", "a b"),
);
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    text,
    fc.double({ noNaN: true }).map((one) => (Object.is(one, -0) ? 0 : one)),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(
      text.filter((key) => key !== "__proto__"),
      tie("value"),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
}));

test("whatever was printed is read as it was, and as a parser of YAML reads it", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), value, { minKeys: 1, noNullPrototype: true }),
      (table) => {
        const printed = printYaml(nodeOf(table));
        expect(readPrinted(printed)).toEqual(table);
        expect(parse(printed)).toEqual(table);
      },
    ),
    { numRuns: 500 },
  );
});

test.each([
  ["a list in brackets", "a: [1, 2]\n"],
  ["an alias", "a: *b\n"],
  ["a comment behind a value", "a: b # c\n"],
  ["single quotes", "a: 'b'\n"],
  ["another indent", "a:\n    b: 1\n"],
  ["a tag", "a: !!str b\n"],
  ["a folded text", "a: >\n  b\n"],
  ["a number of another base", "a: 0x10\n"],
  ["a key that reaches into objects", "__proto__: 1\n"],
  ["nothing", ""],
])("%s is left to a parser", (_what, printed) => {
  expect(readPrinted(printed)).toBeUndefined();
});
