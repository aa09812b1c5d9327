import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { testEnvironment } from "./command.ts";
import { cacheDir, root } from "./places.ts";

/** Before suites that use the built command: build it, and bring a private uv when the machine has none. */
export default function setup(): void {
  if (spawnSync("uv", ["--version"], { env: testEnvironment() }).status !== 0) {
    console.log("No uv found: installing a private one into .cache/uv-tool/.");
    const home = join(cacheDir, "uv-tool");
    done("python3", ["-m", "venv", home]);
    done(join(home, "bin", "pip"), ["install", "--quiet", "uv"]);
  }
  done("npm", ["run", "--silent", "build"]);
}

function done(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", env: testEnvironment() });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status ?? error?.message}`);
}
