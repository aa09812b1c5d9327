/** Lines that files of theirs get for a mounted module: Alembic's ini, GitLab's CI, a crontab file. What can't get one is told. Pure but for what it is given to read. */
import { posix } from "node:path";
import { crontabFile } from "../edit/crontab.ts";
import { gitlabCi } from "../edit/gitlab.ts";
import { alembicIni } from "../edit/ini.ts";
import type { Edit } from "../edit/manifest.ts";
import { bytesOf, textOf } from "../edit/text.ts";
import { readToml, tableOf } from "../edit/toml.ts";
import { shellWord } from "../text.ts";
import type { FileEntry, Json } from "../types.ts";
import type { Host } from "./mounted.ts";

export interface Lines {
  readonly edits: readonly Edit[];
  readonly notes: readonly string[];
}

interface Asked {
  /** The command that brings what the module needs. */
  readonly install: string;
  readonly interval: Json | undefined;
  /** Folders of theirs that get a file of their own for it, such as that of their workflows. */
  readonly joined: readonly string[];
  readonly read: (path: string) => FileEntry | undefined;
}

/** What each of their files gets. */
export function linesIn(host: Host, asked: Asked): Lines {
  const all = [inAlembic(host, asked), inCi(host, asked), inCrontab(host, asked), ofCheckers(host)];
  return { edits: all.flatMap(({ edits }) => edits), notes: all.flatMap(({ notes }) => notes) };
}

const NOTHING: Lines = { edits: [], notes: [] };

/** One edit of a file, unless there is no such file. */
function edited(path: string, { read }: Asked, change: (text: string) => string, note: string): Lines {
  const file = read(path);
  if (file === undefined) return NOTHING;
  const before = textOf({ path, bytes: file.bytes });
  const after = change(before);
  return after === before ? NOTHING : { edits: [{ path, bytes: bytesOf(after) }], notes: [note] };
}

function inAlembic({ found, spot }: Host, asked: Asked): Lines {
  // Flask-Migrate keeps it among the migrations, others where their settings are.
  const path = found.migrations.find((one) => /(?:^|\/)alembic\.ini$/.test(one.path))?.path ?? "alembic.ini";
  const migrations = `%(here)s/${posix.relative(posix.dirname(path), spot.package)}/storage/migrations`;
  const settings = {
    script_location: `${migrations}/by_alembic`,
    version_locations: `${migrations}/versions`,
    path_separator: "os",
  };
  const config = path === "alembic.ini" ? "" : `-c ${shellWord(path)} `;
  const manifest = asked.read("pyproject.toml");
  if (asked.read(path) === undefined && manifest !== undefined && inToml(manifest.bytes)) {
    const lines = alembicIni("", spot.leaf, settings, path).trim().split("\n").join(" | ");
    const note = `[tool.alembic] in pyproject.toml has no room for a second chain. Write these lines into alembic.ini beside it, and yours stays as it is: ${lines}. Then: alembic -n ${spot.leaf} upgrade head`;
    return { edits: [], notes: [note] };
  }
  return edited(
    path,
    asked,
    (text) => alembicIni(text, spot.leaf, settings, path),
    `${path} has a section [${spot.leaf}]: alembic ${config}-n ${spot.leaf} upgrade head. Its tables keep count in alembic_version_${spot.leaf}.`,
  );
}

const inToml = (bytes: Uint8Array): boolean =>
  tableOf(readToml("pyproject.toml", textOf({ path: "pyproject.toml", bytes })).tool).alembic !== undefined;

/** Their settings are for their code: ours has libraries that they may not have, and rules of its own. */
function ofCheckers({ found, spot }: Host): Lines {
  const [rule, list] = [`^(${spot.package}|${spot.tests})/`, `"${spot.package}", "${spot.tests}"`];
  const way: Readonly<Record<string, string>> = {
    mypy: `exclude: ${rule}`,
    ruff: `extend-exclude: ${list}`,
    black: `extend-exclude: ${rule.replace("^", "^/")}`,
    isort: `extend_skip: ${list}`,
    flake8: `extend-exclude: ${list.replaceAll('"', "")}`,
    pylint: `ignore-paths: ${rule}`,
    pyright: `exclude: ${list}`,
  };
  const notes = found.tooling.checks.flatMap(({ name, where }) =>
    way[name] === undefined
      ? []
      : [`${name} (${where}) would read the module by rules of yours. To leave it out, add to its ${way[name]}`],
  );
  return { edits: [], notes };
}

function inCi({ found, spot }: Host, asked: Asked): Lines {
  const [tool = ""] = asked.install.split(" ");
  const brought = tool === "pip" ? [] : [`pip install ${tool}`];
  const script = [...brought, asked.install, `${tool === "pip" ? "" : `${tool} run `}pytest ${spot.tests}`];
  const done = found.tooling.ci.map(({ name, path }): Lines => {
    if (asked.joined.includes(posix.dirname(path))) return NOTHING;
    const note = `${name} is left alone (${path}). A step for it: ${script.join(" && ")}`;
    if (name !== "GitLab CI") return { edits: [], notes: [note] };
    const file = asked.read(path);
    if (file === undefined) return NOTHING;
    const job = gitlabCi(
      textOf({ path, bytes: file.bytes }),
      `${spot.leaf}-tests`,
      { image: "python:3.11", script },
      path,
    );
    return "text" in job
      ? { edits: [{ path, bytes: bytesOf(job.text) }], notes: [`${path} has a job ${spot.leaf}-tests.`] }
      : { edits: [], notes: [note] };
  });
  return { edits: done.flatMap(({ edits }) => edits), notes: done.flatMap(({ notes }) => notes) };
}

/** Five minutes into an interval; a cron expression stands for itself. */
const FIRES: Readonly<Record<string, string>> = {
  hour: "5 * * * *",
  day: "5 0 * * *",
  week: "5 0 * * 1",
  month: "5 0 1 * *",
};
/** A line of theirs that goes into the repository's folder first: when, perhaps who, where, perhaps with which Python. */
const GOES =
  /^(?!\s*#)\s*(?:@\w+|(?:\S+\s+){4}\S+)\s+(?:([a-z_][\w-]*)\s+)?cd\s+(\S+)\s*&&\s*(?:\S+=\S+\s+)*(\S*python[\d.]*)?/m;

/** Where the repository is deployed, and by which Python it runs there, only a line of theirs can say. */
function inCrontab({ found, spot }: Host, asked: Asked): Lines {
  const path = found.uses.find(({ path = "" }) =>
    /(?:^|\/)(?:crontab(?:\.txt)?|[\w-]+\.cron(?:tab)?)$/.test(path),
  )?.path;
  const file = path === undefined ? undefined : asked.read(path);
  if (path === undefined || file === undefined) return NOTHING;
  const interval = String(asked.interval ?? "day");
  const run = (folder: string, python: string): string =>
    `cd ${folder} && mkdir -p ${spot.home}/data && ${python} -m ${spot.module} run training scoring monitoring --wait 900 --trigger cron >> ${spot.home}/data/schedule.log 2>&1`;
  const [, user, folder, python = "python"] = GOES.exec(textOf({ path, bytes: file.bytes })) ?? [];
  const when = FIRES[interval] ?? interval;
  if (folder === undefined)
    return { edits: [], notes: [`${path} is left alone. A line for it: ${when} ${run("REPOSITORY", "PYTHON")}`] };
  const line = `${when} ${user === undefined ? "" : `${user} `}${run(folder, python)}`;
  return edited(
    path,
    asked,
    (text) => crontabFile(text, line, `${spot.module}: train, predict, monitor`),
    `${path} has a line for it.`,
  );
}
