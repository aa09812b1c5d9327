/** A pack out of a package registry, fetched by the person's own npm, which keeps credentials and a cache. Nothing of it is installed or run. */
import { randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PackRefused, ToolMissing } from "../errors.ts";
import type { Package } from "../packs/address.ts";
import { readArchive } from "../packs/archive.ts";
import { safe } from "../text.ts";
import type { Files } from "../types.ts";
import { write } from "../write.ts";
import { start } from "./start.ts";
import { inPath } from "./tools.ts";

/**
 * Fetches its files; from npm's cache where that has it.
 *
 * @throws PackRefused when there is no such version, or its archive is not fit to be a pack
 */
export async function fetchPackage(
  { name, version }: Package,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Files> {
  const npm = inPath("npm", env);
  if (npm === undefined)
    throw new ToolMissing("npm", {
      what: "A pack that is an npm package is fetched by npm, which is not installed",
      fix: "Install npm, or give the pack's folder or archive.",
    });
  const folder = join(tmpdir(), `create-ml-project-npm-${randomUUID()}`);
  const target = { path: folder, shown: folder, exists: false, kept: new Map() };
  // A manifest of its own: npm looks no further up, and reads no settings of the folder that we are run in.
  const file = { bytes: Buffer.from("{}\n"), mode: 0o644, owner: "npm" };
  const written = await write({ operations: [{ op: "add", path: "package.json", file }] }, target, { signal });
  try {
    const quiet = [
      "--ignore-scripts",
      "--prefer-offline",
      "--no-audit",
      "--no-fund",
      "--no-update-notifier",
      "--loglevel=error",
    ];
    const ended = await start({
      command: npm,
      args: ["pack", ...quiet, "--", `${name}@${version}`],
      cwd: folder,
      signal,
    });
    const archive = readdirSync(folder).find((path) => path.endsWith(".tgz"));
    if (ended.ok && archive !== undefined) return await readArchive(join(folder, archive));
    const told = ended.tail.find((line) => /^npm (?:error|ERR!)/.test(line)) ?? ended.tail.at(-1) ?? "";
    throw new PackRefused("source", {
      what: `npm can't fetch ${name}@${version}`,
      where: `npm:${name}@${version}`,
      why: safe(told.replace(/\/\/[^/@\s]*@/g, "//…@")),
      fix: `Look whether name and version are right, and whether npm may read it: npm view ${name}@${version}`,
    });
  } finally {
    written.undo();
  }
}
