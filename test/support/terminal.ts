import { execFileSync } from "node:child_process";
import { shellWord } from "../../src/text.ts";
import { testEnvironment } from "./command.ts";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

let opened = 0;

/** A real terminal with a command in it: tmux types the keys and reads the screen. */
export class Terminal {
  private readonly socket: string;

  private constructor(socket: string) {
    this.socket = socket;
  }

  /** Starts a command; when it ends, `exit=CODE` stands on the screen. */
  static open(
    command: readonly string[],
    cwd: string,
    { columns, rows }: Size,
    env: Readonly<Record<string, string>> = {},
  ): Terminal {
    opened += 1;
    const terminal = new Terminal(`create-ml-project-${process.pid}-${opened}`);
    // The shell lives on when Ctrl-C goes to everything in the terminal.
    const line = `trap : INT; ${command.map(shellWord).join(" ")}; echo "exit=$?"; exec sleep 600`;
    const { NO_COLOR: _plain, ...colourful } = testEnvironment(env);
    const tmux = [
      "-L",
      terminal.socket,
      "-f",
      "/dev/null",
      "new-session",
      "-d",
      "-x",
      String(columns),
      "-y",
      String(rows),
    ];
    // A tmux that is missing is a failure here: these tests are the proof that prompts work.
    execFileSync("tmux", [...tmux, "sh", "-c", line], {
      cwd,
      env: { ...colourful, TERM: "xterm-256color", LC_ALL: "C.UTF-8" },
    });
    return terminal;
  }

  /** Types text as it is, then keys by their tmux names: `Enter`, `Down`, `C-c`. */
  type(text: string, ...keys: readonly string[]): void {
    if (text !== "") this.tmux("send-keys", "-l", "--", text);
    for (const key of keys) this.tmux("send-keys", key);
  }

  /** The screen with what has scrolled away above it. */
  screen(): string {
    return this.tmux("capture-pane", "-J", "-p", "-S", "-500").trimEnd();
  }

  /** Waits until the screen shows something; returns the screen. */
  async shows(wanted: string | RegExp, seconds = 20): Promise<string> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const screen = this.screen();
      if (typeof wanted === "string" ? screen.includes(wanted) : wanted.test(screen)) return screen;
      if (Date.now() > end) throw new Error(`the terminal never showed ${wanted}:\n${screen}`);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  }

  /** Sends a signal to the command itself, as another program would. */
  signal(name: string): void {
    const shell = this.tmux("list-panes", "-F", "#{pane_pid}").trim();
    execFileSync("pkill", [`-${name}`, "-P", shell]);
  }

  close(): void {
    try {
      this.tmux("kill-server");
    } catch {
      // it has ended by itself
    }
  }

  private tmux(...args: string[]): string {
    return execFileSync("tmux", ["-L", this.socket, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  }
}
