/** What type a column is, from what the pass learnt: the rules, apart from roles. */
import type { Column } from "./column.ts";
import { PLAIN, parseNumber } from "./numbers.ts";
import type { ColumnType } from "./types.ts";

/** A column is of a type when at most this share of its values is not: those rows go to quarantine. */
const STRAY = 0.005;
/** More categories than this are too many to learn from. */
export const MOST_CATEGORIES = 100;
/** Up to here a category may be rare; beyond, each has to come back three times on average. */
const FEW_CATEGORIES = 10;

/** Long phrases are categories up to here. */
const FEW_PHRASES = 5;

export interface Kind {
  readonly type: ColumnType;
  readonly bad: number;
  readonly min?: number | string;
  readonly max?: number | string;
  readonly format?: string;
  /** A date column that can be read day first or month first. */
  readonly ambiguous?: boolean;
  readonly categories?: readonly string[];
  /** Text: too long or too spread to be a category, or different in (nearly) every row. */
  readonly text?: "free" | "many" | "unique";
}

/** Finds the type. `preferDayFirst` settles dates that can be read both ways. */
export function kindOf(column: Column, preferDayFirst: boolean): Kind {
  const { present } = column;
  const enough = present * (1 - STRAY);
  if (present === 0) return { type: "category", bad: 0, categories: [] };
  if (column.truths === present) return { type: "boolean", bad: 0 };
  const codes = column.zeroLed > 0 && column.zeroLed >= (present - column.numbers) / 2;
  if (column.numbers >= enough && !codes) {
    const whole = column.integers === column.numbers;
    return { type: whole ? "integer" : "number", bad: present - column.numbers, min: column.min, max: column.max };
  }
  const dates = column.dates.settle(preferDayFirst);
  if (dates !== undefined && dates.valid >= enough) {
    const [min, max] = [iso(dates.min), iso(dates.max)];
    return { type: "datetime", bad: present - dates.valid, min, max, format: dates.format, ambiguous: dates.ambiguous };
  }
  return wordsOf(column);
}

function wordsOf(column: Column): Kind {
  const { counts, size } = column.distinct;
  const { present, words } = column;
  const lengthy = words > 0 && column.characters / words > 60;
  // Four words a cell, and not always the same few: sentences, which may say anything about anybody.
  const free = size > FEW_PHRASES && (lengthy || column.spaces / Math.max(1, words) >= 3);
  const often = size <= FEW_CATEGORIES ? size * 2 <= present : size * 3 <= present;
  if (counts !== undefined && !free && size <= MOST_CATEGORIES && often)
    return { type: "category", bad: 0, categories: sorted(counts.keys()) };
  return { type: "text", bad: 0, text: free ? "free" : size >= present * 0.98 ? "unique" : "many" };
}

/** By number when all are numbers, else by character: the same on every machine. */
export function sorted(words: Iterable<string>): string[] {
  const list = [...words];
  const value = (word: string): number => parseNumber(word, 0, word.length, PLAIN);
  if (list.every((word) => !Number.isNaN(value(word)))) return list.sort((a, b) => value(a) - value(b));
  return list.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** A date without its time when it has none. */
export function iso(value: number): string {
  const text = new Date(value).toISOString();
  return text.endsWith("T00:00:00.000Z") ? text.slice(0, 10) : text.replace(".000Z", "Z");
}
