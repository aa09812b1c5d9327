/** The Python that runs a function in a copy of its tree: `probe.py` is started. */
import { pythonBeside } from "../run/texts.ts";

export const scripts = pythonBeside(import.meta.url);
