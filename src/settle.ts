/** From answers as given to complete ones: the data is read; what is open is defaulted, asked, or refused with the command to type. */
import type { Given, Listener } from "./ask/interview.ts";
import type { Prompter } from "./ask/prompter.ts";
import { columnsOf, type Origin, originOf, profile, tellData, withOrigin } from "./data.ts";
import { AnswerRefused } from "./errors.ts";
import { answersFromProfile } from "./inspect/answers.ts";
import type { Profile } from "./inspect/types.ts";
import { defaultOf, isProfiled, nobodyToAsk, openQuestions, ownDataIsChosen, wantsColumn } from "./open.ts";
import { keyOf } from "./options/asked.ts";
import { intervalProblem } from "./options/interval.ts";
import { type Place, placeOf, type Scene } from "./scene.ts";
import type { Answers, Json } from "./types.ts";

/** Complete answers, where the data is if it is the user's, and the place they belong to. */
export interface Settled extends Given {
  readonly place: Place;
}

/** Settles everything and hands it to `emit`; through plop when a person is asked. */
export async function settle<Result>(
  scene: Scene,
  answers: Answers,
  emit: (settled: Settled) => Promise<Result>,
): Promise<Result> {
  const { flags } = scene;
  const named = flags.directory !== undefined || answers.name !== undefined || flags.yes;
  const early = named ? placeOf(scene, answers) : undefined;
  let given = await tellData(scene, early === undefined ? answers : { ...answers, name: early.names.name });
  if (flags.yes) given = { ...given, answers: withDefaults(scene, given.answers) };
  return complete(scene, given, (heard) => emit({ ...heard, place: early ?? placeOf(scene, heard.answers) }));
}

/** Has everything asked that is open, and the data read when it is the user's. */
export async function complete<Result>(
  scene: Scene,
  given: Given,
  emit: (given: Given) => Promise<Result>,
): Promise<Result> {
  const { asked, argv, flags, world, signal } = scene;
  const open = openQuestions(asked, given.answers);
  if (open.length > 0) {
    const atTerminal = world.stdin.isTTY === true && world.stdout.isTTY === true && !flags.json;
    if (!atTerminal) {
      const columns = given.origin !== undefined && open.some(wantsColumn) ? await columnsOf(given.origin, scene) : [];
      throw nobodyToAsk(open, argv, flags.directory, columns);
    }
    const { ask } = await import("./ask.ts");
    return ask(asked, given, listener(scene), signal, emit);
  }
  if (given.origin === undefined || isProfiled(given.answers) || !ownDataIsChosen(asked, given.answers))
    return emit(given);
  return emit({ answers: await lookAt(scene, given.origin, given.answers), origin: given.origin });
}

function withDefaults({ asked }: Scene, answers: Answers): Answers {
  const filled: Record<string, Json> = { ...answers };
  for (const one of openQuestions(asked, answers)) {
    const fallback = defaultOf(one);
    if (fallback !== undefined) filled[keyOf(one)] = fallback;
  }
  return filled;
}

function listener(scene: Scene): Listener {
  return {
    name: (name) => placeOf(scene, { name }),
    interval: (text) => {
      const why = intervalProblem(text);
      if (why === undefined) return;
      throw new AnswerRefused("value", {
        what: "That is no interval",
        why,
        fix: 'Write hour, day, week, month, or a cron expression such as "30 6 * * 1".',
      });
    },
    origin: (group, value, answers) => originOf(group, value, answers, scene),
    withOrigin,
    columns: (origin) => columnsOf(origin, scene),
    profile: (origin, answers, prompt) => lookAt(scene, origin, answers, prompt),
  };
}

/** Reads the data, shows what is in it, and takes the profile into the answers in the place of what led to it. */
async function lookAt(scene: Scene, origin: Origin, answers: Answers, prompt?: Prompter): Promise<Answers> {
  const { flags, report } = scene;
  const look = (dayFirst: boolean | undefined): Promise<Profile> => profile(origin, answers, dayFirst, scene);
  let seen = await look(flags.dayFirst);
  const unsure = seen.ambiguousDates[0];
  if (prompt !== undefined && unsure !== undefined && flags.dayFirst === undefined) {
    const assumed = seen.columns.find((column) => column.name === unsure)?.format?.startsWith("%d") === true;
    const said = await prompt.one(
      `The dates of ${unsure} can be read two ways. 03/04 is`,
      DATE_WAYS,
      assumed ? "day" : "month",
    );
    if ((said === "day") !== assumed) seen = await look(said === "day");
  }
  await report.profile(seen);
  const settled = new Set(Object.keys(answersFromProfile(seen)));
  const kept = Object.fromEntries(Object.entries(answers).filter(([key]) => !settled.has(key)));
  return { ...kept, profile: seen as unknown as Json };
}

const DATE_WAYS = [
  { value: "day", label: "3 April", hint: "day first" },
  { value: "month", label: "March 4", hint: "month first" },
];
