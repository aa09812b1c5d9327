/**
 * `npm start [-- flags]`: the main job from a fresh clone. Builds the command, creates a project in a scratch folder with
 * it, and runs the project's demo, which prints the prediction table and where the report is.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const tool = join(root, ".cache", "uv-tool");
const bin = join(tool, process.platform === "win32" ? "Scripts" : "bin");
const path = [bin, process.env.PATH ?? ""].join(delimiter);
const flags = process.argv.slice(2);

console.log("Building the command into dist/ …");
execFileSync(process.execPath, [join(root, "src", "build", "bundle.mjs")], { cwd: root, stdio: "inherit" });
bringUv();

const scratch = mkdtempSync(join(tmpdir(), "create-ml-project-start-"));
console.log(`\nIn ${scratch}:\n$ create-ml-project rain --yes --run ${flags.join(" ")}`);
const command = [join(root, "dist", "create-ml-project.cjs"), "rain", "--yes", "--run", ...flags];
const { status } = spawnSync(process.execPath, command, {
  cwd: scratch,
  stdio: "inherit",
  env: { ...process.env, PATH: path },
});
if (status === 0) console.log(`\nThe project is in ${join(scratch, "rain")}; it is yours to keep or to delete.`);
process.exitCode = status ?? 1;

/** Installs a uv that only this repository uses, when the machine has none. */
function bringUv(): void {
  if (spawnSync("uv", ["--version"], { env: { ...process.env, PATH: path } }).status === 0) return;
  const python = process.platform === "win32" ? "python" : "python3";
  console.log(`No uv found: installing a private one from PyPI into ${tool} …`);
  const made = spawnSync(python, ["-m", "venv", tool], { stdio: "inherit" }).status === 0;
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv"];
  const done = made && spawnSync(join(bin, "python"), pip, { stdio: "inherit" }).status === 0;
  // Without it the command looks for a Python of its own, and says what to install when there is none.
  if (!done || !existsSync(bin)) console.log("That did not work; trying with the Python that is there.");
}
