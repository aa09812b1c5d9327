/** The environment of somebody's code that is run in a copy: what is on a list, and places of its own. Pure. */
import type { Interpreter } from "./interpreter.ts";

/** What of our environment it gets; the rest may hold keys and addresses of what is in use. */
const KEPT =
  /^(?:PATH|LANG|LANGUAGE|LC_\w+|TZ|TERM|LD_LIBRARY_PATH|DYLD_\w+|PYTHONUTF8|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|NUMBER_OF_PROCESSORS|PROCESSOR_ARCHITECTURE)$/i;

/** Reduces it; what is left out is `undefined`, so that a child does not inherit it. */
export function reduced(
  env: NodeJS.ProcessEnv,
  { userBase }: Interpreter,
  { home, temporary }: { readonly home: string; readonly temporary: string },
): Record<string, string | undefined> {
  return {
    ...Object.fromEntries(Object.keys(env).map((name) => [name, KEPT.test(name) ? env[name] : undefined])),
    HOME: home,
    USERPROFILE: home,
    TMPDIR: temporary,
    TEMP: temporary,
    TMP: temporary,
    PYTHONUSERBASE: userBase,
  };
}
