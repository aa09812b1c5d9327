/** Paths a tree must not have, wherever they come from: a pack, an answer, an archive. Pure. */
import { WINDOWS_DEVICES } from "./python-names.ts";

/** The longest path inside a project; with a usual folder before it, it fits Windows' 260. */
const LONGEST_PATH = 200;

/**
 * Why a path can't be written, or nothing when it can.
 * Good ones are relative, with forward slashes, and mean the same file on every system.
 */
export function unsafePath(path: string): string | undefined {
  if (path === "") return "it is empty";
  if (/[^\x20-\x7e]/.test(path) && /[\p{Cc}\p{Cf}\ufffd]/u.test(path)) return "it holds a control character";
  if (path.includes("\\")) return "it holds a backslash";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "it is absolute";
  if (/%(25)*(2e|2f|5c|00)/i.test(path)) return "it holds an encoded dot, slash or NUL";
  if (path.length > LONGEST_PATH) return `it is longer than ${LONGEST_PATH} characters`;
  for (const part of path.split("/")) {
    const reason = unsafePart(part);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Components that are fine: a tree has far fewer of them than paths, and is looked at twice. */
const fine = new Set<string>();

/** Why one component of a path can't be a file's name on every system. */
export function unsafePart(part: string): string | undefined {
  if (fine.has(part)) return undefined;
  const reason = reasonAgainst(part);
  if (reason === undefined) fine.add(part);
  return reason;
}

function reasonAgainst(part: string): string | undefined {
  if (part === "") return "it has an empty component";
  if (part === "." || part === "..") return `it has the component "${part}"`;
  if (/[<>:"|?*]/.test(part)) return `"${part}" holds a character that Windows forbids`;
  if (/[. ]$/.test(part)) return `"${part}" ends in a dot or a space, which Windows drops`;
  if (/^(\.git|git~\d+)$/i.test(part)) return "it reaches into git's own folder";
  const stem = (part.split(".")[0] ?? "").trim().toLowerCase();
  if (WINDOWS_DEVICES.has(stem)) return `"${part}" is the name of a device on Windows`;
  if (Buffer.byteLength(part) > 255) return "a component is longer than 255 bytes";
  return undefined;
}

/** Two paths that are one file where case or Unicode form don't count; or a file that another path needs as a folder. */
export function clash(paths: Iterable<string>): readonly [string, string] | undefined {
  const files = new Map<string, string>();
  const folders = new Map<string, string>();
  const all = [...paths];
  // All at once: that is a tenth of the time it takes one by one. No path holds a line break.
  const keys = all.join("\n").normalize("NFC").toLowerCase().split("\n");
  for (const [at, path] of all.entries()) {
    const key = keys[at] ?? "";
    const other = files.get(key) ?? folders.get(key);
    if (other !== undefined) return [other, path];
    files.set(key, path);
    for (let end = key.lastIndexOf("/"); end > 0; end = key.lastIndexOf("/", end - 1)) {
      const folder = key.slice(0, end);
      const file = files.get(folder);
      if (file !== undefined) return [file, path];
      if (folders.has(folder)) break;
      folders.set(folder, path);
    }
  }
  return undefined;
}
