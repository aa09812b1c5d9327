import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { race } from "../measure.ts";
import { cache, root } from "../peers.ts";
import type { Row } from "../table.ts";

const here = join(cache, "pack");
const pack = join(here, "pack");
const many = 6000;

/** A pack of 6,000 files, read and parsed at run time as a team's pack is, next to a loop that only copies it. */
export async function packRows(): Promise<Row[]> {
  await rm(here, { recursive: true, force: true });
  await cp(join(root, "templates"), pack, { recursive: true });
  await fillUp();
  const script = join(here, "pack-create.mjs");
  await build({
    entryPoints: [join(root, "bench", "pack-create.ts")],
    outfile: script,
    bundle: true,
    platform: "node",
    format: "esm",
    minify: true,
    // Bundled CommonJS packages still call require for Node's own modules.
    banner: {
      js: 'import { createRequire as benchRequire } from "node:module"; const require = benchRequire(import.meta.url);',
    },
  });
  const target = join(here, "bench-project");
  const fresh = () => rm(target, { recursive: true, force: true });
  const times = await race(
    [
      { name: "ours", command: ["node", script, pack, target], cwd: here, fresh },
      { name: "loop", command: ["node", join(root, "bench", "pack-loop.mjs"), pack, target], cwd: here, fresh },
    ],
    7,
  );
  return [
    {
      what: `create from a pack of ${many} files`,
      ours: times.get("ours") ?? Number.NaN,
      unit: "ms",
      peer: { name: "bare read and write", value: times.get("loop") ?? Number.NaN },
      atMost: 1.5,
    },
  ];
}

/** Modules of a usual size, each with the project's name in it, in folders of a hundred. */
async function fillUp(): Promise<void> {
  for (let at = 0; at < many; at++) {
    const folder = join(pack, "project", "src", "sample_project", `area${Math.floor(at / 100)}`);
    if (at % 100 === 0) await mkdir(folder, { recursive: true });
    const lines = Array.from({ length: 40 }, (_, line) => `    total_${line} = first + ${line}  # sample_project`);
    const body = `"""Module ${at} of sample_project."""\n\n\ndef total(first: int) -> int:\n${lines.join("\n")}\n    return total_39\n`;
    await writeFile(join(folder, `module_${at}.py`), body);
  }
}
