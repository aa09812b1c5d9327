/** What one pass over a file learns about one column, whatever it will turn out to be. */
import { DateTally } from "./dates.ts";
import { Distinct } from "./distinct.ts";
import { isBlank, isMissing } from "./missing.ts";
import { type NumberStyle, parseNumber } from "./numbers.ts";

/** After so many cells, a reading that fits less than half of them is given up: most of the time goes into hopeless parses. */
const PATIENCE = 512;

/** So many words tell whether a column is prose. */
const SAMPLE = 10_000;

/** Spelled truth, by lower-case word. `0` and `1` are numbers. */
const TRUTH = new Set(["true", "false", "t", "f", "yes", "no", "y", "n"]);

export class Column {
  missing = 0;
  present = 0;
  readonly distinct = new Distinct();
  numbers = 0;
  integers = 0;
  /** Numbers such as `007`: codes, not quantities. */
  zeroLed = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  truths = 0;
  datesRead = 0;
  readonly dates = new DateTally();
  /** Of the first words: how many, their length, and the spaces in them. */
  words = 0;
  characters = 0;
  spaces = 0;
  /** The last cell's number, or NaN: what compares columns row by row reads it here. */
  last = Number.NaN;
  /** Whether the last cell had a value. */
  filled = false;
  private tryNumbers = true;
  private tryDates = true;

  constructor(
    readonly name: string,
    private readonly style: NumberStyle,
  ) {}

  /** Adds the cell `text[from, to)`. */
  add(text: string, from: number, to: number): void {
    let start = from;
    let end = to;
    while (start < end && isBlank(text.charCodeAt(start))) start += 1;
    while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
    this.last = Number.NaN;
    this.filled = false;
    if (start === end) {
      this.missing += 1;
      return;
    }
    const value = this.tryNumbers ? parseNumber(text, start, end, this.style) : Number.NaN;
    if (Number.isNaN(value)) {
      if (isMissing(text, start, end)) {
        this.missing += 1;
        return;
      }
      this.addWord(text, start, end);
    } else this.addNumber(value, text, start, end);
    this.filled = true;
    this.present += 1;
    this.distinct.add(text, start, end);
    if (this.present === PATIENCE) {
      this.tryNumbers = this.numbers * 2 >= PATIENCE;
      this.tryDates = this.datesRead * 2 >= PATIENCE;
    }
  }

  /** How many different values: of a number, `1.0` and `1` are the same one. */
  different(asNumbers: boolean): number {
    const { counts, size } = this.distinct;
    if (!asNumbers || counts === undefined) return size;
    return new Set([...counts.keys()].map((word) => parseNumber(word, 0, word.length, this.style))).size;
  }

  private addNumber(value: number, text: string, start: number, end: number): void {
    this.last = value;
    this.numbers += 1;
    if (Number.isInteger(value)) {
      this.integers += 1;
      if (
        end - start > 1 &&
        text.charCodeAt(start) === 48 &&
        text.charCodeAt(start + 1) >= 48 &&
        text.charCodeAt(start + 1) <= 57
      )
        this.zeroLed += 1;
    }
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
  }

  private addWord(text: string, start: number, end: number): void {
    if (end - start <= 5 && TRUTH.has(text.slice(start, end).toLowerCase())) this.truths += 1;
    if (this.words < SAMPLE) {
      this.words += 1;
      this.characters += end - start;
      for (let at = start; at < end; at += 1) if (text.charCodeAt(at) === 32) this.spaces += 1;
    }
    if (this.tryDates && this.dates.add(text, start, end)) this.datesRead += 1;
  }
}
