import type { Schema } from "../packs/shape.ts";
import type { Asked, Group, Pack, Question } from "../types.ts";
import { asked, keyOf, takingOption } from "./asked.ts";
import { INTERVAL_PATTERN } from "./interval.ts";

/** JSON Schema of `--answers FILE` and of `.ml-project/answers.yaml`, from the same list as prompts and flags. */
export function answersSchema(packs: readonly Pack[]): Schema {
  const properties = asked(packs).map((one) => [keyOf(one), schemaOf(one)] as const);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Answers to create-ml-project",
    description: "Every key may be left out: then the question is asked, or takes its default with --yes.",
    type: "object",
    additionalProperties: false,
    properties: {
      ...Object.fromEntries(properties),
      packs: {
        type: "array",
        items: { type: "string" },
        description: "Packs of conventions over ours, as --pack takes them; folders from the project's own.",
      },
      profile: {
        type: "object",
        description: "What was found out about your data file; written by create-ml-project.",
      },
    },
  };
}

function schemaOf(one: Asked): Schema {
  return one.as === "question" ? questionSchema(one.question) : groupSchema(one.group);
}

function questionSchema(question: Question): Schema {
  const description = question.help;
  const base = question.default === undefined ? { description } : { description, default: question.default };
  if (question.type === "choice") return { ...base, enum: (question.choices ?? []).map((choice) => choice.value) };
  if (question.type === "interval") return { ...base, type: "string", pattern: INTERVAL_PATTERN };
  return { ...base, type: question.type === "column" ? ["string", "null"] : "string" };
}

function groupSchema(group: Group): Schema {
  const ids = group.options.map((option) => option.id);
  const choices = group.options.map((option) => `${option.id}: ${option.label}, ${option.hint}`).join("; ");
  const description = `${group.help} ${choices}.`;
  if (group.kind === "many") {
    return { description, default: [...group.default], type: "array", uniqueItems: true, items: { enum: ids } };
  }
  const base = { description, ...(group.default[0] !== undefined && { default: group.default[0] }) };
  if (!takingOption(group, "file")) return { ...base, enum: ids };
  return { ...base, type: "string", examples: ids };
}
