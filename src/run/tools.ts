/** What installs a project on this machine: uv, else a Python with venv and pip. Looked for before the first byte is written. */
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { ToolMissing } from "../errors.ts";
import { start } from "./start.ts";

export interface Installer {
  readonly kind: "uv" | "pip";
  readonly command: string;
  readonly args: readonly string[];
  /** For people: `uv 0.9.2`, `Python 3.12.1 with venv and pip`. */
  readonly shown: string;
}

const OLDEST = "3.11";
const PYTHONS = ["python3.13", "python3.12", "python3.14", "python3.11", "python3", "python"];
/** Fails where Debian ships a Python that can't make environments. */
const PROBE = `import sys, venv, ensurepip; print("%d.%d.%d" % sys.version_info[:3]); sys.exit(sys.version_info < (3, 11))`;

/**
 * Finds what installs.
 *
 * @throws ToolMissing with the command that installs uv
 */
export async function findInstaller(env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<Installer> {
  const uv = inPath("uv", env);
  if (uv !== undefined) {
    // It is started, not only found: version managers leave stubs of programs that aren't there.
    const ended = await start({ command: uv, args: ["--version"], cwd: process.cwd(), signal });
    if (ended.ok)
      return { kind: "uv", command: uv, args: [], shown: (ended.stdout[0] ?? "uv").split(" ").slice(0, 2).join(" ") };
  }
  const launcher = process.platform === "win32" ? inPath("py", env) : undefined;
  const candidates = [
    ...(launcher === undefined ? [] : [{ command: launcher, args: ["-3"] }]),
    ...PYTHONS.flatMap((name) => inPath(name, env) ?? []).map((command) => ({ command, args: [] as string[] })),
  ];
  for (const { command, args } of candidates) {
    const ended = await start({ command, args: [...args, "-c", PROBE], cwd: process.cwd(), signal });
    if (ended.ok) return { kind: "pip", command, args, shown: `Python ${ended.stdout[0] ?? ""} with venv and pip` };
  }
  const found =
    candidates.length === 0
      ? "neither was found"
      : `no uv was found, and no Python that is new enough and has venv and pip`;
  throw new ToolMissing("installer", {
    what: `Installing needs uv, or Python ${OLDEST} or newer`,
    where: "PATH",
    why: found,
    fix: `Install uv with:  ${installCommand()}\nThen run the same command again, or add --no-install to only write the project.`,
  });
}

/** How uv is installed here, as its makers say. */
export function installCommand(platform: NodeJS.Platform = process.platform): string {
  return platform === "win32"
    ? 'powershell -ExecutionPolicy ByPass -c "irm https://astral.sh/uv/install.ps1 | iex"'
    : "curl -LsSf https://astral.sh/uv/install.sh | sh";
}

/** The full path of a program, looked up without starting anything. */
export function inPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const endings = process.platform === "win32" ? (env.PATHEXT ?? ".EXE;.CMD").split(";") : [""];
  for (const folder of (env.PATH ?? env.Path ?? "").split(delimiter)) {
    for (const ending of endings) {
      const path = join(folder, name + ending);
      try {
        if (folder === "" || !statSync(path).isFile()) continue;
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // not there, or not to be started
      }
    }
  }
  return undefined;
}
