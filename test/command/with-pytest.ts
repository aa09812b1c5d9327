import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";

/** A Python with pytest: the machine's, or one that uv makes. */
const made = join(mkdtempSync(join(tmpdir(), "characterize-python-")), "venv");
afterAll(() => rmSync(dirname(made), { recursive: true, force: true }));
export const PYTHON = ((): string => {
  const own = spawnSync("python3", ["-c", "import sys, pytest; print(sys.executable)"], { encoding: "utf8" });
  if (own.status === 0) return own.stdout.trim();
  execFileSync("uv", ["venv", "--quiet", "--no-project", made]);
  execFileSync("uv", ["pip", "install", "--quiet", "--python", made, "pytest"]);
  return join(made, "bin/python");
})();
