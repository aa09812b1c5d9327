/** Dates as people write them, read by hand: `Date.parse` guesses, and a guess in a schema is an error in every later run. */

const ISO = /^(\d{4})-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?)?$/;
const YEAR_FIRST = /^(\d{4})([/.])(\d{1,2})\2(\d{1,2})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;
const YEAR_LAST = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;
const NAMED = /^(?:([A-Za-z]{3}) (\d{1,2})(,?) (\d{4})|(\d{1,2})([ -])([A-Za-z]{3})\6(\d{4}))$/;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** One date as read; for day/month/year shapes both readings, either of which may be NaN. */
export interface DateRead {
  /** A `strptime` format with `%D`/`%M` where day or month stands, or `ISO8601`. */
  readonly shape: string;
  readonly monthFirst: number;
  readonly dayFirst: number;
}

function instant(year: number, month: number, day: number, hour = 0, minute = 0, second = 0, milli = 0): number {
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59) return Number.NaN;
  const value = Date.UTC(year, month - 1, day, hour, minute, second, milli);
  return new Date(value).getUTCDate() === day ? value : Number.NaN;
}

const number = (text: string | undefined): number => (text === undefined ? 0 : Number(text));

function timeShape(minute: string | undefined, second: string | undefined): string {
  return minute === undefined ? "" : second === undefined ? " %H:%M" : " %H:%M:%S";
}

function both(shape: string, value: number): DateRead | undefined {
  return Number.isNaN(value) ? undefined : { shape, monthFirst: value, dayFirst: value };
}

const CUMULATED = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/** Two digits at a place of a text, or NaN. */
function pair(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/**
 * The plain ISO forms, `2015-01-31` and `2015-01-31T06:00:00`, or NaN: most dates of large files, so without a pattern and without
 * a string for the cell. Days up to the 28th of 1970 to 2099 only; the rest takes the slow way.
 */
function readIso(text: string, start: number, end: number): number {
  const long = end - start === 19;
  if (!long && end - start !== 10) return Number.NaN;
  if (text.charCodeAt(start + 4) !== 45 || text.charCodeAt(start + 7) !== 45) return Number.NaN;
  const year = pair(text, start) * 100 + pair(text, start + 2);
  const month = pair(text, start + 5);
  const day = pair(text, start + 8);
  if (!(year >= 1970 && year < 2100 && month >= 1 && month <= 12 && day >= 1 && day <= 28)) return Number.NaN;
  const leap = year % 4 === 0 && month > 2 ? 1 : 0;
  const days = (year - 1970) * 365 + Math.floor((year - 1969) / 4) + (CUMULATED[month - 1] as number) + leap + day - 1;
  if (!long) return days * 86_400_000;
  const between = text.charCodeAt(start + 10);
  if ((between !== 84 && between !== 32) || text.charCodeAt(start + 13) !== 58 || text.charCodeAt(start + 16) !== 58)
    return Number.NaN;
  const [hour, minute, second] = [pair(text, start + 11), pair(text, start + 14), pair(text, start + 17)];
  return hour < 24 && minute < 60 && second < 60
    ? days * 86_400_000 + ((hour * 60 + minute) * 60 + second) * 1000
    : Number.NaN;
}

/** Reads one cell, or undefined when it is no date in a shape we know. */
export function readDate(text: string): DateRead | undefined {
  if (text.length < 7 || text.length > 35) return undefined;
  let found = ISO.exec(text);
  if (found !== null) {
    const [, year, month, day, hour, minute, second, fraction, zone] = found;
    const milli = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000);
    const local = instant(
      number(year),
      number(month),
      day === undefined ? 1 : Number(day),
      number(hour),
      number(minute),
      number(second),
      milli,
    );
    return both("ISO8601", local - offset(zone));
  }
  found = YEAR_FIRST.exec(text);
  if (found !== null) {
    const [, year, mark, month, day, hour, minute, second] = found;
    const value = instant(number(year), number(month), number(day), number(hour), number(minute), number(second));
    return both(`%Y${mark}%m${mark}%d${timeShape(minute, second)}`, value);
  }
  found = YEAR_LAST.exec(text);
  if (found !== null) {
    const [, one, mark, two, yearText, hour, minute, second] = found;
    const short = yearText?.length === 2;
    // As C and Python do: 69 to 99 are of the last century.
    const year = number(yearText) + (short ? (number(yearText) < 69 ? 2000 : 1900) : 0);
    const read = (month: string | undefined, day: string | undefined): number =>
      instant(year, number(month), number(day), number(hour), number(minute), number(second));
    const [monthFirst, dayFirst] = [read(one, two), read(two, one)];
    if (Number.isNaN(monthFirst) && Number.isNaN(dayFirst)) return undefined;
    return { shape: `%1${mark}%2${mark}${short ? "%y" : "%Y"}${timeShape(minute, second)}`, monthFirst, dayFirst };
  }
  found = NAMED.exec(text);
  if (found === null) return undefined;
  const [, monthA, dayA, comma, yearA, dayB, mark, monthB, yearB] = found;
  const month = MONTHS.indexOf((monthA ?? monthB ?? "").toLowerCase()) + 1;
  const shape = monthA === undefined ? `%d${mark}%b${mark}%Y` : `%b %d${comma} %Y`;
  return both(shape, instant(number(yearA ?? yearB), month, number(dayA ?? dayB)));
}

