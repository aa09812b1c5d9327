/** What `--help` shows, derived from what can be asked. Pure. */
import { commandHelp } from "./commands.ts";
import { EXIT_MEANING } from "./errors.ts";
import { ENGINE_FLAGS, placeholderOf, takenAs } from "./flags.ts";
import { pad, width, wrap } from "./text.ts";
import type { Asked, Option } from "./types.ts";

/** Terminals wider than this are read like this one. */
const WIDEST = 92;
/** Where the texts begin. */
const LEFT = 22;

/** Writes the help for a terminal of so many columns. */
export function help(asked: readonly Asked[], terminal: number): string {
  const columns = Math.min(terminal, WIDEST);
  const say = (text: string, indent = ""): string => wrap(indent + text, columns, indent);
  const out = [
    "create-ml-project [DIR] [flags]",
    "",
    say("Writes a machine-learning project that trains, predicts and reports by itself."),
    say(
      "DIR is the folder to create; . is the folder you are in. What no flag answers is asked, with a default that Enter takes; every flag below is also a key of --answers FILE.",
    ),
    "",
    "Examples",
    "  create-ml-project rain --run",
    "  create-ml-project churn --data customers.csv \\",
    "    --target churned --yes",
    "  create-ml-project churn --data env:SHOP_URL \\",
    "    --table customers --target churned",
    "  create-ml-project . --yes --no-install",
  ];
  const entry = (flag: string, text: string): void => {
    const first = `  ${flag}`;
    const body = wrap(text, columns - LEFT).split("\n");
    if (width(first) < LEFT) {
      out.push(`${pad(first, LEFT)}${body[0] ?? ""}`, ...body.slice(1).map((line) => " ".repeat(LEFT) + line));
    } else {
      out.push(first, ...body.map((line) => " ".repeat(LEFT) + line));
    }
  };

  out.push("", "The project");
  for (const one of asked) {
    if (one.as !== "question") continue;
    const { question } = one;
    const fallback = question.default ? ` Default: ${question.default}.` : "";
    entry(`--${question.id} ${placeholderOf(one)}`, `${sentence(question.help || question.message)}${fallback}`);
    for (const choice of question.choices ?? []) out.push(row(choice.value, choice.hint || choice.label, columns));
  }

  out.push("", "What it is made of");
  for (const one of asked) {
    if (one.as !== "group") continue;
    const { group } = one;
    const many = group.kind === "many" ? ` Several, with commas; --no-${group.id} for none of them.` : "";
    const fallback = group.default.length > 0 ? ` Default: ${group.default.join(",")}.` : "";
    entry(`--${group.id} ${placeholderOf(one)}`, `${sentence(group.help || group.message)}${many}${fallback}`);
    for (const option of group.options) out.push(row(optionWord(option), option.hint || option.label, columns));
  }

  out.push("", "The command");
  for (const flag of ENGINE_FLAGS) {
    const short = "short" in flag ? `-${flag.short}, ` : "";
    const name = "negative" in flag ? `no-${flag.name}` : flag.name;
    entry(`${short}--${name}${"placeholder" in flag ? ` ${flag.placeholder}` : ""}`, flag.help);
  }

  out.push("", "Other commands");
  out.push(say("Each has its own --help; a folder of such a name is written ./NAME.", "  "));
  for (const [word, text] of commandHelp()) entry(word, text);

  out.push("", "Exit codes");
  for (const [code, meaning] of Object.entries(EXIT_MEANING)) {
    out.push(
      ...wrap(meaning, columns - 6)
        .split("\n")
        .map((line, index) => (index === 0 ? `  ${pad(code, 4)}${line}` : `      ${line}`)),
    );
  }
  return `${out.join("\n")}\n`;
}

const optionWord = (option: Option): string => (option.takes === undefined ? option.id : takenAs[option.takes]);
const sentence = (text: string): string => (/[.?!]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);

/** One value of a flag: indented below it, its text in the column of all texts. */
function row(word: string, text: string, columns: number): string {
  const indent = " ".repeat(LEFT);
  const first = pad(`      ${word} `, LEFT);
  return first + wrap(text, columns - LEFT).replaceAll("\n", `\n${indent}`);
}
