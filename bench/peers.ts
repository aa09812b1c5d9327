import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./measure.ts";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const cache = join(root, ".cache", "bench");

const npmPeers = ["create-vite@9.3.0", "hygen@6.2.11", "plop@4.0.5"] as const;
const requirements = join(root, "bench", "requirements.txt");

/** Where each peer's command is, once installed. */
export interface Peers {
  /** JavaScript entry files, started with `node` so that no npm shim is timed. */
  readonly createVite: string;
  readonly hygen: string;
  readonly plop: string;
  /** Console scripts of a private virtual environment. */
  readonly cookiecutter: string;
  readonly copier: string;
  readonly createMlStack: string;
}

/** Installs the peers from their registries into `.cache/bench/`, once for each set of pinned versions. */
export async function installPeers(say: (line: string) => void): Promise<Peers> {
  const node = await once("npm", npmPeers.join(" "), say, async (folder) => {
    await writeFile(join(folder, "package.json"), '{ "private": true }\n');
    await run(["npm", "install", "--no-fund", "--no-audit", "--save-exact", ...npmPeers], folder);
  });
  const python = await once("python", readFileSync(requirements, "utf8"), say, async (folder) => {
    await run(["python3", "-m", "venv", folder], folder);
    await run([join(folder, "bin", "pip"), "install", "--quiet", "-r", requirements], folder);
  });
  const modules = join(node, "node_modules");
  return {
    createVite: join(modules, "create-vite", "index.js"),
    hygen: join(modules, "hygen", "dist", "bin.js"),
    plop: join(modules, "plop", "bin", "plop.js"),
    cookiecutter: join(python, "bin", "cookiecutter"),
    copier: join(python, "bin", "copier"),
    createMlStack: join(python, "bin", "create-ml-stack"),
  };
}

/** A folder of the cache that is made once for each content of `what`. */
async function once(
  name: string,
  what: string,
  say: (line: string) => void,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cache, `${name}-${createHash("sha256").update(what).digest("hex").slice(0, 12)}`);
  const done = join(folder, ".installed");
  if (existsSync(done)) return folder;
  say(
    `installing peers: ${what
      .split("\n")
      .filter((line) => line && !line.startsWith("#"))
      .join(" ")}`,
  );
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await make(folder);
  await writeFile(done, "");
  return folder;
}
