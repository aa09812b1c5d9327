/** The fence of Python's own audit hook, with the kernel's switched off: what is refused must be refused where no kernel helps. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";

const home = fileURLToPath(new URL("../../src/characterize", import.meta.url));
let root: string;
let server: Server;
let port: number;
beforeEach(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "guard-")));
  for (const name of ["scratch/copy", "scratch/tmp", "real"]) mkdirSync(join(root, name), { recursive: true });
  writeFileSync(join(root, "real", "precious.txt"), "precious");
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  port = typeof address === "object" && address ? address.port : 0;
});
afterEach(() => {
  server.close();
  rmSync(root, { recursive: true, force: true });
});

/** Runs a line behind the hook; returns what became of it and what was noted. */
function behind(line: string): { ended: string; notes: string[]; kernel: string[] } {
  const code = `
import json, sys
sys.path.insert(0, ${JSON.stringify(home)})
import guard
guard.own_network = guard.own_writes = lambda *_: False
import ctypes, os, shutil, socket, sqlite3, subprocess, tempfile
held = guard.Guard(*[os.path.join(${JSON.stringify(root)}, one) for one in ("scratch", "scratch/copy", "real")])
root, port = ${JSON.stringify(root)}, ${port}
held.start()
try:
    ${line}
    ended = "done"
except BaseException as error:
    ended = type(error).__name__
held.on = False
print(json.dumps({"ended": ended, "notes": [one["kind"] for one in held.notes], "kernel": held.kernel}))
`;
  const out = execFileSync("python3", ["-c", code], {
    encoding: "utf8",
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
  });
  return JSON.parse(out) as ReturnType<typeof behind>;
}

it.each([
  ["a connection", 'socket.create_connection(("127.0.0.1", port), 2)'],
  ["a name that is looked up", 'socket.gethostbyname("localhost")'],
  ["a port that is opened", 'socket.socket().bind(("127.0.0.1", 0))'],
  ["a datagram", 'socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", port))'],
  ["a program", 'subprocess.run(["true"])'],
  ["a shell", 'os.system("true")'],
  ["a fork", "os.fork() or os._exit(0)"],
  ["a file elsewhere", 'open(root + "/new.txt", "w")'],
  ["a file elsewhere, by its number", 'os.open(root + "/new.txt", os.O_WRONLY | os.O_CREAT)'],
  ["a file that is there", 'open(root + "/real/precious.txt", "r+")'],
  ["a removal", 'os.remove(root + "/real/precious.txt")'],
  ["a removed tree", 'shutil.rmtree(root + "/real")'],
  [
    "a rename out of the copy",
    'open(root + "/scratch/tmp/a", "w").close(); os.rename(root + "/scratch/tmp/a", root + "/new.txt")',
  ],
  ["a link that is made elsewhere", 'os.symlink("/etc", root + "/new.txt")'],
  [
    "a write through a link",
    'os.symlink(root + "/real", root + "/scratch/tmp/l"); open(root + "/scratch/tmp/l/new.txt", "w")',
  ],
  ["a database elsewhere", 'sqlite3.connect(root + "/new.txt")'],
])("%s is refused by the hook alone, and noted", (_what, line) => {
  const { ended, notes, kernel } = behind(line);
  expect({ ended, kernel }).toEqual({ ended: "Refused", kernel: [] });
  expect(notes).toContain("refused");
  expect(existsSync(join(root, "new.txt")) || existsSync(join(root, "real", "new.txt"))).toBe(false);
  expect(existsSync(join(root, "real", "precious.txt"))).toBe(true);
});

it.each([
  ["a file in the copy", 'open(root + "/scratch/copy/x.txt", "w").write("x")', ["wrote"]],
  ["a temporary file", 'open(root + "/scratch/tmp/x.txt", "w").write("x")', []],
  ["reading the original, which is told", 'open(root + "/real/precious.txt").read()', ["read"]],
  ["reading anything else", "open(os.__file__).read()", []],
  ["a database in memory", 'sqlite3.connect(":memory:")', []],
])("%s goes through", (_what, line, notes) => {
  expect(behind(line)).toEqual({ ended: "done", notes, kernel: [] });
});
