import { PackRefused } from "../errors.ts";
import type { Files, Migration, Pack, Part, Question } from "../types.ts";
import { VERSION } from "../version.ts";
import { below } from "./below.ts";
import { readFolder } from "./folder.ts";
import { readGroups } from "./groups.ts";
import { hashFiles } from "./hash.ts";
import { packManifest } from "./manifest.ts";
import { unused } from "./opens.ts";
import { parseManifest } from "./parse.ts";
import { refusePaths } from "./paths.ts";
import { readPolicy } from "./policy.ts";
import { prepareAll } from "./prepare.ts";
import { compareVersions, inRange } from "./range.ts";
import { takenNames } from "./taken.ts";

/** Reads a pack's folder. */
export async function readPack(dir: string): Promise<Pack> {
  return readPackSync(dir);
}

/** The same at once, for tests and for our own pack while it is not bundled. */
export function readPackSync(dir: string): Pack {
  return packFromFiles(readFolder(dir), dir.endsWith("/") ? dir : `${dir}/`);
}

/** Makes a pack of its files. Everything that can be wrong with a pack is found here, before anything is asked or rendered. */
export function packFromFiles(files: Files, where = ""): Pack {
  refusePaths(files.keys(), where || "pack");
  const file = files.get("pack.yaml");
  if (!file) throw noManifest(where);
  const manifest = parseManifest(file, `${where}pack.yaml`, packManifest);
  if (!inRange(VERSION, manifest.generator)) {
    throw new PackRefused("generator", {
      what: `The pack ${manifest.name} ${manifest.version} needs create-ml-project ${manifest.generator}; this is ${VERSION}`,
      where: `${where}pack.yaml`,
      fix: `Run npx create-ml-project@"${manifest.generator}", or take a version of the pack for ${VERSION}.`,
    });
  }
  const { name, version, generator, description } = manifest;
  const questions = (manifest.questions ?? []).map(
    (question): Question => ({
      ...question,
      placeholder: question.placeholder ?? question.id.toUpperCase(),
      ask: question.ask ?? true,
      choices: (question.choices ?? []).map((choice) => ({ ...choice, hint: choice.hint ?? "" })),
      pack: name,
    }),
  );
  return {
    name,
    version,
    generator,
    description,
    hash: hashFiles(files),
    taken: takenNames(files),
    adds: manifest.adds ?? {},
    mount: { paths: turns(manifest.mount?.paths), texts: turns(manifest.mount?.texts) },
    migrations: (manifest.migrations ?? [])
      .map((one): Migration => ({ move: [], replace: [], rename: [], set: [], change: [], ...one }))
      .toSorted((a, b) => compareVersions(a.to, b.to)),
    questions,
    groups: readGroups(below(files, "options/"), name, `${where}options/`),
    parts: readParts(below(files, "parts/"), `${where}parts/`),
    project: {
      files: prepareAll(below(files, "project/"), "files", `${where}project/`),
      shared: prepareAll(below(files, "shared/"), "shared", `${where}shared/`),
    },
    idle: unused(files),
    extends: manifest.extends ?? [],
    defaults: manifest.defaults ?? {},
    locked: manifest.locked ?? {},
    drops: manifest.drops ?? [],
    policies: (manifest.policies ?? []).map((one) => readPolicy(one, `${where}pack.yaml`)),
  };
}

const turns = (
  list: readonly { readonly from: string; readonly to: string }[] = [],
): Readonly<Record<string, string>> => Object.fromEntries(list.map(({ from, to }) => [from, to]));

function readParts(files: Files, where: string): ReadonlyMap<string, Part> {
  const ids = [...new Set([...files.keys()].map((path) => path.split("/")[0] ?? ""))].sort();
  const part = (id: string): Part => ({
    id,
    files: prepareAll(below(files, `${id}/files/`), "files", `${where}${id}/files/`),
    shared: prepareAll(below(files, `${id}/shared/`), "shared", `${where}${id}/shared/`),
  });
  return new Map(ids.map((id) => [id, part(id)]));
}

function noManifest(where: string): PackRefused {
  return new PackRefused("manifest", {
    what: "This folder is not a pack: it has no pack.yaml",
    where: where || "pack",
    fix: "Give the folder that holds pack.yaml.",
  });
}
