/** `characterize --record … --live`, answered in a real terminal: run where it lies, once, and only after a yes. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { execute, must } from "../support/command.ts";
import { bundle } from "../support/places.ts";
import { scratch } from "../support/scratch.ts";
import { Terminal } from "../support/terminal.ts";

let python: string;
let cwd: string;
let server: Server;
let calls: number;
let port: number;
let terminal: Terminal | undefined;

beforeAll(async () => {
  const parent = await scratch();
  await must("uv", ["venv", "-q", join(parent, "env")], { cwd: parent });
  python = join(parent, "env", "bin", "python");
  await must("uv", ["pip", "install", "-q", "--python", python, "pytest"], { cwd: parent });
});

beforeEach(async () => {
  cwd = await scratch();
  calls = 0;
  server = createServer((socket) => {
    calls += 1;
    socket.on("error", () => undefined);
    socket.end("3\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  port = typeof address === "object" && address ? address.port : 0;
  writeFileSync(join(cwd, "bill.py"), "def total(rows, rate=0.5):\n    return sum(rows) * rate\n");
  mkdirSync(join(cwd, "lib"));
  writeFileSync(join(cwd, "lib", "theirs.py"), "RATE = 0.5\n");
  // What a real run does: it asks the network, reads variables, finds modules by PYTHONPATH, and leaves lines behind.
  writeFileSync(
    join(cwd, "run.py"),
    `import atexit, os, socket
import bill, theirs
def left():
    with open("runs.log", "a") as log:
        log.write("left\\n")
atexit.register(left)
with socket.create_connection(("127.0.0.1", ${port})) as line:
    n = int(line.recv(10))
bill.total([n, int(os.environ["SHOP_ROWS"])], rate=theirs.RATE)
with open("runs.log", "a") as log:
    log.write("ran\\n")
`,
  );
});
afterEach(async () => {
  terminal?.close();
  terminal = undefined;
  await new Promise((resolve) => server.close(resolve));
});

const line = ["characterize", "bill.py::total", "--record", "python run.py", "--live"];
const environment = (): Record<string, string> => ({ SHOP_ROWS: "4", PYTHONPATH: join(cwd, "lib") });
const test = (): string => join(cwd, "tests/characterization/test_bill.py");
const runs = (): string => (existsSync(join(cwd, "runs.log")) ? readFileSync(join(cwd, "runs.log"), "utf8") : "");
const begin = (): Terminal => {
  terminal = Terminal.open(
    [process.execPath, bundle, ...line, "--python", python],
    cwd,
    { columns: 100, rows: 60 },
    environment(),
  );
  return terminal;
};

describe("characterize --live", () => {
  it("says what it will run and where, runs it once after a yes, and writes after another", async () => {
    const asked = begin();
    const first = await asked.shows("Run this?");
    expect(first).toMatch(/python run\.py, once, LIVE: in \S+, with network and your\s+whole environment/);
    expect([calls, runs()]).toEqual([0, ""]);
    asked.type("", "Up", "Enter"); // a no stands first
    const second = await asked.shows("Write these tests?");
    expect(second).toContain("+    assert_same(result, 3.5)");
    expect([calls, runs(), existsSync(test())]).toEqual([1, "ran\nleft\n", false]);
    asked.type("", "Enter");
    await asked.shows("exit=0");
    expect([calls, runs()]).toEqual([1, "ran\nleft\n"]);
    expect(readFileSync(test(), "utf8")).toContain("bill.total([3, 4], rate=0.5)");
    await must(python, ["-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"], { cwd });
    expect(calls).toBe(1);
  });

  it("runs nothing after Enter alone, which is a no", async () => {
    const asked = begin();
    await asked.shows("Run this?");
    asked.type("", "Enter");
    const end = await asked.shows("exit=0");
    expect(end).toContain("Nothing was run, and nothing was written.");
    expect([calls, runs(), existsSync(join(cwd, "tests"))]).toEqual([0, "", false]);
  });

  it("runs nothing after Ctrl-C", async () => {
    const asked = begin();
    await asked.shows("Run this?");
    asked.type("", "C-c");
    await asked.shows("exit=130");
    expect([calls, runs(), existsSync(join(cwd, "tests"))]).toEqual([0, "", false]);
  });

  it("has run it, and writes nothing, after a yes and a no", async () => {
    const asked = begin();
    await asked.shows("Run this?");
    asked.type("", "Up", "Enter");
    await asked.shows("Write these tests?");
    asked.type("", "Down", "Enter");
    const end = await asked.shows("exit=0");
    expect(end).toContain("Nothing was written.");
    expect([calls, runs(), existsSync(join(cwd, "tests"))]).toEqual([1, "ran\nleft\n", false]);
  });

  it("is refused without a terminal, and runs once with --yes", async () => {
    const at = { cwd, env: environment() };
    const refused = await execute("node", [bundle, ...line, "--python", python], at);
    expect([refused.exit, refused.stderr]).toEqual([3, expect.stringContaining("There is no terminal to ask at")]);
    expect((await execute("node", [bundle, ...line, "--python", python, "--dry-run"], at)).exit).toBe(0);
    expect([calls, runs(), existsSync(join(cwd, "tests"))]).toEqual([0, "", false]);
    await must("node", [bundle, ...line, "--python", python, "--yes"], at);
    expect([calls, runs(), existsSync(test())]).toEqual([1, "ran\nleft\n", true]);
  });

  it("reaches neither network nor variables without --live", async () => {
    const copied = await execute("node", [bundle, ...line.slice(0, -1), "--python", python, "--yes"], {
      cwd,
      env: environment(),
    });
    expect([copied.exit, calls, runs()]).toEqual([3, 0, ""]);
  });
});
