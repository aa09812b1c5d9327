/** The page `docs/options.md`, derived from what can be asked. Pure; a contract test keeps the file equal to it. */
import { takenAs } from "../flags.ts";
import type { Asked, Group, Option, Question } from "../types.ts";

const HEAD = `# Options

Every question, in the order it is asked. Each is a flag (\`--scheduler cron\`), a key of \`--answers FILE\`, and has a default.
This page is made from the option folders; \`npm run contract -- -u\` writes it anew.
`;

/** Writes the page: the questions first, then each group with its options. */
export function optionsPage(asked: readonly Asked[]): string {
  const questions = asked.flatMap((one) => (one.as === "question" ? [one.question] : []));
  const groups = asked.flatMap((one) => (one.as === "group" ? [one.group] : []));
  return [HEAD, "## The project", "", ...questionTable(questions), ...groups.flatMap(section)].join("\n");
}

function questionTable(questions: readonly Question[]): string[] {
  const rows = questions.map(
    ({ id, placeholder, message, help, default: fallback }) =>
      `| \`--${id} ${placeholder || id.toUpperCase()}\` | ${cell(help || message)} | ${fallback ? `\`${fallback}\`` : ""} |`,
  );
  return ["| flag | what it says | default |", "|---|---|---|", ...rows, ""];
}

function section(group: Group): string[] {
  const several = group.kind === "many" ? " Any number of them, with commas." : "";
  const rows = group.options.map((option) => {
    const preset = group.default.includes(option.id) ? "default" : "";
    return `| \`${value(option)}\` | ${cell(`${option.label}: ${option.hint}`)} | ${preset} |`;
  });
  const head = [`## \`--${group.id}\``, "", `${group.help}${several}`, ""];
  return [...head, "| value | what it is | |", "|---|---|---|", ...rows, "", ...group.options.flatMap(relations)];
}

/** What an option needs or can't stand, with the reason; nothing for most. */
function relations(option: Option): string[] {
  const line = (word: string, other: string, because: string) => `- \`${option.id}\` ${word} \`${other}\`: ${because}`;
  const lines = [
    ...option.requires.map(({ option: other, because }) => line("needs", other, because)),
    ...option.conflicts.map(({ option: other, because }) => line("can't go with", other, because)),
  ];
  return lines.length > 0 ? [...lines, ""] : [];
}

const value = (option: Option): string => (option.takes === undefined ? option.id : takenAs[option.takes]);
/** A pipe would start a new cell. */
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
