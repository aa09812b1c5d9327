/** The real machine around a run. Nothing of it is made before it is used: a stream of Node's costs as much as a render. */
import { fstatSync, writeSync } from "node:fs";
import type { Stream } from "./report.ts";
import type { World } from "./scene.ts";

/** This process, with streams that open when something is written to them. */
export const machine: World = {
  get stdin() {
    return process.stdin;
  },
  stdout: lazily(1, () => process.stdout),
  stderr: lazily(2, () => process.stderr),
  env: process.env,
  cwd: () => process.cwd(),
  on: (signal, act) => process.on(signal, act),
  off: (signal, act) => process.off(signal, act),
};

/** A terminal is Node's to handle; a pipe or a file is written to directly, until it would have to wait. */
function lazily(descriptor: 1 | 2, node: () => NodeJS.WriteStream): Stream {
  let direct = isPlain(descriptor);
  if (!direct) return node();
  return {
    write: (text) => {
      const rest = direct ? writeNow(descriptor, Buffer.from(text)) : Buffer.from(text);
      if (rest.length === 0) return;
      // From here on Node keeps the order: what it holds back must not be overtaken.
      direct = false;
      const stream = node();
      if (stream.listenerCount("error") === 0) stream.on("error", () => undefined);
      stream.write(rest);
    },
  };
}

/** Writes what fits now; the rest comes back. */
function writeNow(descriptor: number, bytes: Buffer): Buffer {
  let at = 0;
  try {
    while (at < bytes.length) at += writeSync(descriptor, bytes, at);
  } catch (error) {
    // A reader that has gone away (`| head`) is no reason to stop half-way.
    if ((error as NodeJS.ErrnoException).code === "EPIPE") return bytes.subarray(bytes.length);
  }
  return bytes.subarray(at);
}

function isPlain(descriptor: number): boolean {
  if (process.platform === "win32") return false;
  try {
    const found = fstatSync(descriptor);
    return found.isFile() || found.isFIFO() || found.isSocket();
  } catch {
    return false;
  }
}
