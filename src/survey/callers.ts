/** Who calls the functions that nobody has described: by name and import, so a look and not a proof. Pure. */
import type { Graph } from "./modules.ts";
import type { Finding, PythonFile } from "./types.ts";

/** How often each name stands before a bracket, by file. */
export type CalledNames = ReadonlyMap<string, ReadonlyMap<string, number>>;

export interface Called extends Finding {
  readonly calls: number;
  /** Files of the calls, the most first; tests are not counted. */
  readonly by: readonly string[];
}

/** Counts names before a bracket; strings and comments count as well. */
export function callsIn(text: string, keep: (name: string) => string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [, defines, name = ""] of text.matchAll(/(\b(?:def|class)\s+)?\b([A-Za-z_]\w*)\(/g))
    if (defines === undefined) found.set(keep(name), (found.get(name) ?? 0) + 1);
  return found;
}

/** Those of the functions that are called, the most called first. */
export function callersOf(
  functions: readonly Finding[],
  files: readonly PythonFile[],
  called: CalledNames,
  { importedBy }: Graph,
): Called[] {
  const code = new Map(files.filter(({ isTest }) => !isTest).map((file) => [file.path, file]));
  const readers = (path: string): Set<string> => {
    const direct = importedBy.get(path) ?? [];
    // What a package hands on is imported from the package.
    const handed = direct.filter((one) => one.endsWith("__init__.py")).flatMap((one) => importedBy.get(one) ?? []);
    return new Set([path, ...direct, ...handed]);
  };
  const last = (name: string): string => name.slice(name.lastIndexOf(".") + 1);
  const found = functions.flatMap((one) => {
    const name = last(one.what);
    const by = [...readers(one.path)].flatMap((path) => {
      const number = called.get(path)?.get(name) ?? 0;
      const file = code.get(path);
      const another = path !== one.path && file?.skeleton.functions.some((other) => last(other.name) === name);
      return number === 0 || file === undefined || another ? [] : [{ path, number }];
    });
    by.sort((a, b) => b.number - a.number || (a.path < b.path ? -1 : 1));
    const calls = by.reduce((sum, { number }) => sum + number, 0);
    return calls === 0 ? [] : [{ ...one, calls, by: by.map(({ path }) => path) }];
  });
  return found.sort((a, b) => b.calls - a.calls || (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line));
}
