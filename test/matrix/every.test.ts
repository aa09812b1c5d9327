import { describe, expect, it } from "vitest";
import type { Answers } from "../../src/types.ts";
import { casesOf, check, expectPython, make, makeQuickly, pack } from "./cases.ts";
import { combinations } from "./combinations.ts";
import { covering } from "./covering.ts";

/** The whole product of all options, in memory: a test for each pair of the two groups that differ most. */
describe("every combination of all options", () => {
  const python = new Set<string>();
  // The tasks of a file and the engines of a table are no options: the covering array has each of them.
  const all = combinations(pack).flatMap((combination) => casesOf(combination).slice(0, 1));
  const pairOf = ({ scheduler, database }: Answers): string => `${scheduler} on ${database}`;

  it.each([...new Set(all.map(([, answers]) => pairOf(answers)))])("%s", (pair) => {
    for (const [, answers] of all) if (pairOf(answers) === pair) check(answers, python, makeQuickly);
  });

  it("is composed as the real tree is", () => {
    for (const [, answers] of covering(pack).flatMap(casesOf)) {
      const quick = makeQuickly(answers);
      for (const [path, { bytes }] of make(answers)) {
        if (!path.startsWith(".ml-project/"))
          expect(Buffer.from(quick.get(path)?.bytes ?? []).equals(bytes), path).toBe(true);
      }
    }
  });

  it("is more than a person could try", () => {
    expect(all.length).toBeGreaterThan(500);
    expectPython(python);
  });
});
