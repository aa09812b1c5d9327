/** Pieces of the survey's page. Pure. */

/** A list is cut here; the JSON has all. */
const SHOWN = 25;

/** A name may hold what breaks a line of Markdown. */
export const code = (text: string): string =>
  `\`${text.replaceAll("`", "'").replace(/[\n\r\t]/g, (char) => `\\u{${char.charCodeAt(0).toString(16)}}`)}\``;

/** A heading with its lines; without lines `nothing` stands there, or not even the heading. */
export function section(title: string, lines: readonly string[], nothing: string): string[] {
  if (lines.length === 0) return nothing === "" ? [] : ["", `## ${title}`, "", nothing];
  const more = lines.length > SHOWN ? [`- … and ${lines.length - SHOWN} more (\`--json\` has them all)`] : [];
  return ["", `## ${title}`, "", ...lines.slice(0, SHOWN), ...more];
}
