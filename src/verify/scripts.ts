/** The Python that runs a repository's tests: `verify.py` is started; those with a long name stand on the path of the tests. */
import { pythonBeside } from "../run/texts.ts";

export const scripts = pythonBeside(import.meta.url);
