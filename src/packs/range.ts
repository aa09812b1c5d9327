/** True when a version is inside a range such as `>=0.1 <1`: comparators apart by blanks, all of which must hold. */
export function inRange(version: string, range: string): boolean {
  return range.split(" ").every((comparator) => {
    const [, sign = "=", bound = ""] = /^(>=|<=|>|<|=)?(.*)$/.exec(comparator) ?? [];
    const order = compare(version, bound, sign === "=" ? bound.split(".").length : 3);
    if (sign === ">=") return order >= 0;
    if (sign === "<=") return order <= 0;
    if (sign === ">") return order > 0;
    return sign === "<" ? order < 0 : order === 0;
  });
}

/** Below zero when the first version is the older one; pre-releases count as what they lead to. */
export const compareVersions = (a: string, b: string): number => compare(a, b, 3);

/** Compares the first `places` numbers of two versions; `=1` accepts every `1.x.y`. */
function compare(a: string, b: string, places: number): number {
  const numbers = (version: string): number[] => (version.split("-")[0] ?? "").split(".").map(Number);
  const [left, right] = [numbers(a), numbers(b)];
  for (let place = 0; place < places; place++) {
    const difference = (left[place] ?? 0) - (right[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
