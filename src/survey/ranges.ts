/** Ranges of versions, as far as their bounds tell: whether two meet, and where one begins. Pure. */
import { type Manifest, requirementName } from "./manifests.ts";

type Version = readonly number[];
const versionOf = (text: string): Version =>
  text
    .split(".")
    .map(Number)
    .filter((part) => !Number.isNaN(part));
export const compare = (a: Version, b: Version): number => {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

interface Bound {
  readonly operator: string;
  readonly version: Version;
}

/** `>=2,<3`, `^2.1`, `~=1.4`, `=1.2`, `==3.9.*` as lower and upper bounds. */
export function boundsOf(range: string): Bound[] {
  return [...range.matchAll(/(===?|[<>~!]=|[<>^~=])\s*v?(\d+(?:\.\d+)*)/g)].flatMap(
    ([, operator = "", version = ""]): Bound[] => {
      const low = versionOf(version);
      const next = (keep: number): Version => [...low.slice(0, keep - 1), (low[keep - 1] ?? 0) + 1];
      if (operator === "^")
        return [
          { operator: ">=", version: low },
          { operator: "<", version: next((low[0] ?? 0) === 0 ? 2 : 1) },
        ];
      if (operator === "~=" || operator === "~")
        return [
          { operator: ">=", version: low },
          { operator: "<", version: next(Math.max(1, low.length - 1)) },
        ];
      if (operator === "=" || operator.startsWith("=="))
        return [
          { operator: ">=", version: low },
          { operator: "<", version: next(low.length) },
        ];
      return [{ operator, version: low }];
    },
  );
}

/** The lower bound of them all. */
export const lowest = (bounds: readonly Bound[]): Version =>
  bounds
    .filter(({ operator }) => operator.startsWith(">"))
    .reduce<Version>((high, { version }) => (compare(version, high) > 0 ? version : high), []);

/** Whether two ranges have a version in common, as far as their bounds tell. */
export function meet(ours: string, theirs: string): boolean {
  const both = [...boundsOf(ours), ...boundsOf(theirs)];
  const low = lowest(both);
  return both.every(({ operator, version }) =>
    operator === "<" ? compare(low, version) < 0 : operator === "<=" ? compare(low, version) <= 0 : true,
  );
}

/** Requirements of theirs that leave no version for one of ours. */
export function clashes(ours: readonly string[], manifests: readonly Manifest[]): string[] {
  const wanted = new Map(ours.map((line) => [requirementName(line), line]));
  return manifests.flatMap(({ path, requirements }) =>
    requirements.flatMap((line) => {
      const mine = wanted.get(requirementName(line));
      const spec = (requirement: string): string =>
        (/^[\w.-]+(?:\[[^\]]*\])?\s*\(?([^;)]*)/.exec(requirement)?.[1] ?? "").trim();
      return mine === undefined || meet(spec(mine), spec(line))
        ? []
        : [`${path} wants ${line.split(";")[0]?.trim()}, a module of ours ${mine}`];
    }),
  );
}
