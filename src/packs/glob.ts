/** Globs of packs and waivers. Matched in time that grows with path and glob alone: as a regular expression, `**a**a**a` takes years. Pure. */

export interface Glob {
  test(path: string): boolean;
}

/** A glob of paths with forward slashes: `*` and `?` within a name, `**` over folders; `a/**` is all that lies in a. */
export function globbed(glob: string): Glob {
  const wanted = glob
    .split("/")
    .flatMap((part, at, all) => (part === "**" && at === all.length - 1 ? ["**", "*"] : [part]));
  return { test: (path) => matches(wanted, path.split("/"), named, (part) => part === "**") };
}

const named = (part: string, name: string): boolean =>
  matches(
    [...part.replace(/\*+/g, "*")],
    [...name],
    (one, letter) => one === "?" || one === letter,
    (one) => one === "*",
  );

/** Whether things fit what is wanted one by one, where some of it stands for any number of them. Only the last such has to be tried again. */
function matches(
  wanted: readonly string[],
  things: readonly string[],
  fits: (want: string, thing: string) => boolean,
  isMany: (want: string) => boolean,
): boolean {
  let [at, thing] = [0, 0];
  let again: readonly [at: number, thing: number] | undefined;
  while (thing < things.length) {
    const want = wanted[at];
    if (want !== undefined && isMany(want)) {
      again = [at, thing];
      at += 1;
    } else if (want !== undefined && fits(want, things[thing] ?? "")) {
      at += 1;
      thing += 1;
    } else if (again !== undefined) {
      again = [again[0], again[1] + 1];
      [at, thing] = [again[0] + 1, again[1]];
    } else return false;
  }
  return wanted.slice(at).every(isMany);
}
