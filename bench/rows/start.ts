import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Candidate, peak, race, run } from "../measure.ts";
import { cache, type Peers, root } from "../peers.ts";
import type { Row } from "../table.ts";
import { list, names, writeTemplates } from "../template.ts";

export const bundle = join(root, "dist", "create-ml-project.cjs");
const out = join(cache, "out");
const rounds = 15;

/** Creating from flags alone, start-up and the dry run: what a person waits for before anything is installed. */
export async function startRows(peers: Peers): Promise<Row[]> {
  await mkdir(out, { recursive: true });
  const ours = create();
  await ours.fresh?.();
  await run(ours.command, ours.cwd);
  const templates = await writeTemplates(join(out, names.dist), join(cache, "templates"));
  const others = generators(peers, templates);
  const times = await race([ours, ...others], rounds);
  for (const folder of [`cookiecutter/${names.dist}`, `copier/${names.dist}`, "hygen", "plop"]) {
    await sameWork(join(out, folder), templates.files);
  }
  const mine = times.get(ours.name) ?? Number.NaN;
  const targets: Readonly<Record<string, number>> = { "create-vite": 1, cookiecutter: 1 / 5, copier: 1 / 12 };
  const creates = others.map(({ name }): Row => {
    const atMost = targets[name];
    return {
      what: `create from flags, ${templates.files} files`,
      ours: mine,
      unit: "ms",
      peer: { name, value: times.get(name) ?? Number.NaN },
      ...(atMost === undefined ? {} : { atMost }),
    };
  });
  return [...creates, ...(await floorRows()), ...(await memoryRows(ours, others))];
}

async function floorRows(): Promise<Row[]> {
  const floor: Candidate = { name: "node -e 0", command: ["node", "-e", "0"], cwd: out };
  const version: Candidate = { name: "version", command: ["node", bundle, "--version"], cwd: out };
  const dry: Candidate = { name: "dry", command: ["node", bundle, names.dist, "--dry-run", "--yes"], cwd: out };
  await rm(join(out, names.dist), { recursive: true, force: true });
  const times = await race([floor, version, dry], rounds);
  const peer = { name: floor.name, value: times.get(floor.name) ?? Number.NaN };
  return [
    { what: "--version", ours: times.get("version") ?? Number.NaN, unit: "ms", peer, atMost: 1.3 },
    { what: "--dry-run --yes", ours: times.get("dry") ?? Number.NaN, unit: "ms", peer, atMost: 2 },
  ];
}

async function memoryRows(ours: Candidate, others: readonly Candidate[]): Promise<Row[]> {
  const mine = await peak(ours);
  const rows: Row[] = [{ what: "peak memory of a create", ours: mine.peakMb, unit: "MB", atMost: 60 }];
  for (const other of others) {
    const theirs = await peak(other);
    rows.push({
      what: "peak memory of a create",
      ours: mine.peakMb,
      unit: "MB",
      peer: { name: other.name, value: theirs.peakMb },
    });
  }
  return rows;
}

function create(): Candidate {
  const target = join(out, names.dist);
  return {
    name: "create-ml-project",
    command: ["node", bundle, names.dist, "--yes", "--no-install", "--no-git"],
    cwd: out,
    fresh: () => rm(target, { recursive: true, force: true }),
  };
}

function generators(peers: Peers, templates: Awaited<ReturnType<typeof writeTemplates>>): Candidate[] {
  const into = (name: string) => join(out, name);
  const emptied = (name: string) => async () => {
    await rm(into(name), { recursive: true, force: true });
    await mkdir(into(name), { recursive: true });
  };
  const vite: Candidate = {
    name: "create-vite",
    command: ["node", peers.createVite, "app", "--template", "vanilla-ts", "--no-interactive"],
    cwd: into("vite"),
    fresh: emptied("vite"),
  };
  const cookiecutter: Candidate = {
    name: "cookiecutter",
    command: [peers.cookiecutter, "--no-input", templates.cookiecutter],
    cwd: into("cookiecutter"),
    // Its replay files would otherwise be written into the home folder.
    env: { HOME: into("home") },
    fresh: emptied("cookiecutter"),
  };
  const copier: Candidate = {
    name: "copier",
    command: [peers.copier, "copy", "--defaults", "--quiet", templates.copier, join(into("copier"), names.dist)],
    cwd: into("copier"),
    fresh: emptied("copier"),
  };
  const spellings = Object.entries(names).flatMap(([key, value]) => [`--${key}`, value]);
  const hygen: Candidate = {
    name: "hygen",
    command: ["node", peers.hygen, "bench", "new", ...spellings],
    cwd: into("hygen"),
    env: { HYGEN_TMPLS: templates.hygen },
    fresh: emptied("hygen"),
  };
  const plop: Candidate = {
    name: "plop",
    command: ["node", peers.plop, "--plopfile", join(templates.plop, "plopfile.mjs"), "bench"],
    cwd: into("plop"),
    env: { BENCH_OUT: into("plop") },
    fresh: emptied("plop"),
  };
  return [vite, cookiecutter, copier, hygen, plop];
}

/** Proves that a peer emitted as many files as we did, so that its time stands for the same work. */
async function sameWork(folder: string, files: number): Promise<void> {
  const found = (await list(folder)).length;
  if (found !== files) throw new Error(`${folder} holds ${found} files, not ${files}: the template is not equal`);
}
