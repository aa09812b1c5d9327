/** The Python that reads a table, as text; `bundle.mjs` puts the texts in the place of this file. */
import { readFileSync } from "node:fs";

const textOf = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8");

/** Streams rows; gets its job by standard input. */
export const rowsScript = textOf("rows.py");

/** Makes an environment for it where there is no uv. */
export const environmentScript = textOf("environment.py");
