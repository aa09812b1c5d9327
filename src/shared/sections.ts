/** Where sections of options go in a document; without it they go to the end. */
export const MARK = "<!-- sections -->";

/** A Markdown document with the sections that others add, each apart by one blank line, in their order. */
export function joinSections(texts: readonly string[]): string {
  const [base = "", ...sections] = texts.map(trimmed);
  const added = sections.filter((section) => section !== "").join("\n\n");
  const lines = base.split("\n");
  const at = lines.indexOf(MARK);
  if (at < 0) return `${[base, added].filter((text) => text !== "").join("\n\n")}\n`;
  const before = trimmed(lines.slice(0, at).join("\n"));
  const after = trimmed(lines.slice(at + 1).join("\n"));
  return `${[before, added, after].filter((text) => text !== "").join("\n\n")}\n`;
}

function trimmed(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(/^\n+|\n+$/g, "");
}
