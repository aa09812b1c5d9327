/** Text for a terminal: wrapped, measured, and free of what a terminal would act on. Pure. */

/** Control characters (but newline and tab), C1 and bidirectional ones: nothing that comes from outside may steer the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]/g;

/** Whether a text holds characters that steer a terminal or reorder what is read. */
export function steers(text: string): boolean {
  return text.search(STEERING) !== -1;
}

/** The same text with those characters spelled out. */
export function safe(text: string): string {
  return text.replace(STEERING, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Whether a text holds control or format characters, which nobody sees. */
export function hasHidden(text: string): boolean {
  return /[^\x20-\x7e]/.test(text) && /[\p{Cc}\p{Cf}]/u.test(text);
}

/** Columns a text takes; East Asian wide characters and emoji take two. */
export function width(text: string): number {
  // Most text is plain but for our own signs (✓ ✗ … and lines of trees), and Unicode's tables cost milliseconds to load.
  if (/^[\x20-\x7e\u2026\u2500-\u251c\u2713\u2717]*$/.test(text)) return text.length;
  let columns = 0;
  for (const char of text) {
    if (/\p{M}/u.test(char)) continue;
    columns +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
        char,
      )
        ? 2
        : 1;
  }
  return columns;
}

/** Pads with spaces to a width in columns. */
export function pad(text: string, columns: number, side: "left" | "right" = "right"): string {
  const space = " ".repeat(Math.max(0, columns - width(text)));
  return side === "right" ? text + space : space + text;
}

/** Cuts to a width, the last column an ellipsis. */
export function cut(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let kept = "";
  for (const char of text) {
    if (width(kept + char) > columns - 1) break;
    kept += char;
  }
  return `${kept}…`;
}

/** Breaks at spaces; a word that is longer than the line (a path, a command) stays whole. Following lines are indented by `indent`. */
export function wrap(text: string, columns: number, indent = ""): string {
  return text
    .split("\n")
    .map((paragraph) => {
      const lead = /^\s*/.exec(paragraph)?.[0] ?? "";
      const lines: string[] = [];
      let line = lead;
      let empty = true;
      for (const word of paragraph.trim().split(/\s+/)) {
        if (!empty && width(line) + 1 + width(word) > columns) {
          lines.push(line);
          line = indent;
          empty = true;
        }
        line += empty ? word : ` ${word}`;
        empty = false;
      }
      return [...lines, line].join("\n");
    })
    .join("\n");
}

/** `1.4 MB`: decimal units, as disks are sold. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** `8 s`, `1 min 20 s`. */
export function elapsed(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A word as a shell reads it back unchanged. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
