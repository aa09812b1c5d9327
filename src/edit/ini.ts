/** A section more in somebody's `alembic.ini`. Pure. */
import { ManifestRefused } from "../errors.ts";
import { readIni } from "../survey/ini.ts";
import { holds } from "./names.ts";
import { insertedApart } from "./text.ts";
import { alike } from "./toml.ts";

/** A section inherits nothing, and where modules are found is the same for both. */
const KEPT = ["prepend_sys_path", "path_separator", "version_path_separator"];

/**
 * Adds a section with a chain of migrations of its own, which Alembic takes with `alembic -n SECTION upgrade head`.
 * It comes before the settings of logging, which stay last as Alembic writes them. The same section twice is one.
 * It names no database: the `env.py` there has to know it.
 *
 * @param settings as they are to stand there, such as `script_location`: `%(here)s/…`, a path, or `package:folder`
 * @throws ManifestRefused where the section is there with another meaning
 */
export function alembicIni(
  text: string,
  section: string,
  settings: Readonly<Record<string, string>>,
  path = "alembic.ini",
): string {
  const before = readIni(text);
  const there = before[section];
  if (there !== undefined && holds(there, settings)) return text;
  if (there !== undefined) throw taken(path, `[${section}]`);
  const same = Object.entries(before.alembic ?? {}).filter(
    ([key, value]) => KEPT.includes(key) && !(key in settings) && !value.includes("\n"),
  );
  const wanted = { ...settings, ...Object.fromEntries(same) };
  const lines = [`[${section}]`, ...Object.entries(wanted).map(([key, value]) => `${key} = ${value}`)];
  const after = insertedApart(text, placeIn(text), lines);
  if (alike(readIni(after), { ...before, [section]: wanted })) return after;
  throw taken(path, `[${section}]`);
}

/** Before `[loggers]` and the comment that stands on it, or behind everything. */
function placeIn(text: string): number {
  const loggers = /(?<![^\n])\[loggers\]/.exec(text)?.index;
  let at = loggers ?? text.length;
  if (loggers === undefined) return at;
  for (;;) {
    const before = text.lastIndexOf("\n", at - 2) + 1;
    if (before >= at || !/^[#;]/.test(text.slice(before, at))) return at;
    at = before;
  }
}

/** Something else has the name that is wanted. */
export const taken = (path: string, name: string): ManifestRefused =>
  new ManifestRefused("taken", {
    what: `${name} is there already, and means something else`,
    where: path,
    why: "nothing of yours is overwritten",
    fix: "Choose another name, or rename the one that is there.",
  });
