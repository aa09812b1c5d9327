/** The command line as typed → {@link Flags}. Its flags follow from what can be asked, and a few of the engine's own. Pure. */
import { FlagRefused } from "./errors.ts";
import { nearest } from "./nearest.ts";
import { keyOf } from "./options/asked.ts";
import { safe } from "./text.ts";
import type { Asked, Json } from "./types.ts";

export interface EngineFlag {
  readonly name: string;
  readonly short?: string;
  /** What stands behind it; without one it is a switch. */
  readonly placeholder?: string;
  /** It is a switch that is on, and `--no-…` turns it off; shown as that. */
  readonly negative?: true;
  /** It is a switch with three states: on, `--no-…`, and not said. */
  readonly either?: true;
  /** It may be given more than once. */
  readonly many?: true;
  readonly help: string;
}

export const ENGINE_FLAGS = [
  { name: "yes", short: "y", help: "Take the default of every question left open." },
  { name: "answers", placeholder: "FILE", help: "Read answers from a YAML or JSON file; flags win over it." },
  {
    name: "pack",
    placeholder: "SOURCE",
    many: true,
    help: "Lay a pack of your team's conventions over ours; may be given more than once.",
  },
  {
    name: "allow",
    placeholder: "PATH",
    many: true,
    help: "Take a file of a pack that runs by itself, as when an editor opens the folder.",
  },
  { name: "run", help: "Install the project and run its demo." },
  { name: "dry-run", help: "Show what would be written; write nothing." },
  { name: "json", help: "Print one JSON document and nothing else." },
  { name: "git", negative: true, help: "Neither make a git repository nor a first commit." },
  { name: "install", negative: true, help: "Don't install the project's packages." },
  { name: "color", negative: true, help: "Plain output; so does the variable NO_COLOR." },
  { name: "profile-rows", placeholder: "N", help: "Profile the first N rows of the data file only." },
  { name: "day-first", either: true, help: "Read 03/04/2025 in the data file as 3 April; --no-day-first as March 4." },
  { name: "version", short: "v", help: "Print the version." },
  { name: "help", short: "h", help: "Print this help." },
] as const satisfies readonly EngineFlag[];

export interface Flags {
  readonly directory: string | undefined;
  /** By question or group id; not checked yet. A list for a many-of group. */
  readonly answers: Readonly<Record<string, string | readonly string[]>>;
  readonly answersFile: string | undefined;
  /** Files of packs that may run by themselves. Packs themselves are read before, because flags follow from them. */
  readonly allowed: readonly string[];
  readonly yes: boolean;
  readonly run: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly git: boolean;
  readonly install: boolean;
  readonly color: boolean;
  readonly profileRows: number | undefined;
  readonly dayFirst: boolean | undefined;
  readonly version: boolean;
  readonly help: boolean;
}

const isMany = (asked: Asked): boolean => asked.as === "group" && asked.group.kind === "many";
const hasNone = (asked: Asked): boolean =>
  asked.as === "group" && (isMany(asked) || asked.group.options.some((option) => option.id === "none"));

/**
 * Reads the command line.
 *
 * @throws FlagRefused for a flag nobody knows (with the nearest one), a value too few or too many
 */
