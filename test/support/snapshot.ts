import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** Every path below a folder with its kind, mode and content; two equal snapshots are the same folder, byte for byte. */
export function snapshot(folder: string, but: readonly string[] = []): Record<string, string> {
  const seen: Record<string, string> = {};
  const walk = (path: string, shown: string): void => {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined || but.includes(shown)) return;
    const mode = (found.mode & 0o777).toString(8);
    if (found.isSymbolicLink()) seen[shown] = `link ${readlinkSync(path)}`;
    else if (found.isDirectory()) {
      seen[shown] = `folder ${mode}`;
      for (const name of readdirSync(path).sort()) walk(join(path, name), shown === "." ? name : `${shown}/${name}`);
    } else seen[shown] = `file ${mode} ${readFileSync(path).toString("base64")}`;
  };
  walk(folder, ".");
  return seen;
}
