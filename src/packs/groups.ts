import { PackRefused } from "../errors.ts";
import type { FileEntry, Files, Group, Option, PackFiles } from "../types.ts";
import { below } from "./below.ts";
import { groupManifest, optionManifest, sourceManifest } from "./manifest.ts";
import { parseManifest } from "./parse.ts";
import { prepare, prepareAll } from "./prepare.ts";

/** Files of an option's folder that are no sources. */
const OPTION_FILES =
  /^(?:option\.yaml|README\.md|files\/.+|shared\/.+|with\/[^/]+\/(?:files|shared)\/.+|source\/source\.yaml|source\/(?:files|shared)\/.+)$/;

/** Reads `options/`: a folder a group, in it a folder an option. */
export function readGroups(files: Files, pack: string, where: string): readonly Group[] {
  return folders(files).map((id) => readGroup(id, below(files, `${id}/`), pack, `${where}${id}/`));
}

function readGroup(id: string, files: Files, pack: string, where: string): Group {
  if (!files.has("group.yaml")) return extension(id, files, pack, where);
  const manifest = parseManifest(needFile(files, "group.yaml", where), `${where}group.yaml`, groupManifest);
  const ids = folders(files).filter((name) => name !== "any");
  const options = ids.map((option) => readOption(id, option, below(files, `${option}/`), pack, `${where}${option}/`));
  const unknown = (manifest.default ?? []).find((name) => !ids.includes(name));
  if (unknown !== undefined) {
    throw refused(`The default ${unknown} is no option of ${id}`, `${where}group.yaml`, `Options: ${ids.join(", ")}.`);
  }
  if (manifest.kind === "one" && (manifest.default ?? []).length > 1) {
    throw refused("A group of which one is chosen has several defaults", `${where}group.yaml`, "Keep one.");
  }
  const { kind, message, help, order } = manifest;
  const any = sources(below(files, "any/"), `${where}any/`);
  return {
    id,
    kind,
    message,
    help,
    order,
    default: manifest.default ?? [],
    ask: manifest.ask ?? true,
    ...(manifest.of !== undefined && { of: manifest.of }),
    any,
    options,
    pack,
  };
}

/** Options for a group that another pack has. */
function extension(id: string, files: Files, pack: string, where: string): Group {
  const ids = folders(files).filter((name) => name !== "any");
  const options = ids.map((option) => readOption(id, option, below(files, `${option}/`), pack, `${where}${option}/`));
  const any = sources(below(files, "any/"), `${where}any/`);
  return {
    id,
    kind: "one",
    message: "",
    help: "",
    order: 0,
    default: [],
    ask: false,
    any,
    options,
    pack,
    extension: true,
  };
}

function readOption(group: string, id: string, files: Files, pack: string, where: string): Option {
  const manifest = parseManifest(needFile(files, "option.yaml", where), `${where}option.yaml`, optionManifest);
  const stray = [...files.keys()].find((path) => !OPTION_FILES.test(path));
  if (stray !== undefined) {
    const fix = "Put new files into files/, fragments into shared/, what a pair needs into with/<group>.<id>/files/.";
    throw refused(`An option has no ${stray}`, `${where}${stray}`, fix);
  }
  const readme = files.get("README.md");
  const { label, hint, signs, takes } = manifest;
  return {
    group,
    id,
    label,
    hint,
    env: manifest.env ?? [],
    requires: manifest.requires ?? [],
    conflicts: manifest.conflicts ?? [],
    nextSteps: manifest.nextSteps ?? [],
    sets: manifest.sets ?? {},
    parts: manifest.parts ?? [],
    ...(takes && { takes }),
    ...(signs && { signs }),
    ...(manifest.atRoot === true && { atRoot: true }),
    ...sources(files, where),
    with: new Map(
      folders(below(files, "with/")).map((pair) => [
        pair,
        sources(below(files, `with/${pair}/`), `${where}with/${pair}/`),
      ]),
    ),
    ...readSource(below(files, "source/"), `${where}source/`),
    ...(readme && { readme: prepare("README.md", readme, "shared", `${where}README.md`) }),
    pack,
  };
}

/** What makes datasets of such a database's tables, if the option can. */
function readSource(files: Files, where: string): Pick<Option, "source"> {
  if (files.size === 0) return {};
  const manifest = parseManifest(needFile(files, "source.yaml", where), `${where}source.yaml`, sourceManifest);
  const driver = { requires: [], database: "{path}", port: 0, options: {}, cursor: {}, begin: [], ...manifest };
  return { source: { driver, ...sources(files, where) } };
}

function sources(files: Files, where: string): { files: PackFiles; shared: PackFiles } {
  return {
    files: prepareAll(below(files, "files/"), "files", `${where}files/`),
    shared: prepareAll(below(files, "shared/"), "shared", `${where}shared/`),
  };
}

/** Names of the folders at the top, sorted. */
function folders(files: Files): string[] {
  const names = [...files.keys()].filter((path) => path.includes("/")).map((path) => path.slice(0, path.indexOf("/")));
  return [...new Set(names)].sort();
}

function needFile(files: Files, name: string, where: string): FileEntry {
  const file = files.get(name);
  if (file) return file;
  throw refused(`This folder has no ${name}`, where, `Add ${name}, or move the folder out of options/.`);
}

function refused(what: string, where: string, fix: string): PackRefused {
  return new PackRefused("manifest", { what, where, fix });
}
