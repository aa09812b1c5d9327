/** What a double-quoted string can't hold as it is: controls, C1 controls, line and paragraph separators, BOM, lone surrogates. */
// Spelled out: Unicode's tables, which \p{Cc} needs, cost milliseconds to load.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
const HIDDEN = /["\\]|[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]|[\ud800-\udfff]/gu;

const SHORT: Readonly<Record<string, string>> = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r" };

/** A string in double quotes, as TOML, YAML and JSON all read it. */
export function quoted(text: string): string {
  return `"${text.replace(HIDDEN, (char) => SHORT[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)}"`;
}
