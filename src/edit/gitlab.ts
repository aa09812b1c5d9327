/** A job more in somebody's `.gitlab-ci.yml`. Pure. */
import { isMap } from "yaml";
import { taken } from "./ini.ts";
import type { NoPlace } from "./pyproject.ts";
import { bytesOf, type Given, insertedApart, textOf } from "./text.ts";
import { alike, tableOf } from "./toml.ts";
import { meaningOf, readYamlOf } from "./yaml.ts";

export interface Job {
  /** The commands, one a line. */
  readonly script: readonly string[];
  readonly image?: string;
}

/** Keys of the file that are no jobs, and `pages`, which deploys. */
const RESERVED =
  /^(?:image|services|stages|types|before_script|after_script|variables|cache|include|true|false|nil|default|workflow|spec|pages|\..*)$/;

/**
 * Appends a job, in a stage that is there: `test` if there is one, else one that is called like it, else the first.
 * The same job twice is one.
 *
 * @throws ManifestRefused where it can't be read, or the name means something else there
 */
export function gitlabCi(
  text: string,
  name: string,
  job: Job,
  path = ".gitlab-ci.yml",
): { readonly text: string } | NoPlace {
  const given: Given = { path, bytes: bytesOf(text) };
  const document = readYamlOf(path, textOf(given));
  const noPlace: NoPlace = {
    why: "it holds several documents, or is written in a form that can't be added to without changing a line of yours",
    line: () => `a job ${name} with the script: ${job.script.join(" && ")}`,
  };
  if (document === undefined) return noPlace;
  const { contents } = document;
  if (contents !== null && !(isMap(contents) && contents.flow !== true)) return noPlace;
  const before = tableOf(meaningOf(text));
  const stage = stageOf(before.stages);
  const wanted = {
    ...(stage !== undefined && { stage }),
    ...(job.image !== undefined && { image: job.image }),
    script: [...job.script],
  };
  if (alike(before[name], wanted)) return { text };
  if (name in before || RESERVED.test(name)) throw taken(path, name);
  const indent = /^[^\s#-][^\n]*:[ \t]*\r?\n( +)[^\s#-]/m.exec(text)?.[1] ?? "  ";
  const lines = [
    `${scalar(name)}:`,
    ...(stage === undefined ? [] : [`${indent}stage: ${scalar(stage)}`]),
    ...(job.image === undefined ? [] : [`${indent}image: ${scalar(job.image)}`]),
    `${indent}script:`,
    ...job.script.map((line) => `${indent}${indent}- ${scalar(line)}`),
  ];
  const after = insertedApart(text, text.length, lines);
  return alike(meaningOf(after), { ...before, [name]: wanted }) ? { text: after } : noPlace;
}

function stageOf(stages: unknown): string | undefined {
  if (!Array.isArray(stages)) return undefined;
  const names = stages.filter((one) => typeof one === "string");
  return names.find((one) => one === "test") ?? names.find((one) => /test|check|verif|qa/i.test(one)) ?? names[0];
}

/** Plain where that is surely a text. */
const scalar = (text: string): string =>
  /^[A-Za-z][\w./ =-]*$/.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null)$|\s$/i.test(text)
    ? text
    : JSON.stringify(text);
