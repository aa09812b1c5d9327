/** Numbers as people write them: decimal point or comma, thousands in groups. */

export interface NumberStyle {
  readonly decimal: "." | ",";
  /** What stands between groups of three digits, or nothing. */
  readonly thousands: "" | "," | "." | " " | "'";
}

export const PLAIN: NumberStyle = { decimal: ".", thousands: "" };

const POWERS = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));
const NO_BREAK_SPACES = /[\u00a0\u202f]/g;

/**
 * The number written in `text[start, end)`, or NaN. The grammar is that of `NUMBER` in the emitted `read.py`:
 * a sign, digits that are plain or in groups of three, a decimal part, an exponent.
 * Works on character codes: a file of a gigabyte has a hundred million cells, and a string for each costs more than the parse.
 */
export function parseNumber(text: string, start: number, end: number, style: NumberStyle): number {
  let at = start;
  let code = text.charCodeAt(at);
  const negative = code === 45;
  if (code === 45 || code === 43) at += 1;
  const decimal = style.decimal === "." ? 46 : 44;
  let mantissa = 0;
  let digits = 0;
  let decimals = 0;
  let seenDecimal = false;
  for (; at < end; at += 1) {
    code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) {
      mantissa = mantissa * 10 + (code - 48);
      digits += 1;
      if (seenDecimal) decimals += 1;
    } else if (code === decimal && !seenDecimal) seenDecimal = true;
    else return parseSlowly(text.slice(start, end), style);
  }
  if (digits === 0) return Number.NaN;
  // Up to 15 digits and 22 decimals both operands are exact, so the quotient is the correctly rounded value.
  if (digits > 15 || decimals > 22) return parseSlowly(text.slice(start, end), style);
  const value = decimals === 0 ? mantissa : mantissa / (POWERS[decimals] ?? 1);
  return negative ? -value : value;
}

const patterns = new Map<string, RegExp>();

function patternOf(style: NumberStyle): RegExp {
  const key = style.decimal + style.thousands;
  let pattern = patterns.get(key);
  if (pattern === undefined) {
    const whole = style.thousands === "" ? "\\d+" : `(?:\\d+|\\d{1,3}(?:[${style.thousands}]\\d{3})+)`;
    const point = `[${style.decimal}]`;
    pattern = new RegExp(`^[+-]?(?:${whole}(?:${point}\\d*)?|${point}\\d+)(?:[eE][+-]?\\d+)?$`);
    patterns.set(key, pattern);
  }
  return pattern;
}

function parseSlowly(written: string, style: NumberStyle): number {
  const text = style.thousands === " " ? written.replace(NO_BREAK_SPACES, " ") : written;
  if (!patternOf(style).test(text)) return Number.NaN;
  const plain = style.thousands === "" ? text : text.replaceAll(style.thousands, "");
  return Number(style.decimal === "," ? plain.replace(",", ".") : plain);
}

/** Whole part, mark between its groups, decimal mark, decimals. */
const WRITTEN = /^[+-]?(\d+|\d{1,3}(?:([.,' \u00a0\u202f])\d{3})(?:\2\d{3})*)(?:([.,])(\d+))?$/;

/**
 * The style of a file, voted for by the cells of its first rows. `ambiguous` when nothing but cells such as `1,234` speak,
 * which are a thousand and some in one country and one and a bit in another.
 */
export function numberStyle(cells: Iterable<string>, delimiter: string): NumberStyle & { readonly ambiguous: boolean } {
  const decimals = { ",": 0, ".": 0 };
  const open = { ",": 0, ".": 0 };
  const groups = new Map<string, number>();
  const group = (mark: string, times = 1): unknown => groups.set(mark, (groups.get(mark) ?? 0) + times);
  for (const cell of cells) {
    const found = WRITTEN.exec(cell);
    if (found === null) continue;
    const [, whole = "", between, mark, after = ""] = found;
    if (between !== undefined) {
      group(between === "\u00a0" || between === "\u202f" ? " " : between);
      if (mark === "," || mark === ".") decimals[mark] += 1;
      else if (between === "," || between === ".") decimals[between === "," ? "." : ","] += 1;
    } else if (mark === "," || mark === ".") {
      if (after.length === 3 && whole.length <= 3 && !whole.startsWith("0")) open[mark] += 1;
      else decimals[mark] += 1;
    }
  }
  const silent = decimals[","] === decimals["."];
  const comma = silent ? open[","] > 0 && open["."] === 0 && delimiter === ";" : decimals[","] > decimals["."];
  const decimal = comma ? "," : ".";
  const other = comma ? "." : ",";
  if (open[other] > 0) group(other, open[other]);
  const marks = [...groups].filter(([mark]) => mark !== decimal).sort((a, b) => b[1] - a[1]);
  return { decimal, thousands: (marks[0]?.[0] ?? "") as NumberStyle["thousands"], ambiguous: silent && open[","] > 0 };
}
