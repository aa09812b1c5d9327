import { expect, test } from "vitest";
import { lockOf, printLock, readLock, sealed, verifyPacks } from "../../../src/packs/lock.ts";
import { inRange } from "../../../src/packs/range.ts";
import { smallPack } from "../small-pack.ts";

const tree = `sha256:${"0".repeat(64)}`;
const answers = Buffer.from("name: rain\n");
const locked = () => sealed(lockOf([smallPack()], "0.1.0", tree), answers);

test("a lock comes back as it was printed", () => {
  const lock = locked();
  expect(readLock(printLock(lock), "lock.json")).toEqual(lock);
});

test("the seal tells every edit of the lock and of the answers", () => {
  const lock = locked();
  expect(sealed(lock, answers)).toEqual(lock);
  expect(sealed(lock, Buffer.from("name: rain \n")).seal).not.toBe(lock.seal);
  for (const edit of [{ generator: "0.2.0" }, { tree: tree.replace("0", "1") }, { packs: [] }])
    expect(sealed({ ...lock, ...edit }, answers).seal).not.toBe(lock.seal);
});

test.each([
  "",
  "[]",
  "null",
  "{}",
  '{"format":2}',
  '{"format":1,"generator":"0.1.0","packs":[{"name":"a"}],"tree":"x"}',
])("%j is no lock, and the refusal says how to get one back", (text) => {
  expect(() => readLock(text, "lock.json")).toThrow(
    expect.objectContaining({ code: "pack/lock", fix: expect.stringContaining("git checkout") }),
  );
});

test("a pack whose content changed, or that is missing, is refused", () => {
  const lock = locked();
  expect(() => verifyPacks([smallPack()], lock, "lock.json")).not.toThrow();
  expect(() => verifyPacks([smallPack({ "project/x.txt": "x" })], lock, "lock.json")).toThrow(/other content/);
  expect(() => verifyPacks([], lock, "lock.json")).toThrow(/is not there/);
});

test.each([
  ["0.1.0", ">=0.1 <1", true],
  ["1.0.0", ">=0.1 <1", false],
  ["0.0.9", ">=0.1 <1", false],
  ["1.4.2", "1", true],
  ["1.4.2", "=1.3", false],
  ["1.4.2", ">1.4.1 <=1.4.2", true],
])("%s in %j: %s", (version, range, expected) => {
  expect(inRange(version, range)).toBe(expected);
});
