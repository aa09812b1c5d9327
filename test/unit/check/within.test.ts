import { expect, test } from "vitest";
import { judge } from "../../../src/check/judge.ts";
import { within } from "../../../src/check/within.ts";
import { smallPack } from "../small-pack.ts";

const MANIFEST = `name: evil
version: 1.0.0
generator: ">=0.1 <1"
description: Evil.
policies:
  - { id: slow, because: x, patterns: [{ in: "*.txt", pattern: "x*x*x*x*x*x*y" }] }
`;

test("a pattern of a pack that would take years is ended, with the pack's name", () => {
  const packs = [smallPack({ "pack.yaml": MANIFEST })];
  const facts = {
    paths: ["a.txt"],
    text: () => "x".repeat(1999),
    edited: new Set<string>(),
    answers: {},
    requirements: [],
    python: undefined,
    models: [],
  };
  const began = performance.now();
  expect(() => within(() => judge(packs, facts), packs, 1)).toThrow(
    expect.objectContaining({
      code: "pack/pattern",
      message: expect.stringContaining("evil take longer than 1 seconds"),
    }),
  );
  expect(performance.now() - began).toBeLessThan(10_000);
});

test("what it gives and throws goes through", () => {
  expect(within(() => [1], [])).toEqual([1]);
  const error = new Error("x");
  expect(() =>
    within(() => {
      throw error;
    }, []),
  ).toThrow(error);
});
