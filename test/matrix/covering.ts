import type { Group, Json, Pack } from "../../src/types.ts";
import { type Combination, titleOf } from "./combinations.ts";
import { refused } from "./oracle.ts";

/** What is varied, and its values; an option of a many-of group is varied by itself: chosen or not. */
interface Factor {
  readonly group: string;
  /** The option of a many-of group. */
  readonly member?: string;
  readonly values: readonly string[];
}

type Row = readonly number[];

/** The two groups that differ most: each pair of theirs is a row. */
export const leading: readonly string[] = ["scheduler", "database"];

/**
 * A covering array: rows in which every two choices of different groups stand together at least once.
 *
 * The first rows are every pair of the leading groups, so that these are whole products. Greedy, in a fixed order:
 * each row takes, factor by factor, the value that covers the most pairs which no row before it has. What the oracle
 * says can't be had together is in no row.
 */
export function covering(pack: Pack): Combination[] {
  const factors = factorsOf(pack);
  const impossible = (row: Row): boolean => refused(combinationOf(factors, row).choices);
  const missing = allPairs(factors);
  for (const one of missing) if (impossible(seedOf(one, factors.length))) missing.delete(one);
  const rows: Row[] = [];
  const add = (given: readonly number[]): void => {
    const row = complete(factors, given, missing, impossible);
    for (const pair of pairsOf(row)) missing.delete(pair);
    rows.push(row);
  };
  for (const seed of product(factors.slice(0, leading.length))) add(seed);
  while (missing.size > 0) add(seedOf([...missing][0] ?? "", factors.length));
  return rows.map((row) => combinationOf(factors, row));
}

function factorsOf(pack: Pack): Factor[] {
  const rank = ({ id }: Group): number => (leading.includes(id) ? leading.indexOf(id) : leading.length);
  return [...pack.groups]
    .sort((a, b) => rank(a) - rank(b))
    .flatMap(({ id: group, kind, options }): Factor[] => {
      const ids = options.map(({ id }) => id);
      return kind === "one" ? [{ group, values: ids }] : ids.map((member) => ({ group, member, values: ["", member] }));
    });
}

/** `-1` stands where nothing is chosen yet. */
function complete(
  factors: readonly Factor[],
  given: readonly number[],
  missing: ReadonlySet<string>,
  impossible: (row: Row) => boolean,
): Row {
  const row = factors.map((_, at) => given[at] ?? -1);
  for (const [at, { values }] of factors.entries()) {
    if (row[at] !== -1) continue;
    const gains = values.map((_, value) => {
      const tried = row.with(at, value);
      if (impossible(tried)) return -1;
      return tried.filter((other, where) => where !== at && other !== -1 && missing.has(pair(tried, at, where))).length;
    });
    row[at] = gains.indexOf(Math.max(...gains));
  }
  return row;
}

function pair(row: Row, a: number, b: number): string {
  const [first, second] = a < b ? [a, b] : [b, a];
  return `${first}=${row[first]},${second}=${row[second]}`;
}

function pairsOf(row: Row): string[] {
  return row.flatMap((_, a) => row.slice(a + 1).map((_value, offset) => pair(row, a, a + 1 + offset)));
}

function allPairs(factors: readonly Factor[]): Set<string> {
  const found = factors.flatMap((one, a) =>
    factors
      .slice(a + 1)
      .flatMap((other, offset) =>
        one.values.flatMap((_, first) =>
          other.values.map((_value, second) => `${a}=${first},${a + 1 + offset}=${second}`),
        ),
      ),
  );
  return new Set(found);
}

function product(factors: readonly Factor[]): number[][] {
  return factors.reduce<number[][]>(
    (rows, { values }) => rows.flatMap((row) => values.map((_, value) => [...row, value])),
    [[]],
  );
}

function seedOf(missing: string, length: number): number[] {
  const chosen = new Map(missing.split(",").map((part) => part.split("=").map(Number) as [number, number]));
  return Array.from({ length }, (_, at) => chosen.get(at) ?? -1);
}

function combinationOf(factors: readonly Factor[], row: Row): Combination {
  const choices: Record<string, Json> = {};
  for (const [at, { group, member, values }] of factors.entries()) {
    const value = values[row[at] ?? 0];
    if (value === undefined) continue; // not chosen yet
    if (member === undefined) choices[group] = value;
    else choices[group] = [...((choices[group] as string[] | undefined) ?? []), ...(value === "" ? [] : [value])];
  }
  return { choices, title: titleOf(choices) };
}
