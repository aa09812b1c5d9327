import type { Files } from "../types.ts";

/** `sha256:…` over every path, mode and byte, whatever the order of the files. */
export function hashFiles(files: Files): string {
  // Loaded only when something is hashed: it brings all of Node's streams with it.
  const hash = process.getBuiltinModule("node:crypto").createHash("sha256");
  for (const path of [...files.keys()].sort()) {
    const file = files.get(path);
    if (!file) continue;
    hash.update(`${Buffer.byteLength(path)} ${path} ${file.mode.toString(8)} ${file.bytes.length}\n`);
    hash.update(file.bytes);
  }
  return `sha256:${hash.digest("hex")}`;
}
