/** The command, top to bottom: `argv → Flags → Packs → Options → Answers → Selection → Plan → Tree → Change → Written → Report`. */
import { commandOf } from "./commands.ts";
import { create } from "./create.ts";
import { EXIT, Interrupted } from "./errors.ts";
import { readFlags } from "./flags.ts";
import { givenAnswers } from "./given.ts";
import { machine } from "./machine.ts";
import { asked as askedOf } from "./options/asked.ts";
import { builtinPack } from "./packs/builtin.ts";
import type { Stack } from "./packs/stack.ts";
import { dependencyNames } from "./refuse/name.ts";
import { openReport } from "./report.ts";
import type { Scene, World } from "./scene.ts";
import { settle } from "./settle.ts";
import type { Pack } from "./types.ts";
import { VERSION } from "./version.ts";

const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** The packs that are named, over ours. Nothing is loaded for it when none is. */
async function stackOf(
  ours: readonly Pack[],
  argv: readonly string[],
  { cwd, env }: World,
  signal: AbortSignal,
): Promise<Stack> {
  if (!argv.some((word) => /^--(?:pack|answers)(?:=|$)/.test(word))) return { packs: ours, named: [] };
  const { packStack, packWords } = await import("./packs/stack.ts");
  const words = packWords(argv, cwd());
  return words.length === 0 ? { packs: ours, named: [] } : packStack(ours, words, { folder: cwd(), env, signal });
}

/** Runs the command and returns its exit code. Prints everything, throws nothing. */
export async function main(argv: readonly string[], world: World = machine): Promise<number> {
  const report = openReport(world, { json: argv.includes("--json"), color: !argv.includes("--no-color") });
  const interruption = new AbortController();
  const { signal } = interruption;
  const interrupt = (): void => interruption.abort(new Interrupted());
  for (const name of SIGNALS) world.on(name, interrupt);
  try {
    const ours = world.packs ?? [builtinPack()];
    const command = commandOf(argv[0]);
    if (command !== undefined) {
      const { packsAround } = await import("./packs/around.ts");
      const packs = await packsAround(ours, argv, world.cwd(), world.env, signal);
      return await (await command())(argv.slice(1), { world, report, signal, packs, ours });
    }
    const { packs, named } = await stackOf(ours, argv, world, signal);
    const asked = askedOf(packs);
    const flags = readFlags(argv, asked);
    if (flags.version) report.say(`${VERSION}\n`);
    else if (flags.help) report.say((await import("./help.ts")).help(asked, report.columns));
    else {
      const scene: Scene = { argv, flags, packs, named, asked, taken: dependencyNames(packs), world, report, signal };
      const answers = await givenAnswers(flags, asked, packs, world.cwd());
      const installer =
        flags.install && !flags.dryRun ? await (await import("./run.ts")).findInstaller(world.env, signal) : undefined;
      await settle(scene, answers, (settled) => create(scene, settled, installer));
    }
    return EXIT.done;
  } catch (error) {
    return report.error(signal.aborted ? signal.reason : error);
  } finally {
    for (const name of SIGNALS) world.off(name, interrupt);
  }
}
