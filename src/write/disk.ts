/** The few things `write` does to a disk, in one place, so that a test can make each of them fail. */
import { chmodSync, linkSync, mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";

export interface Disk {
  /** Makes one folder; its parent is there. */
  folder(path: string): void;
  /** Writes a new file; never over one that is there. `exact`: with this very mode, whatever the umask says. */
  file(path: string, bytes: Uint8Array, mode: number, exact?: boolean): void;
  /** Gives a file a second name, where the file system can; says whether it did. */
  link(from: string, to: string): boolean;
  /** As {@link file}, and on the disk for good when it returns. */
  durable(path: string, bytes: Uint8Array): void;
  rename(from: string, to: string): void;
  /** Removes a file, or a folder with all that is in it; nothing there is fine. */
  remove(path: string): void;
  /** Removes a folder if it is empty; says whether it did. */
  removeEmpty(path: string): boolean;
}

export const realDisk: Disk = {
  folder: (path) => mkdirSync(path),
  file: (path, bytes, mode, exact = false) => {
    writeFileSync(path, bytes, { mode, flag: "wx" });
    if (exact) chmodSync(path, mode);
  },
  link: (from, to) => {
    try {
      linkSync(from, to);
      return true;
    } catch {
      return false;
    }
  },
  durable: (path, bytes) => writeFileSync(path, bytes, { mode: 0o644, flag: "wx", flush: true }),
  rename: (from, to) => renameSync(from, to),
  remove: (path) => rmSync(path, { recursive: true, force: true, maxRetries: 3 }),
  removeEmpty: (path) => {
    try {
      rmdirSync(path);
      return true;
    } catch {
      return false;
    }
  },
};
