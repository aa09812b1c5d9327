/** What `check` found, as text, as a document, and as annotations of GitHub Actions. Pure. */
import { safe, wrap } from "../text.ts";
import type { Json } from "../types.ts";
import type { Checked } from "./look.ts";

/** For a person. */
export function checkLines({ files, left, waived }: Checked, columns: number): string[] {
  const { owned, edited, deleted } = files;
  const lines = left.flatMap(({ policy, owner, severity, what, because, fix }) => [
    wrap(safe(`${severity === "error" ? "✗" : "!"} ${what} (${policy}, of ${owner}: ${because})`), columns, "  "),
    wrap(safe(`    ${fix}`), columns, "    "),
  ]);
  const name = (title: string, paths: readonly string[]): string[] =>
    paths.length === 0 ? [] : [wrap(safe(`${title}: ${paths.join(", ")}`), columns, "  ")];
  return [
    ...lines,
    ...(lines.length > 0 ? [""] : []),
    `${owned.length} files as rendered, ${edited.length} edited, ${deleted.length} deleted; ${left.length} findings, ${waived.length} waived.`,
    ...name("Edited", edited),
    ...name("Deleted", deleted),
  ];
}

/** `::error file=…,line=…,title=…::…`, each on a line. */
export function githubLines({ left }: Checked): string[] {
  const data = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
  return left.map(({ severity, path, line, policy, owner, what, fix }) => {
    const place = [
      ...(path === undefined ? [] : [`file=${property(path)}`]),
      ...(line === undefined ? [] : [`line=${line}`]),
    ];
    return `::${severity} ${[...place, `title=${property(`${policy} (${owner})`)}`].join(",")}::${data(safe(`${what}. ${fix}`))}`;
  });
}

/** For `--json`. */
export function checkDocument({ files, left, waived }: Checked): { [key: string]: Json } {
  const plain = (all: Checked["waived"]): Json =>
    all.map(({ policy, owner, severity, path, line, what, because, fix }) => ({
      policy,
      owner,
      severity,
      path: path ?? null,
      line: line ?? null,
      what,
      because,
      fix,
    }));
  return {
    files: { owned: [...files.owned], edited: [...files.edited], deleted: [...files.deleted] },
    findings: plain(left),
    waived: plain(waived),
  };
}
