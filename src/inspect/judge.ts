/** From what a pass saw to a profile: types, roles, the task, warnings; or a refusal. Pure. */
import type { Column } from "./column.ts";
import { type Kind, kindOf, sorted } from "./kind.ts";
import { type Case, dropColumns, idOf, nothingToLearn, timeOf } from "./roles.ts";
import { positiveOf, taskOf } from "./task.ts";
import type { ColumnProfile, Profile, ProfileOptions, Seen, Task } from "./types.ts";

export function judge(seen: Seen, file: { file: string; size: number }, options: ProfileOptions): Profile {
  const { columns, reading, target } = seen;
  const names = columns.map((column) => column.name);
  const preferDayFirst = options.dayFirst ?? (reading.decimal === "," || reading.delimiter === ";");
  const kinds = new Map(columns.map((column) => [column.name, kindOf(column, preferDayFirst)]));
  const found: Case = { seen, kinds, warnings: [], roles: new Map() };
  const goal = columns[names.indexOf(target)] as Column;
  found.roles.set(target, { role: "target" });
  const task = taskOf(found, goal, options.task);
  const time = timeOf(found, options.time, target);
  if (time !== null) found.roles.set(time, { role: "time" });
  const id = idOf(found, options.id, target);
  if (id !== null) found.roles.set(id, { role: "id" });
  dropColumns(found);
  const features = names.filter((name) => !found.roles.has(name));
  if (features.length === 0) throw nothingToLearn(found);
  say(found, preferDayFirst, options);
  const profiles = columns.map((column) => profileOf(column, found, task));
  const timeColumn = columns.find((column) => column.name === time);
  return {
    ...file,
    rows: seen.rows,
    ragged: seen.ragged,
    partly: seen.partly,
    reading,
    columns: profiles,
    target,
    task,
    id,
    time,
    timeUnique: timeColumn !== undefined && unique(timeColumn, seen),
    positive: task === "binary" ? positiveOf(goal) : null,
    warnings: found.warnings,
    ambiguousDates: names.filter(
      (name) => kinds.get(name)?.ambiguous === true && found.roles.get(name)?.role !== "dropped",
    ),
  };
}

function unique(column: Column, seen: Seen): boolean {
  if (column.missing > 0 || seen.partly) return false;
  // An estimate is about 1 % off; a time that comes twice shows much clearer than that.
  return column.distinct.exact
    ? column.distinct.size === column.present
    : column.distinct.size >= column.present * 0.97;
}

/** What else a person should know before going on. */
function say({ seen, kinds, roles, warnings }: Case, dayFirst: boolean, options: ProfileOptions): void {
  for (const column of seen.columns) {
    const kind = kinds.get(column.name) as Kind;
    if (roles.get(column.name)?.role === "dropped") continue;
    if (kind.ambiguous === true && options.dayFirst === undefined) {
      warnings.push({
        code: "ambiguous",
        column: column.name,
        text: `Dates of "${column.name}" can be read both ways: taken ${dayFirst ? "day" : "month"} first. Say ${dayFirst ? "--no-day-first" : "--day-first"} if that is wrong.`,
      });
    }
    if (kind.bad > 0)
      warnings.push({
        code: "bad",
        column: column.name,
        text: `${kind.bad} values of "${column.name}" are no ${kind.type}: their rows go to quarantine.`,
      });
  }
  if (seen.ambiguousNumbers) {
    const said = seen.reading.decimal === "," ? "a decimal comma" : "thousands";
    warnings.push({
      code: "ambiguous",
      text: `Numbers such as 1,234 are taken for ${said}. If that is wrong, set decimal and thousands in schema.yaml.`,
    });
  }
  if (seen.ragged > 0)
    warnings.push({
      code: "ragged",
      text: `${seen.ragged} rows have more or fewer cells than the header: they go to quarantine.`,
    });
  if (seen.partly)
    warnings.push({
      code: "partly",
      text: "Only part of the file was looked at: ranges and categories may be wider in truth.",
    });
}

function profileOf(column: Column, { seen, kinds, roles }: Case, task: Task): ColumnProfile {
  const kind = kinds.get(column.name) as Kind;
  const { role, because } = roles.get(column.name) ?? { role: "feature" as const };
  // A class is a label, however it is spelled; a number to regress on stays one.
  const label = role === "target" && task !== "regression";
  const common = {
    name: column.name,
    role,
    missing: column.missing,
    distinct: column.different(!label && (kind.type === "integer" || kind.type === "number")),
    exact: column.distinct.exact && !seen.partly,
    ...(because === undefined ? {} : { because }),
  };
  if (label) return { ...common, type: "category", bad: 0, categories: sorted(column.distinct.counts?.keys() ?? []) };
  // Nothing of what an id or a text holds leaves this function.
  if (role === "id") return { ...common, type: "text", bad: 0 };
  if (kind.type === "text" || role === "dropped") return { ...common, type: kind.type, bad: kind.bad };
  const { type, bad, min, max, format, categories } = kind;
  return {
    ...common,
    type,
    bad,
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(format === undefined ? {} : { format }),
    ...(categories === undefined ? {} : { categories }),
  };
}
