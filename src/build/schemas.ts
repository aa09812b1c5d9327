/** Writes the published JSON Schemas into `docs/`; a test compares them with what the options say today. */
import { writeFileSync } from "node:fs";
import { answersSchema } from "../options/schema.ts";
import { builtinPack } from "../packs/builtin.ts";
import { manifestSchema } from "../packs/manifest.ts";

const text = (schema: unknown): string => `${JSON.stringify(schema, null, 2)}\n`;
writeFileSync(new URL("../../docs/answers.schema.json", import.meta.url), text(answersSchema([builtinPack()])));
writeFileSync(new URL("../../docs/pack.schema.json", import.meta.url), text(manifestSchema()));
