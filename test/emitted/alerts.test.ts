import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { must, testEnvironment } from "../support/command.ts";
import { Emitted } from "../support/emitted.ts";
import { root } from "../support/places.ts";
import { scratch } from "../support/scratch.ts";

/** A mail server that insists on TLS and a password, and a hook: both real, both on this machine. */
class Mailbox {
  readonly folder: string;
  private server: ChildProcess | undefined;

  constructor(folder: string) {
    this.folder = folder;
  }

  async open(): Promise<{ hook: number; mail: number }> {
    const make = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1";
    await must("openssl", [...make.split(" "), "-keyout", "key.pem", "-out", "cert.pem"], { cwd: this.folder });
    const script = join(root, "test/support/mailbox.py");
    const line = ["run", "--quiet", "--no-project", "--with", "aiosmtpd==1.4.6", "python", script];
    this.server = spawn("uv", [...line, "kept.jsonl", "cert.pem", "key.pem"], {
      cwd: this.folder,
      env: testEnvironment(),
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    const { server } = this;
    const ports = await new Promise<string>((resolve, reject) => {
      createInterface({ input: server.stdout as NodeJS.ReadableStream }).once("line", resolve);
      server.once("exit", (code) => reject(new Error(`the mailbox ended with ${code}`)));
    });
    return JSON.parse(ports) as { hook: number; mail: number };
  }

  close(): void {
    // uv and the server it started: a group of its own.
    if (this.server?.pid !== undefined && this.server.exitCode === null) process.kill(-this.server.pid);
    this.server = undefined;
  }

  async messages(by: string): Promise<Record<string, string>[]> {
    const file = join(this.folder, "kept.jsonl");
    const lines = existsSync(file) ? (await readFile(file, "utf8")).trimEnd().split("\n") : [];
    return lines.map((line) => JSON.parse(line) as Record<string, string>).filter((message) => message.by === by);
  }
}

describe("alerts by e-mail and webhook", () => {
  let mailbox: Mailbox;
  let project: Emitted;
  let variables: Record<string, string>;
  const data = () => join(project.dir, "data/sample/weather.csv");
  /** A run that fails for want of its data, as one does when a source is gone. */
  const failing = async () => {
    await rename(data(), `${data()}.gone`);
    const ended = await project.own("run", "training", "--force", "--trigger", "test");
    await rename(`${data()}.gone`, data());
    return ended;
  };

  beforeAll(async () => {
    const folder = await scratch();
    mailbox = new Mailbox(folder);
    const { hook, mail } = await mailbox.open();
    variables = {
      SMTP_URL: `smtp://someone:p%40ss%20word@127.0.0.1:${mail}`,
      SSL_CERT_FILE: join(folder, "cert.pem"),
      ALERT_EMAIL_FROM: "ml@example.org",
      ALERT_EMAIL_TO: "one@example.org, two@example.org",
      ALERT_WEBHOOK_URL: `http://127.0.0.1:${hook}/hooks/0123456789`,
    };
    const plain = await Emitted.create(folder, "rain", ["--no-git", "--alerts", "email,webhook"]);
    await plain.install();
    project = await Emitted.at(plain.dir, "shared", variables);
  });
  afterAll(() => mailbox.close());

  it("tell a run that fails, once, and once that it is over", async () => {
    for (let time = 1; time <= 2; time += 1) expect((await failing()).exit).toBe(4);
    for (let time = 1; time <= 2; time += 1) await project.mustOwn("run", "training", "--force");
    for (const by of ["email", "webhook"]) {
      const told = await mailbox.messages(by);
      expect(
        told.map(({ subject }) => subject),
        by,
      ).toEqual(["[rain] training failed: rain", "[rain] training failed: rain is well again"]);
      const [[run] = []] = await project.ask("select run_id from run where status = 'failed' order by started_at");
      expect(told[0]?.message, by).toContain(String(run));
    }
    const [mail] = await mailbox.messages("email");
    expect(mail).toMatchObject({ user: "someone", tls: true, to: ["one@example.org", "two@example.org"] });
    const [hooked] = await mailbox.messages("webhook");
    expect(hooked).toMatchObject({ kind: "application/json", path: "/hooks/0123456789" });
    expect(hooked?.text).toContain(hooked?.message);
  });

  it("are sent by the next run when theirs was killed between its commit and the sending", async () => {
    const titles = async () => (await mailbox.messages("webhook")).map(({ subject }) => subject);
    const before = (await titles()).length;
    for (const failure of [true, false]) {
      if (failure) await rename(data(), `${data()}.gone`);
      const killed = await project.tool("python", "-c", KILLED);
      expect(killed.all).toMatch(/about to send/);
      expect((await titles()).length).toBe(before + (failure ? 0 : 1));
      const [[open] = []] = await project.ask("select count(*) from alert where closed_at is null");
      expect(open).toBe(failure ? 1 : 0);
      await project.own("run", "training", "--force");
      if (failure) await rename(`${data()}.gone`, data());
    }
    const well = "[rain] training failed: rain is well again";
    expect((await titles()).slice(before)).toEqual(["[rain] training failed: rain", well]);
  });

  it("stay with the server they were given: a redirect is not followed", async () => {
    const away = String(variables.ALERT_WEBHOOK_URL).replace("/hooks/0123456789", "/away");
    const before = (await mailbox.messages("webhook")).length;
    const elsewhere = await Emitted.at(project.dir, "shared", { ...variables, ALERT_WEBHOOK_URL: away });
    await rename(data(), `${data()}.gone`);
    const ended = await elsewhere.own("run", "training", "--force");
    await rename(`${data()}.gone`, data());
    expect(ended.all).toMatch(/alert not sent.*answered 302|answered 302.*alert not sent/);
    expect(await mailbox.messages("webhook")).toHaveLength(before);
    await project.mustOwn("run", "training", "--force");
  });

  it("fail without failing the run, and the log says why, without a secret", async () => {
    mailbox.close();
    const failed = await failing();
    expect(failed.exit).toBe(4);
    const well = await project.mustOwn("run", "training", "scoring", "--force");
    for (const { all } of [failed, well]) {
      expect(all.match(/"alert not sent"/g)).toHaveLength(2);
      expect(all).toMatch(/Connection refused/);
      expect(all).not.toMatch(/p%40ss|p@ss|0123456789/);
    }
    expect(await project.ask("select count(*) from alert where closed_at is null")).toEqual([[0]]);
  });
});

const KILLED = `
import os, signal
from rain.bootstrap import bootstrap
from rain.monitoring import channels
from rain.pipelines.runner import run_pipeline
def gone(*_):
    print("about to send", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
channels.send = gone
run_pipeline(bootstrap(), "training", force=True)
`;
