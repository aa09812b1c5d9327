/** A line more in somebody's crontab file. Pure. */

/**
 * Appends a line under a comment, with the ending of its own that cron insists on: without it, the last line is not run.
 * Ours ends with a line feed even where theirs don't: cron would hand a carriage return to the command.
 * A line that is there already is not added again.
 *
 * @param line without a line break; `%` in its command escaped as `\%`
 */
export function crontabFile(text: string, line: string, comment: string): string {
  const same = (one: string): string => one.trim().replace(/\s+/g, " ");
  if (text.split(/\r?\n/).some((one) => same(one) === same(line))) return text;
  const open = text === "" || text.endsWith("\n") ? "" : "\n";
  const gap = /^\s*$|\n[ \t]*\r?\n$/.test(text + open) ? "" : "\n";
  return `${text}${open}${gap}# ${comment}\n${line}\n`;
}
