/** The Python that runs a repository's tests, as text; `bundle.mjs` puts the texts in the place of this file. */
import { readFileSync } from "node:fs";

const textOf = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8");

/** By file name: `verify.py` is started; those with a long name stand on the path of the tests. */
export const scripts: Readonly<Record<string, string>> = {
  "create_ml_project_recorder.py": textOf("create_ml_project_recorder.py"),
  "create_ml_project_watch.py": textOf("create_ml_project_watch.py"),
  "runs.py": textOf("runs.py"),
  "source.py": textOf("source.py"),
  "verify.py": textOf("verify.py"),
};
