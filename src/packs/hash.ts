import type { Files } from "../types.ts";

/** `sha256:…` over every path, mode and byte, whatever the order of the files. */
export function hashFiles(files: Files): string {
  const hash = newHash();
  for (const path of [...files.keys()].sort()) {
    const file = files.get(path);
    if (!file) continue;
    hash.update(`${Buffer.byteLength(path)} ${path} ${file.mode.toString(8)} ${file.bytes.length}\n`);
    hash.update(file.bytes);
  }
  return `sha256:${hash.digest("hex")}`;
}

/** `sha256:…` over these bytes, one after the other. */
export function hashBytes(...parts: readonly Uint8Array[]): string {
  const hash = newHash();
  for (const bytes of parts) hash.update(bytes);
  return `sha256:${hash.digest("hex")}`;
}

/** Nobody changes bytes that are in a tree, and the base of a big project is long. */
const known = new WeakMap<Uint8Array, string>();

/** The SHA-256 of one file, worked out once. */
export function sha256(bytes: Uint8Array): string {
  const hash = known.get(bytes) ?? newHash().update(bytes).digest("hex");
  known.set(bytes, hash);
  return hash;
}

/** Loaded only when something is hashed: it brings all of Node's streams with it. */
function newHash() {
  return process.getBuiltinModule("node:crypto").createHash("sha256");
}
