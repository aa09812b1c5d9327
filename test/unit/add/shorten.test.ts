import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isShortened, restore, shorten } from "../../../src/add/shorten.ts";

const bytes = fc.uint8Array({ maxLength: 40 });
/** Long runs of few kinds between short ones, so that blocks, probes and single bytes are compared. */
const long = fc
  .array(
    fc.oneof(
      bytes,
      fc.tuple(fc.nat(20_000), fc.nat(3)).map(([length, fill]) => Buffer.alloc(length, fill)),
    ),
    {
      maxLength: 6,
    },
  )
  .map((parts) => Buffer.concat(parts));

test("what was there is made of what is there, whatever both are", () => {
  fc.assert(
    fc.property(fc.oneof(fc.tuple(long, long), fc.tuple(bytes, bytes)), ([before, after]) => {
      const short = shorten(before, after);
      expect(isShortened(JSON.parse(JSON.stringify(short)))).toBe(true);
      expect(Buffer.compare(restore(short, after), before)).toBe(0);
    }),
  );
});

test("of what only grew, in however many places, next to nothing is kept", () => {
  const before = randomBytes(200_000);
  const cuts = [0, 33_333, 120_000, 199_999, 200_000];
  const grown = cuts.flatMap((cut, at) => [Buffer.from(`new ${at}`), before.subarray(cut, cuts[at + 1] ?? cut)]);
  const short = shorten(before, Buffer.concat(grown));
  expect(JSON.stringify(short).length).toBeLessThan(200);
});

test("what has nothing in common is kept, without looking for each piece of it", () => {
  const [before, after] = [randomBytes(500_000), Buffer.alloc(3_000_000, 1)];
  expect(shorten(before, after).length).toBeLessThan(100);
});

test.each([[{}], [[1]], [[[1, 2, 3]]], [[[0.5, 1]]], [[null]], ["text"]])("%j is no such thing", (value) => {
  expect(isShortened(value)).toBe(false);
});
