import { asText, fillText, need, type Values } from "./values.ts";

/** `.gitignore`, `.env.example` and their kind: a line each, order kept, no line twice. */
export function isLineFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return /^\.(?:env(?:\..+)?|[a-z]*ignore|gitattributes)$/.test(name);
}

/** Unites line files in their order. A comment belongs to the lines below it and goes where they go; blank lines separate sources. */
export function uniteLines(texts: readonly string[]): string {
  const seen = new Set<string>();
  const blocks: string[] = [];
  for (const text of texts) {
    for (const block of text.replace(/\r\n?/g, "\n").split(/\n{2,}/)) {
      const lines = block.split("\n").filter((line) => line.trim() !== "");
      const kept = lines.filter((line) => line.startsWith("#") || !seen.has(line));
      for (const line of lines) if (!line.startsWith("#")) seen.add(line);
      if (kept.some((line) => !line.startsWith("#")) || (kept.length > 0 && kept.length === lines.length)) {
        blocks.push(kept.join("\n"));
      }
    }
  }
  return `${blocks.join("\n\n")}\n`;
}

/** Fills a line file. In a `.env` file a value that stands alone behind `=` is quoted so that it comes back unchanged. */
export function fillLines(path: string, text: string, values: Values): string {
  if (!text.includes("{{")) return text;
  if (!/(^|\/)\.env/.test(path)) return fillText(text, values, path);
  const filled = text.split("\n").map((line) => {
    const only = /^(\s*[A-Za-z_]\w*=)\{\{\s*(\w+(?:\.\w+)*)\s*\}\}\s*$/.exec(line);
    if (!only) return fillText(line, values, path);
    return `${only[1]}${envValue(asText(need(values, (only[2] ?? "").split("."), path)))}`;
  });
  return filled.join("\n");
}

/**
 * A value as python-dotenv (and so pydantic-settings) reads it. Inside double quotes it knows backslash escapes;
 * `${name}` is expanded even there, and a default of a nameless variable is its only way to write a plain `$`.
 */
export function envValue(text: string): string {
  if (/^[\w./:@%+,=-]*$/.test(text)) return text;
  const escaped = text
    .replace(/[\\"]/g, "\\$&")
    .replace(/\n/g, "\\n")
    .replace(/\r/g, "\\r")
    .replace(/\t/g, "\\t")
    .replace(/\$(?=\{)/g, () => "${:-$}");
  // It would take a backslash at the end together with the closing quote; an empty nameless variable keeps them apart.
  return text.endsWith("\\") ? `"${escaped}\${:-}"` : `"${escaped}"`;
}
