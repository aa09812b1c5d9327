/** A pack out of a `.tar.gz`, read in memory with suspicion: nothing is unpacked, so nothing can land anywhere. */
import { readFileSync, statSync } from "node:fs";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { extract, type Header } from "tar-stream";
import { PackRefused } from "../errors.ts";
import { safe } from "../text.ts";
import type { FileEntry, Files } from "../types.ts";
import { LARGEST, MOST, skipped } from "./folder.ts";
import { refusePaths } from "./paths.ts";

/** What it may be packed, and unpacked, in bytes. */
const PACKED = 50_000_000;
const UNPACKED = 200_000_000;

type Refuse = (reason: string, what: string, fix: string, why?: string) => PackRefused;

/**
 * Reads its files. A single folder around all of them is left out.
 *
 * @throws PackRefused for links, devices, paths that leave it or are given twice, and for what is too large
 */
export async function readArchive(file: string): Promise<Files> {
  const refuse: Refuse = (reason, what, fix, why) =>
    new PackRefused(reason, { what, where: safe(file), fix, ...(why !== undefined && { why: safe(why) }) });
  if (statSync(file).size > PACKED)
    throw refuse("size", "This archive is larger than 50 MB", "Take out what is not emitted.");
  const tar = await unpacked(readFileSync(file), refuse);
  const files = new Map<string, FileEntry>();
  try {
    const reader = extract();
    reader.end(tar);
    for await (const entry of reader) {
      const path = pathOf(entry.header, file, refuse);
      const pieces: Uint8Array[] = [];
      for await (const piece of entry) pieces.push(piece as Uint8Array);
      if (path === undefined) continue;
      if (files.has(path)) throw refuse("path", `${safe(path)} is in it twice`, "Pack it again, each file once.");
      if (files.size >= MOST) throw refuse("size", `A pack has at most ${MOST} files`, "Take out what is not emitted.");
      files.set(path, { bytes: Buffer.concat(pieces), mode: (entry.header.mode ?? 0) & 0o100 ? 0o755 : 0o644 });
    }
  } catch (error) {
    throw error instanceof PackRefused ? error : unreadable(error, refuse);
  }
  refusePaths(files.keys(), safe(file));
  return new Map([...bare(files)].filter(([path]) => !path.split("/").some(skipped)));
}

async function unpacked(bytes: Uint8Array, refuse: Refuse): Promise<Buffer> {
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: UNPACKED });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE")
      throw refuse("size", "This archive is larger than 200 MB when it is unpacked", "Take out what is not emitted.");
    throw unreadable(error, refuse);
  }
}

const unreadable = (error: unknown, refuse: Refuse): PackRefused =>
  refuse(
    "archive",
    "This is no archive that can be read",
    "Pack it again: tar -czf pack.tar.gz -C FOLDER .",
    error instanceof Error ? error.message : String(error),
  );

/** Where a file of it lies; nothing for a folder. Each is looked at before a byte of it is read. */
function pathOf({ name, type, size = 0 }: Header, file: string, refuse: Refuse): string | undefined {
  const path = name.replace(/^(?:\.\/)+/, "").replace(/^\.$/, "");
  if (type === "directory") {
    const folder = path.replace(/\/$/, "");
    if (folder !== "") refusePaths([folder], safe(file));
    return undefined;
  }
  if (type !== "file" && type !== "contiguous-file")
    throw refuse(
      "link",
      `${safe(name)} is a ${safe(String(type))}; a pack holds plain files and folders only`,
      "Replace it by a file.",
    );
  refusePaths([path], safe(file));
  if (size > LARGEST) throw refuse("size", `${safe(path)} is larger than 20 MB`, "Fetch it at run time instead.");
  return path;
}

/** Archives of a release have a folder around everything: `acme-1.2.0/pack.yaml`. */
function bare(files: Files): Files {
  const tops = new Set([...files.keys()].map((path) => path.slice(0, path.indexOf("/") + 1)));
  const [top = ""] = tops;
  if (tops.size !== 1 || !files.has(`${top}pack.yaml`)) return files;
  return new Map([...files].map(([path, entry]) => [path.slice(top.length), entry]));
}
