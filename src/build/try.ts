/**
 * `npm run try -- [DIR] [flags]`: composes any combination into a scratch folder, where it can be typed, tested and run.
 * The command itself, from source, without questions, packages or git; the folder is emptied first. For work on templates.
 */
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { main } from "../main.ts";

const scratch = fileURLToPath(new URL("../../.cache/try/", import.meta.url));
const args = process.argv.slice(2);
const named = args[0] !== undefined && !args[0].startsWith("-");
const directory = named ? String(args.shift()) : `${scratch}sample-project`;

if (directory.startsWith(scratch)) rmSync(directory, { recursive: true, force: true });
process.exitCode = await main([directory, "--yes", "--no-install", "--no-git", ...args]);
