import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository, and the folder of it that git ignores and CI may keep. */
export const root = fileURLToPath(new URL("../..", import.meta.url));
export const cacheDir = join(root, ".cache");
export const bundle = join(root, "dist", "create-ml-project.cjs");
export const templates = join(root, "templates");

/** Where a private uv is put when the machine has none; first in the PATH of every command under test. */
export const uvHome = join(cacheDir, "uv-tool", "bin");
