/** The Markdown page of a module: what its functions take and return, as observed. Pure. */
import { callText } from "./judge.ts";
import type { Judged } from "./types.ts";

export interface Around {
  readonly path: string;
  readonly module: string;
  readonly callers: readonly string[];
  readonly risks: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
}

const cell = (text: string): string =>
  `\`${text
    .replace(/^.*array_of\(<.*$/s, "an array, beside the test")
    .replace(/^.*frame_of\(<.*$/s, "a frame, beside the test")
    .replace(/\s+/g, " ")
    .replaceAll("|", "\\|")
    .replaceAll("`", "'")
    .slice(0, 120)}\``;

/** Writes it. */
export function page(functions: readonly Judged[], { path, module, callers, risks, parameters }: Around): string {
  const out = [
    `# ${module}`,
    "",
    `\`${path}\`, as it was observed: types and values are those of the recorded cases, not promises.`,
    "",
  ];
  out.push(
    callers.length === 0
      ? "No file of this repository imports it."
      : `Imported by ${callers.map((one) => `\`${one}\``).join(", ")}.`,
    "",
  );
  for (const { name, doc, pinned, open } of functions) {
    out.push(`## ${name}(${parameters[name] ?? "…"})`, "");
    const [first = ""] = doc.split("\n");
    if (first !== "") out.push(first, "");
    const takes = new Map<string, Set<string>>();
    for (const one of pinned)
      for (const [key, kind] of Object.entries(one.takes ?? {}))
        takes.set(key, (takes.get(key) ?? new Set()).add(kind));
    const named = (key: string): string => (/^\d+$/.test(key) ? `argument ${Number(key) + 1}` : key);
    for (const [key, kinds] of takes) out.push(`- takes ${named(key)}: ${[...kinds].sort().join(" or ")}`);
    const kinds = [...new Set(pinned.flatMap(({ kind }) => (kind === undefined ? [] : [kind])))].sort();
    if (kinds.length > 0) out.push(`- returns ${kinds.join(" or ")}`);
    const raised = [...new Set(pinned.flatMap(({ error }) => (error === undefined ? [] : [error.name])))].sort();
    if (raised.length > 0) out.push(`- raises ${raised.join(", ")}`);
    const changed = [...new Set(pinned.flatMap(({ text }) => Object.keys(text.after)))].map(named);
    if (changed.length > 0) out.push(`- changes what it is given: ${changed.join(", ")}`);
    const attributes = [...new Set(pinned.flatMap(({ text }) => Object.keys(text.state)))];
    if (attributes.length > 0) out.push(`- changes its object: ${attributes.join(", ")}`);
    if (pinned.some(({ text }) => text.how.includes("awaited"))) out.push("- is awaited");
    if (pinned.some(({ text }) => text.how.includes("listed")))
      out.push("- is a generator: at most its first 100 values are looked at");
    if (pinned.length > 0) out.push("", "| call | gives |", "|---|---|");
    for (const { text, error } of pinned)
      out.push(
        `| ${cell(callText(name, text, ""))} | ${cell(error === undefined ? (text.result ?? "None") : `${error.name}: ${error.text}`)} |`,
      );
    if (open.length > 0)
      out.push("", "Not pinned:", "", ...open.map(({ call, why }) => `- ${cell(call)}: ${why.join("; ")}`));
    out.push("");
  }
  if (risks.length > 0) out.push("## Risks", "", ...risks.map((one) => `- ${one}`), "");
  return `${out.join("\n").trimEnd()}\n`;
}
