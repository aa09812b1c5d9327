/** Documentation against the code: files, functions, flags and commands that are written of and no longer there. Pure. */
import type { Finding } from "./types.ts";

/** Something a document names, to be looked for. */
export interface Mention {
  readonly path: string;
  readonly line: number;
  readonly kind: "file" | "function" | "flag" | "command";
  readonly name: string;
}

export function isDocument(path: string): boolean {
  return /\.(?:md|markdown|rst)$/i.test(path) || /^(?:readme|install|usage|contributing)(?:\.txt)?$/i.test(path);
}

/** Files of a history tell what was; nobody takes them for what is. */
const HISTORY = /(?:^|\/)(?:change(?:s|log)|history|news|release[\w-]*|authors|contributors|licen[cs]e)[\w.-]*$/i;
/** A path of code or of settings, that stands inside the repository. */
const FILE = /^(?:\.\/)?((?:[\w.-]+\/)*[\w-]+\.(?:py|ipynb|sh|cfg|toml|ya?ml|ini|sql))$/;
const PROGRAM = /^(?:python[\d.]*|uv run python|poetry run python|bash|sh)\s+(?:-[uB]\s+)?([\w./-]+\.(?:py|sh))\b(.*)$/;
const MODULE = /^(?:python[\d.]*|uv run python|poetry run python)\s+-m\s+([\w.]+)\b(.*)$/;

/** Collects what a document names in code: in fenced and indented blocks, and between backticks. */
export function mentionsIn(path: string, text: string): Mention[] {
  if (HISTORY.test(path)) return [];
  const found: Mention[] = [];
  let line = 0;
  let fenced = false;
  for (const raw of text.split("\n")) {
    line += 1;
    if (/^\s*(?:```|~~~)/.test(raw)) {
      fenced = !fenced;
      continue;
    }
    const add = (kind: Mention["kind"], name: string): unknown => found.push({ path, line, kind, name });
    const code = fenced || /^(?: {4}|\t)\s*\S/.test(raw) ? raw.trim().replace(/^(?:\$|>|%)\s+/, "") : undefined;
    if (code !== undefined) {
      const program = PROGRAM.exec(code) ?? MODULE.exec(code);
      if (program === null) continue;
      const file = program[1] ?? "";
      if (/\.(?:py|sh)$/.test(file)) add("file", file.replace(/^\.\//, ""));
      else add("command", file);
      for (const [, flag = ""] of (program[2] ?? "").matchAll(/\s(--[A-Za-z][\w-]*)/g)) add("flag", flag);
    }
    for (const [, inside = ""] of raw.matchAll(/``?([^`\n]+)``?/g)) {
      const name = inside.trim();
      const file = FILE.exec(name);
      const call = /^(?:[\w.]*\.)?([A-Za-z_]\w*)\(\s*\)$/.exec(name);
      if (file?.[1] !== undefined) add("file", file[1]);
      else if (call?.[1] !== undefined) add("function", call[1]);
    }
  }
  return found;
}

const WORDS = { file: "file", function: "function", flag: "flag", command: "module" } as const;

/**
 * Which mentions have nothing behind them.
 *
 * @param used names among the mentions that stand somewhere in the code
 */
export function gone(
  mentions: readonly Mention[],
  paths: ReadonlySet<string>,
  modules: ReadonlySet<string>,
  used: ReadonlySet<string>,
): Finding[] {
  const endings = new Set([...paths].map((path) => path.slice(path.lastIndexOf("/") + 1)));
  const owns = new Set([...modules].map((name) => name.split(".")[0] ?? ""));
  const isThere = ({ kind, name }: Mention): boolean => {
    if (kind === "file") {
      // Written from the top, from the document, or from the package: any path that ends so.
      const bare = name.replace(/^(?:\.\.\/)+/, "");
      if (!bare.includes("/")) return endings.has(bare) || !bare.endsWith(".py"); // settings of the reader's own
      return [...paths].some((one) => one === bare || one.endsWith(`/${bare}`));
    }
    if (kind === "command") return !owns.has(name.split(".")[0] ?? "") || modules.has(name);
    return used.has(name);
  };
  const seen = new Set<string>();
  return mentions.flatMap((mention) => {
    const { path, line, kind, name } = mention;
    const key = `${path} ${kind} ${name}`;
    if (isThere(mention) || seen.has(key)) return [];
    seen.add(key);
    return [{ path, line, what: `the ${WORDS[kind]} ${name}` }];
  });
}
