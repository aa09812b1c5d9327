import fc from "fast-check";

/** Scalar values of Unicode: all code points but surrogates. */
const char = fc
  .integer({ min: 0, max: 0x10ffff - 0x800 })
  .map((code) => String.fromCodePoint(code < 0xd800 ? code : code + 0x800));

/** Any text at all. fast-check's own kinds build tables for two seconds at first use. */
export const anyText = (limits: { minLength?: number; maxLength?: number } = {}): fc.Arbitrary<string> =>
  fc.string({
    ...limits,
    unit: fc.oneof(
      char,
      fc.integer({ min: 0, max: 0x2ff }).map((code) => String.fromCodePoint(code)),
    ),
  });
