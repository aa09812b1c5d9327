import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Candidate, race, run } from "../measure.ts";
import { cache, type Peers, root } from "../peers.ts";
import type { Row } from "../table.ts";

interface Packed {
  readonly filename: string;
  readonly unpackedSize: number;
}

/** The published package: how big it is, and what a first `npx` of it costs next to create-vite's. */
export async function sizeRows(peers: Peers): Promise<Row[]> {
  const folder = join(cache, "tarballs");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const ours = await pack(root, folder);
  // Both sides come from a file, so that neither pays for a registry's distance.
  const vite = await pack(join(peers.createVite, ".."), folder);
  const times = await race(
    [
      coldNpx("ours", join(folder, ours.filename), "create-ml-project", [
        "npx-app",
        "--yes",
        "--no-install",
        "--no-git",
      ]),
      coldNpx("create-vite", join(folder, vite.filename), "create-vite", [
        "npx-app",
        "--template",
        "vanilla-ts",
        "--no-interactive",
      ]),
    ],
    7,
  );
  return [
    {
      what: "npm package, unpacked",
      ours: ours.unpackedSize / 1e6,
      unit: "MB",
      atMost: 2.5,
      note: "no runtime dependencies",
    },
    {
      what: "cold npx, create",
      ours: times.get("ours") ?? Number.NaN,
      unit: "ms",
      peer: { name: "create-vite", value: times.get("create-vite") ?? Number.NaN },
      atMost: 1.2,
    },
  ];
}

async function pack(source: string, into: string): Promise<Packed> {
  const command = ["npm", "pack", source, "--json", "--ignore-scripts", "--pack-destination", into];
  const { output } = await run(command, into);
  // npm's warnings may stand before the document.
  const [packed] = JSON.parse(output.slice(output.indexOf("[\n"))) as Packed[];
  if (!packed) throw new Error(`npm pack of ${source} reported nothing`);
  return packed;
}

function coldNpx(name: string, tarball: string, bin: string, args: readonly string[]): Candidate {
  const cwd = join(cache, "npx", name);
  return {
    name,
    command: ["npm", "exec", "--yes", "--package", tarball, "--", bin, ...args],
    cwd,
    env: { npm_config_cache: join(cwd, ".npm") },
    fresh: async () => {
      await rm(cwd, { recursive: true, force: true });
      await mkdir(cwd, { recursive: true });
    },
  };
}
