/** The files that matter, read again by a parser; all of them in a repository that is not large. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Parsed } from "./parser.ts";
import { decoded, withFeeds } from "./shape.ts";
import { type Survey, toldBy } from "./survey.ts";
import type { PythonFile } from "./types.ts";

/** Lines that are parsed at most: a fifth of a second, of the three that 4,000 files may take. */
const LINES = 8_000;

/** A survey with what the parser adds to it, by default for {@link mattering} files. */
export async function closely(found: Survey, wanted?: (path: string) => boolean): Promise<Survey> {
  const chosen = wanted ? found.files.filter(({ path }) => wanted(path)) : mattering(found);
  if (chosen.length === 0) return found;
  const parse = await (await import("./parser.ts")).parserOfPython();
  const read = new Map(chosen.map((file) => [file.path, parsed(found.folder, file, parse)]));
  const files = found.files.map((file) => read.get(file.path) ?? file);
  return { ...found, files, ...toldBy(files), parsed: read.size };
}

/**
 * What is imported where a module is mounted, programs, what seems to do something at import, then what most others
 * import; tests last.
 */
function mattering({ files, layout, graph }: Survey): PythonFile[] {
  const packages = new Set(layout.packages.map(({ path }) => `${path}/__init__.py`));
  const weight = ({ path, isTest, skeleton }: PythonFile): number =>
    (packages.has(path) ? 4e6 : 0) +
    (skeleton.main ? 2e6 : 0) +
    (skeleton.effects.length > 0 ? 1e6 : 0) +
    (graph.importedBy.get(path)?.length ?? 0) -
    (isTest ? 1e7 : 0);
  let left = LINES;
  return files
    .map((file) => ({ file, weight: weight(file) }))
    .sort((a, b) => b.weight - a.weight)
    .filter(({ file: { skeleton } }) => {
      const fits = skeleton.lines > 0 && skeleton.lines <= left;
      if (fits) left -= skeleton.lines;
      return fits;
    })
    .map(({ file }) => file);
}

/** What the lexer found first is told first: it knows where a bracket was opened that nothing closes. */
function parsed(folder: string, file: PythonFile, parse: (text: string) => Parsed): PythonFile {
  const content = decoded(readFileSync(join(folder, file.path)));
  if (content === undefined) return file;
  const { skeleton } = file;
  const found = parse(withFeeds(content.text, file.shape));
  const python2 = skeleton.python2 ?? found.python2;
  const broken = skeleton.broken ?? found.broken;
  return {
    ...file,
    skeleton: {
      ...skeleton,
      effects: broken ? skeleton.effects : found.effects,
      ...(python2 && { python2 }),
      ...(broken && { broken }),
    },
  };
}