export function readFlags(argv: readonly string[], asked: readonly Asked[]): Flags {
  const questions = new Map(asked.map((one) => [keyOf(one), one]));
  const engine = new Map<string, EngineFlag>(ENGINE_FLAGS.map((flag) => [flag.name, flag]));
  const switches: Record<string, boolean> = {};
  const values: Record<string, string> = {};
  const lists: Record<string, string[]> = {};
  const answers: Record<string, string | string[]> = {};
  const directories: string[] = [];

  const answer = (one: Asked, value: string): void => {
    const id = keyOf(one);
    if (!isMany(one)) {
      once(id, answers);
      answers[id] = value;
      return;
    }
    const list = value.split(",").map((word) => word.trim());
    answers[id] = [...((answers[id] as string[] | undefined) ?? []), ...list.filter((word) => word !== "")];
  };

  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") {
      directories.push(...rest.splice(0));
      break;
    }
    if (word === "-" || !word.startsWith("-")) {
      directories.push(word);
      continue;
    }
    const [, dashes = "", typed = "", , inline] = /^(--?)([^=]*)(=([\s\S]*))?$/.exec(word) ?? [];
    const short = dashes === "-" ? ENGINE_FLAGS.find((flag) => "short" in flag && flag.short === typed) : undefined;
    const name = short?.name ?? typed;
    const takeValue = (placeholder: string): string => {
      const value = inline ?? (rest[0] !== undefined && !/^--?[a-zA-Z]/.test(rest[0]) ? rest.shift() : undefined);
      if (value === undefined) {
        throw new FlagRefused("value", {
          what: `--${name} needs a value`,
          where: `--${name}`,
          fix: `Write --${name} ${placeholder}, or --${name}=${placeholder} when the value starts with a dash.`,
        });
      }
      return value;
    };
    const noValue = (): void => {
      if (inline === undefined) return;
      throw new FlagRefused("value", {
        what: `--${name} takes no value`,
        where: safe(word),
        fix: `Write --${name} alone.`,
      });
    };
    const off = name.startsWith("no-") ? name.slice(3) : undefined;
    const known = dashes === "--" || short !== undefined;
    const flag = known ? engine.get(name) : undefined;
    const question = known ? questions.get(name) : undefined;
    const negated = known && off !== undefined ? engine.get(off) : undefined;
    const closed = known && off !== undefined ? questions.get(off) : undefined;
    if (flag?.placeholder !== undefined) {
      const value = takeValue(flag.placeholder);
      if (flag.many === true) {
        lists[name] = [...(lists[name] ?? []), value];
        continue;
      }
      once(name, values);
      values[name] = value;
    } else if (flag !== undefined) {
      noValue();
      switches[name] = true;
    } else if (question !== undefined) {
      answer(question, takeValue(placeholderOf(question)));
    } else if (negated !== undefined && (negated.negative || negated.either)) {
      noValue();
      switches[off ?? ""] = false;
    } else if (closed !== undefined && hasNone(closed)) {
      noValue();
      once(off ?? "", answers);
      answers[off ?? ""] = isMany(closed) ? [] : "none";
    } else {
      throw unknown(word, asked);
    }
  }
  if (directories.length > 1) {
    throw new FlagRefused("directory", {
      what: `One project at a time: ${directories.map((name) => safe(name)).join(", ")}`,
      why: "each word without a flag is taken as the folder to create",
      fix: "Give one folder, and put quotes around values with spaces.",
    });
  }
  const flags: Flags = {
    directory: directories[0],
    answers,
    answersFile: values.answers,
    allowed: lists.allow ?? [],
    yes: switches.yes ?? false,
    run: switches.run ?? false,
    dryRun: switches["dry-run"] ?? false,
    json: switches.json ?? false,
    git: switches.git ?? true,
    install: switches.install ?? true,
    color: switches.color ?? true,
    profileRows: rowCount(values["profile-rows"]),
    dayFirst: switches["day-first"],
    version: switches.version ?? false,
    help: switches.help ?? false,
  };
  if (flags.run && !flags.install) {
    throw new FlagRefused("together", {
      what: "--run and --no-install don't go together",
      why: "the demo runs with the project's own packages",
      fix: "Leave one of the two away.",
    });
  }
  return flags;
}

/** What is given in the place of an option's id. */
export const takenAs = { file: "FILE", table: "URL" } as const;

/** What stands behind a flag in the help. */
export function placeholderOf(asked: Asked): string {
  if (asked.as === "question") return asked.question.placeholder || asked.question.id.toUpperCase();
  if (isMany(asked)) return "LIST";
  const words = asked.group.options.flatMap(({ takes }) => (takes === undefined ? [] : takenAs[takes]));
  return words.join("|") || "ID";
}

function once(name: string, seen: Readonly<Record<string, Json | readonly string[]>>): void {
  if (!Object.hasOwn(seen, name)) return;
  throw new FlagRefused("value", { what: `--${name} is given twice`, where: `--${name}`, fix: "Give it once." });
}

function rowCount(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const plain = text.replaceAll("_", "");
  if (/^[1-9]\d{0,11}$/.test(plain)) return Number(plain);
  throw new FlagRefused("value", {
    what: `--profile-rows takes a whole number above 0, not "${safe(text)}"`,
    where: "--profile-rows",
    fix: "Write it like --profile-rows 100000.",
  });
}

function unknown(word: string, asked: readonly Asked[]): FlagRefused {
  const known: string[] = [];
  for (const flag of ENGINE_FLAGS) known.push("negative" in flag ? `--no-${flag.name}` : `--${flag.name}`);
  for (const one of asked) known.push(`--${keyOf(one)}`, ...(hasNone(one) ? [`--no-${keyOf(one)}`] : []));
  const flag = word.split("=")[0] ?? word;
  const close = nearest(flag, known);
  return new FlagRefused("unknown", {
    what: `There is no flag ${safe(flag)}`,
    where: safe(word),
    fix: close === undefined ? "See --help for all flags." : `Did you mean ${close}? See --help for all flags.`,
  });
}
