/** The Python of a repository: the one given, of an environment in it, or of the machine. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { FlagRefused, ToolMissing } from "../errors.ts";
import { safe } from "../text.ts";
import { start } from "./start.ts";
import { inPath } from "./tools.ts";

export interface Interpreter {
  /** The program itself, behind the stubs of version managers. */
  readonly path: string;
  readonly version: string;
  /** Where packages of this user are, which a home of its own would hide. */
  readonly userBase: string;
  /** For people: why this one. */
  readonly shown: string;
}

const PROBE =
  'import sys, site; print(sys.executable); print("%d.%d.%d" % sys.version_info[:3]); print(site.getuserbase()); sys.exit(sys.version_info < (3, 8))';

/**
 * Finds it; it is started once, with code of ours only.
 *
 * @param need for people, what needs it: "Running the tests"
 * @throws FlagRefused when the one given is none, ToolMissing when there is none
 */
export async function findInterpreter(
  folder: string,
  need: string,
  given: string | undefined,
  cwd: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Interpreter> {
  if (given !== undefined) {
    const path = /[\\/]/.test(given) ? resolve(cwd, given) : (inPath(given, env) ?? given);
    const found = await probe(path, "given", signal);
    if (typeof found !== "string") return found;
    throw new FlagRefused("value", {
      what: "--python is no Python 3.8 or newer that can be started",
      where: safe(given),
      why: safe(found),
      fix: "Give the path of an interpreter, such as .venv/bin/python.",
    });
  }
  const inside = process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];
  for (const name of [".venv", "venv", "env", ".env"]) {
    const path = join(folder, name, ...inside);
    if (!existsSync(path)) continue; // `.env` is a file of settings more often
    const found = await probe(path, `of ${name} in the repository`, signal);
    if (typeof found !== "string") return found;
  }
  for (const name of ["python3", "python"]) {
    const path = inPath(name, env);
    const found = path === undefined ? "" : await probe(path, "of this machine", signal);
    if (typeof found !== "string") return found;
  }
  throw new ToolMissing("python", {
    what: `${need} needs Python 3.8 or newer`,
    where: "PATH",
    why: "the repository has no environment of its own, and no python3 was found",
    fix: "Name the interpreter: --python PATH",
  });
}

async function probe(path: string, shown: string, signal: AbortSignal): Promise<Interpreter | string> {
  const { ok, stdout, tail } = await start({
    command: path,
    args: ["-I", "-c", PROBE],
    cwd: process.cwd(),
    signal,
  });
  const [program = "", version = "", userBase = ""] = stdout;
  if (ok) return { path: program, version, userBase, shown };
  return version === "" ? (tail.at(-1) ?? "it says nothing") : `it is Python ${version}`;
}
