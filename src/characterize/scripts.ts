/** The Python that runs a function in a copy of its tree, as text; `bundle.mjs` puts the texts in the place of this file. */
import { readFileSync } from "node:fs";

const textOf = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8");

/** By the name of the file that each becomes. */
export const probeScripts: Readonly<Record<string, string>> = {
  "probe.py": textOf("probe.py"),
  "guard.py": textOf("guard.py"),
  "record.py": textOf("record.py"),
  "sources.py": textOf("sources.py"),
  "values.py": textOf("values.py"),
};
