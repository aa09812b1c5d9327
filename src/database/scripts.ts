/** The Python that reads a table: `rows.py` streams rows, `environment.py` makes an environment for it where there is no uv. */
import { pythonBeside } from "../run/texts.ts";

export const scripts = pythonBeside(import.meta.url);
