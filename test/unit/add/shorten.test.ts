import fc from "fast-check";
import { expect, test } from "vitest";
import { restore, shorten } from "../../../src/add/shorten.ts";

const bytes = fc.uint8Array({ maxLength: 40 });
/** Long ones that share their ends, so that blocks and single bytes are compared. */
const pair = fc.tuple(fc.nat(40_000), bytes, bytes, bytes, fc.nat(40_000), bytes).map(([first, a, b, c, last, d]) => {
  const head = Buffer.alloc(first, 7);
  const tail = Buffer.alloc(last, 9);
  return [Buffer.concat([head, a, b, tail]), Buffer.concat([head, c, tail, d.subarray(0, d.length % 3)])] as const;
});

test("what was there is made of what is there, whatever both are", () => {
  fc.assert(
    fc.property(fc.oneof(pair, fc.tuple(bytes, bytes)), ([before, after]) => {
      const short = shorten(before, after);
      expect(Buffer.compare(restore(short, after), before)).toBe(0);
      expect(short.head + short.tail).toBeLessThanOrEqual(Math.min(before.length, after.length));
    }),
  );
});

test("of what only grew, nothing is kept", () => {
  const before = Buffer.alloc(100_000, "ab");
  const after = Buffer.concat([before.subarray(0, 33_333), Buffer.from("new"), before.subarray(33_333)]);
  expect(shorten(before, after).before.length).toBeLessThan(8);
});
