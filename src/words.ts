/** The command line of a command that has a word of its own: `survey DIR --json`. Read by Node, refused in our words. Pure. */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { FlagRefused } from "./errors.ts";
import { nearest } from "./nearest.ts";
import { safe } from "./text.ts";

export interface Word {
  readonly name: string;
  /** What may stand behind it, as in `[DIR]`. */
  readonly takes: string;
  readonly most: number;
  readonly help: string;
  readonly flags: Readonly<
    Record<
      string,
      {
        readonly type: "boolean" | "string";
        readonly help: string;
        readonly placeholder?: string;
        /** It may be given more than once: see {@link Typed.lists}. */
        readonly multiple?: true;
      }
    >
  >;
}

export interface Typed {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  /** Of flags that may be given more than once. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly rest: readonly string[];
}

/** Flags that every command knows. */
const ALWAYS = {
  json: { type: "boolean", help: "Print one JSON document and nothing else." },
  "no-color": { type: "boolean", help: "Plain output; so does the variable NO_COLOR." },
  help: { type: "boolean", help: "Print this help." },
} as const satisfies Word["flags"];

export const flagsOf = (word: Word): Word["flags"] => ({ ...word.flags, ...ALWAYS });

/**
 * Reads what was typed behind the word.
 *
 * @throws FlagRefused for a flag nobody knows (with the nearest one), a value too few or too many
 */
export function readWords(word: Word, argv: readonly string[]): Typed {
  const flags = flagsOf(word);
  const options: ParseArgsConfig["options"] = Object.fromEntries(
    Object.entries(flags).map(([name, { type, multiple = false }]) => [name, { type, multiple }]),
  );
  const refused = (reason: "unknown" | "value" | "directory", what: string, where: string, fix: string): FlagRefused =>
    new FlagRefused(reason, { what, where: safe(where), fix });
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
    if (positionals.length > word.most) {
      throw refused(
        "directory",
        `${word.name} takes ${word.takes}, not ${positionals.length} words`,
        positionals.join(" "),
        `Run it once for each: create-ml-project ${word.name} ${word.takes}`,
      );
    }
    const entries = Object.entries(values);
    return {
      values: Object.fromEntries(entries.filter(([, value]) => !Array.isArray(value))) as Typed["values"],
      lists: Object.fromEntries(
        entries.flatMap(([name, value]) => (Array.isArray(value) ? [[name, value.map(String)]] : [])),
      ),
      rest: positionals,
    };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const flag = /'(?:-\w, )?(-[^' ]+)/.exec(message)?.[1] ?? "";
    const help = `See create-ml-project ${word.name} --help.`;
    if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
      const close = nearest(
        flag,
        Object.keys(flags).map((name) => `--${name}`),
      );
      throw refused(
        "unknown",
        `${word.name} has no flag ${safe(flag)}`,
        flag,
        close === undefined ? help : `Did you mean ${close}? ${help}`,
      );
    }
    if (code === "ERR_PARSE_ARGS_INVALID_OPTION_VALUE")
      throw refused("value", `${flag} is given wrongly: ${safe(message.split(".")[0] ?? "")}`, flag, help);
    throw error;
  }
}
