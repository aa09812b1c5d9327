/** A pack looked through: every mistake of its manifests and templates, not the first one alone; then laid over ours. Pure. */
import { UserError } from "../errors.ts";
import { select } from "../options/select.ts";
import { layered } from "../packs/layer.ts";
import { packFromFiles } from "../packs/load.ts";
import { groupManifest, optionManifest, packManifest, sourceManifest } from "../packs/manifest.ts";
import { manifestProblems } from "../packs/parse.ts";
import { prepare } from "../packs/prepare.ts";
import { plan } from "../plan.ts";
import { render } from "../render.ts";
import type { Answers, FileEntry, Files, Json, Pack, Tree } from "../types.ts";

const MANIFESTS = [
  [/^pack\.yaml$/, packManifest],
  [/^options\/[^/]+\/group\.yaml$/, groupManifest],
  [/^options\/[^/]+\/[^/]+\/option\.yaml$/, optionManifest],
  [/^options\/[^/]+\/[^/]+\/source\/source\.yaml$/, sourceManifest],
] as const;

/** A project that a pack's options can make, with a title. */
export interface Sample {
  readonly title: string;
  readonly answers: Answers;
}

/** Mistakes in single files; when there are none, the first in the whole. */
export function examine(files: Files, where: string, ours: readonly Pack[]): readonly UserError[] {
  const single = [...files].flatMap(([path, file]) => mistakes(path, file, `${where}${path}`));
  if (single.length > 0) return single;
  return caught(() => {
    const pack = packFromFiles(files, where);
    const packs = layered([...ours, pack]);
    for (const { answers } of samples(pack, packs)) rendered(packs, answers);
  });
}

function mistakes(path: string, file: FileEntry, where: string): UserError[] {
  const manifest = MANIFESTS.find(([test]) => test.test(path));
  if (manifest !== undefined) return manifestProblems(file, where, manifest[1]);
  const role = /(?:^|\/)shared\//.test(path) ? "shared" : "files";
  return /^(?:project|shared|options|parts)\//.test(path) ? caught(() => void prepare(path, file, role, where)) : [];
}

function caught(act: () => void): UserError[] {
  try {
    act();
    return [];
  } catch (error) {
    if (error instanceof UserError) return [error];
    throw error;
  }
}

/** The usual project, and one for each option that the pack has, over the usual answers. */
export function samples({ name, groups }: Pack, packs: readonly Pack[]): Sample[] {
  const usual: Answers = { name: "sample", year: "2000" };
  const all = packs.flatMap((pack) => pack.groups);
  const own = groups.flatMap(({ id: group, options }) =>
    options.map(({ id }): Sample => {
      const kind = all.find((one) => one.id === group)?.kind;
      const value: Json = kind === "many" ? [id] : id;
      return { title: `${group}=${id}`, answers: { ...usual, [group]: value } };
    }),
  );
  return [{ title: `${name}, as it is`, answers: usual }, ...own];
}

/** A sample in memory. */
export const rendered = (packs: readonly Pack[], answers: Answers): Tree => render(plan(select(packs, answers)));
