/** The help of a command with a word of its own. Pure. */
import { pad, wrap } from "./text.ts";
import { flagsOf, type Word } from "./words.ts";

const LEFT = 22;

export function wordHelp(word: Word, columns: number): string {
  const out = [`create-ml-project ${word.name} ${word.takes} [flags]`, "", wrap(word.help, columns), ""];
  for (const [name, { help, placeholder }] of Object.entries(flagsOf(word))) {
    const flag = `  --${name}${placeholder === undefined ? "" : ` ${placeholder}`}`;
    const lines = wrap(help, columns - LEFT).split("\n");
    // A flag that leaves no room has a line of its own.
    const [first = "", ...rest] = flag.length < LEFT ? lines : ["", ...lines];
    out.push(`${pad(flag, LEFT)}${first}`.trimEnd(), ...rest.map((line) => " ".repeat(LEFT) + line));
  }
  return `${out.join("\n")}\n`;
}
