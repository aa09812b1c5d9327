import { namesOf } from "../shared/tokens.ts";
import type { Values } from "../shared/values.ts";
import type { Json, Selection } from "../types.ts";
import { intervalWords } from "./interval.ts";

/** Values that templates may use: all answers, and what follows from them. */
export function valuesOf(selection: Selection, generator: string): Values {
  // What was added later is no value of the whole: an addition changes nothing but what it brings.
  const { added: _, ...answers } = selection.answers;
  const names = namesOf(textOf(answers["name"]));
  const problem = textOf(answers["problem"]);
  const description =
    textOf(answers["description"]) || firstLine(problem) || `${names.title}: trains, predicts and reports by itself.`;
  return {
    ...answers,
    ...names,
    problem,
    problem_or_open: problem || "*Open: state the decision, who acts on it, what an error costs, and the horizon.*",
    description,
    author: textOf(answers["author"]) || `The ${names.title} contributors`,
    interval_words: intervalWords(textOf(answers["interval"])),
    python: ">=3.11",
    generator_version: generator,
    packs: selection.packs.map((pack) => `${pack.name} ${pack.version}`),
  };
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** Package metadata has room for one line. */
function firstLine(text: string): string {
  return text.split("\n")[0]?.trim() ?? "";
}