function offset(zone: string | undefined): number {
  if (zone === undefined || zone === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith("-") ? -1 : 1) * minutes * 60_000;
}

class Span {
  valid = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;

  add(value: number): void {
    if (Number.isNaN(value)) return;
    this.valid += 1;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
  }
}

/** What all dates of one shape in a column amount to. */
class ShapeTally {
  count = 0;
  readonly monthFirst = new Span();
  readonly dayFirst = new Span();
}

export interface DateColumn {
  /** As Python's `strptime` and pandas take it. */
  readonly format: string;
  readonly valid: number;
  readonly min: number;
  readonly max: number;
  /** Every date can be read day first or month first. */
  readonly ambiguous: boolean;
}

/** Collects a column's dates and settles shape and order of day and month at the end, when all evidence is in. */
export class DateTally {
  private readonly shapes = new Map<string, ShapeTally>();
  private readonly iso = new Span();

  add(text: string, start: number, end: number): boolean {
    const plain = readIso(text, start, end);
    if (!Number.isNaN(plain)) {
      this.iso.add(plain);
      return true;
    }
    const read = readDate(text.slice(start, end));
    if (read === undefined) return false;
    if (read.shape === "ISO8601") {
      this.iso.add(read.dayFirst);
      return true;
    }
    let tally = this.shapes.get(read.shape);
    if (tally === undefined) {
      if (this.shapes.size >= 8) return false;
      tally = new ShapeTally();
      this.shapes.set(read.shape, tally);
    }
    tally.count += 1;
    tally.monthFirst.add(read.monthFirst);
    tally.dayFirst.add(read.dayFirst);
    return true;
  }

  /** `preferDayFirst` decides only where the dates themselves can be read both ways. */
  settle(preferDayFirst: boolean): DateColumn | undefined {
    const best = [...this.shapes].sort((a, b) => b[1].count - a[1].count)[0];
    const { iso } = this;
    if (best === undefined || iso.valid > best[1].count) {
      return iso.valid === 0
        ? undefined
        : { format: "ISO8601", valid: iso.valid, min: iso.min, max: iso.max, ambiguous: false };
    }
    const [shape, tally] = best;
    const open = shape.startsWith("%1");
    const { dayFirst: day, monthFirst: month } = tally;
    const ambiguous = open && day.valid === month.valid && day.valid === tally.count;
    const useDay = day.valid === month.valid ? preferDayFirst : day.valid > month.valid;
    const side = useDay ? day : month;
    const [first, second] = useDay ? ["%d", "%m"] : ["%m", "%d"];
    const format = shape.replace("%1", first).replace("%2", second);
    return { format, valid: side.valid, min: side.min, max: side.max, ambiguous };
  }
}
