import { type Disk, realDisk } from "../../src/write/disk.ts";

/** A disk that counts, and calls `fail` at the n-th operation and, when `dead`, at each after it. */
export function failing(at: number, fail: () => never, dead: boolean): { disk: Disk; count: () => number } {
  let count = 0;
  const guard =
    <Args extends unknown[], Result>(act: (...args: Args) => Result) =>
    (...args: Args): Result => {
      count += 1;
      if (count === at || (dead && count > at)) fail();
      return act(...args);
    };
  const disk: Disk = {
    folder: guard(realDisk.folder),
    file: guard(realDisk.file),
    link: guard(realDisk.link),
    durable: guard(realDisk.durable),
    rename: guard(realDisk.rename),
    remove: guard(realDisk.remove),
    removeEmpty: guard(realDisk.removeEmpty),
  };
  return { disk, count: () => count };
}

export const full = (): never => {
  throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
};
