/** New data for what is added: found, asked about where something is open, and read. */
import type { Around } from "../commands.ts";
import { type Origin, tellData } from "../data.ts";
import { readFlags } from "../flags.ts";
import { asked as askedOf } from "../options/asked.ts";
import { dependencyNames } from "../refuse/name.ts";
import type { Scene } from "../scene.ts";
import { complete } from "../settle.ts";
import type { Answers, Json } from "../types.ts";
import type { Typed } from "../words.ts";

export interface Profiled {
  /** Complete, with the profile. */
  readonly answers: Answers;
  readonly profile: { readonly [key: string]: Json };
  readonly origin: Origin | undefined;
}

/** Reads the data that `answers` name; `argv` is what was typed, for the command a refusal prints. */
export async function profiled(
  answers: Answers,
  argv: readonly string[],
  values: Typed["values"],
  { world, report, signal, packs }: Around,
): Promise<Profiled> {
  const asked = askedOf(packs);
  const { "profile-rows": rows, "day-first": dayFirst, dataset } = values;
  const typed = [
    ...(typeof rows === "string" ? [`--profile-rows=${rows}`] : []),
    ...(dayFirst === true ? ["--day-first"] : []),
    ...(values["json"] === true ? ["--json"] : []),
  ];
  const flags = readFlags(typed, asked);
  const taken = dependencyNames(packs);
  const scene: Scene = { argv: ["add", ...argv], flags, packs, named: [], asked, taken, world, report, signal };
  return complete(scene, await tellData(scene, answers), async ({ answers: heard, origin }) => {
    const found = heard["profile"] as { [key: string]: Json };
    // The dataset is called after its file, unless it is given a name.
    const profile = typeof dataset === "string" ? { ...found, file: dataset } : found;
    return { answers: { ...heard, profile }, profile, origin };
  });
}
