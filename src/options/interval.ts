/** The words for an interval, and how a sentence says them. */
export const INTERVALS: Readonly<Record<string, string>> = {
  hour: "every hour",
  day: "every day",
  week: "every week",
  month: "every month",
};

const LIMITS = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;

const FIELD = "[0-9*,/-]+";

/** An interval as a regular expression, for the JSON Schema; the limits of the fields are checked here only. */
export const INTERVAL_PATTERN = `^(?:${Object.keys(INTERVALS).join("|")}|${FIELD}(?: ${FIELD}){4})$`;

/** Why a text is no interval; `undefined` when it is one. */
export function intervalProblem(text: string): string | undefined {
  if (Object.hasOwn(INTERVALS, text)) return undefined;
  const fields = text.trim().split(/\s+/);
  if (fields.length !== LIMITS.length)
    return "it is neither hour, day, week or month nor the five fields of a cron expression";
  const wrong = fields.find((field, index) => !fits(field, LIMITS[index] ?? [0, 0]));
  return wrong === undefined ? undefined : `the field ${wrong} is not possible in a cron expression`;
}

/** `every day`; a cron expression is named as such. */
export function intervalWords(text: string): string {
  return INTERVALS[text] ?? `on the schedule ${text}`;
}

/** Lists, ranges and steps of one field, such as `0-30/10,45`. */
function fits(field: string, [low, high]: readonly [number, number]): boolean {
  return field.split(",").every((part) => {
    const match = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/([1-9]\d?))?$/.exec(part);
    if (!match) return false;
    const from = Number(match[1] ?? low);
    const to = Number(match[2] ?? from);
    return from >= low && to <= high && from <= to;
  });
}
