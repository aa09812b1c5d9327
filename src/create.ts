/** From complete answers to a project that stands: `Selection → Plan → Tree → Change → Written`, then git, packages and the demo. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { changeInto } from "./change/change.ts";
import { localFiles } from "./data.ts";
import type { Profile } from "./inspect/types.ts";
import { nextSteps } from "./next.ts";
import { select } from "./options/select.ts";
import { plan } from "./plan.ts";
import { nameWarning } from "./refuse/name.ts";
import { render } from "./render.ts";
import { type Done, writtenText } from "./report.ts";
import type { Installer, Repository, Place as RunPlace } from "./run.ts";
import type { Scene } from "./scene.ts";
import type { Settled } from "./settle.ts";
import type { Answers, Change } from "./types.ts";
import { VERSION } from "./version.ts";
import { write } from "./write.ts";

/** Creates the project. Everything the answers can make fail has failed when the first byte is written. */
export async function create(
  scene: Scene,
  { answers, origin, place }: Settled,
  installer: Installer | undefined,
): Promise<void> {
  const { asked, flags, packs, named, report, signal, world } = scene;
  const { target, names } = place;
  const profile = answers.profile as unknown as Profile | undefined;
  const own = named.length === 0 ? undefined : await import("./packs/stack.ts");
  const recorded = own?.recordedIn(packs, target.path) ?? packs;
  const sources = own === undefined ? {} : { packs: named.map((folder) => own.sourceFrom(folder, target.path)) };
  const selection = select(recorded, { ...thisYear(asked), ...answers, ...sources });
  const tree = render(plan(selection));
  const rendered = await changeInto(tree, target.kept);
  const local = origin === undefined ? [] : localFiles(origin, selection.answers);
  const change: Change = { operations: [...rendered.operations, ...local] };
  if (own !== undefined) own.refuseRunning(change.operations, flags.allowed);
  for (const { name, idle } of packs) for (const path of idle) report.warn(unusedText(name, path));
  const oddName = nameWarning(names);
  if (oddName !== undefined) report.warn(oddName);
  const warnings = [...(oddName === undefined ? [] : [oddName]), ...(profile?.warnings ?? []).map(({ text }) => text)];
  const facts = { names, directory: target.shown, dryRun: flags.dryRun, selection, change };
  if (flags.dryRun) {
    report.done({ ...facts, warnings, nextSteps: [] });
    return;
  }

  signal.throwIfAborted();
  const hadRepository = existsSync(join(target.path, ".git"));
  const written = await write(change, target, { signal });
  try {
    signal.throwIfAborted();
    report.note(writtenText(change, target.shown));
    report.diff(change);
    const run = flags.git || installer !== undefined ? await import("./run.ts") : undefined;
    const repository = flags.git
      ? await run?.makeRepository(
          target.path,
          `Start ${names.dist} with create-ml-project ${VERSION}`,
          world.env,
          signal,
        )
      : undefined;
    if (repository !== undefined) report.note(gitText(repository));
    let demo: readonly string[] | undefined;
    if (run !== undefined && installer !== undefined) {
      const where: RunPlace = {
        folder: target.path,
        shown: target.shown,
        command: names.dist,
        columns: report.columns,
        progress: report,
        signal,
      };
      await run.install(where, installer, flags.run);
      if (flags.run) demo = await run.demo(where);
    }
    const done: Done = { ...facts, warnings, repository, installed: installer?.shown, demo, nextSteps: [] };
    report.done({ ...done, nextSteps: nextSteps(done, installer?.kind) });
  } catch (error) {
    if (signal.aborted) written.undo([...(await import("./run.ts")).PRODUCTS, ...(hadRepository ? [] : [".git"])]);
    throw error;
  }
}

const unusedText = (pack: string, path: string): string =>
  `${path} of the pack ${pack} is not used: packs are data, and nothing of them is run.`;

/** The core knows no clock: the year of the licence comes from here, unless it is answered. */
function thisYear(asked: Scene["asked"]): Answers {
  const wanted = asked.some((one) => one.as === "question" && one.question.id === "year");
  return wanted ? { year: String(new Date().getUTCFullYear()) } : {};
}

function gitText(repository: Repository): string {
  if (repository.state === "committed") return "Git repository with a first commit";
  const made = repository.state === "initialised" ? "Git repository" : "No git repository";
  return `${made}; ${repository.why}${repository.fix === undefined ? "" : `. By hand: ${repository.fix}`}`;
}
