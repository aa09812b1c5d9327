/** Packs out of npm packages: by the person's own npm, from a real registry's answers; nothing installed, nothing run. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readPackage } from "../../src/packs/address.ts";
import { smallPack } from "../unit/small-pack.ts";
import { type Ran, run } from "./world.ts";

const NAMES = ["npm_config_registry", "npm_config_cache", "npm_config_userconfig"];
const kept = NAMES.map((name) => [name, process.env[name]] as const);
let home: string;
let registry: Server;
let url: string;
let tarball: Buffer;
let asked: string[];

beforeEach(async () => {
  home = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "npm-")));
  asked = [];
  registry = createServer((request, response) => {
    asked.push(request.headers.authorization ?? "");
    if (request.url?.endsWith(".tgz")) return void response.end(tarball);
    if (request.url !== "/@acme%2fpack") return void response.writeHead(404).end("{}");
    const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
    const version = { name: "@acme/pack", version: "1.0.0", dist: { tarball: `${url}/@acme/pack/-/x.tgz`, integrity } };
    const answer = { name: "@acme/pack", "dist-tags": { latest: "1.0.0" }, versions: { "1.0.0": version } };
    response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
  });
  await new Promise<void>((listening) => registry.listen(0, "127.0.0.1", listening));
  url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
  fs.writeFileSync(join(home, "npmrc"), `registry=${url}/\n//${url.slice(7)}/:_authToken=hunter2\n`);
  process.env["npm_config_registry"] = `${url}/`;
  process.env["npm_config_cache"] = join(home, "cache");
  process.env["npm_config_userconfig"] = join(home, "npmrc");
  fs.mkdirSync(join(home, "work"));
});
afterEach(async () => {
  for (const [name, value] of kept) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  registry.closeAllConnections();
  await new Promise((closed) => registry.close(closed));
  fs.rmSync(home, { recursive: true, force: true });
});

async function publish(body: string): Promise<void> {
  const writer = pack();
  const scripts = { preinstall: `touch ${join(home, "ran")}`, prepack: `touch ${join(home, "ran")}` };
  const texts = {
    "package.json": JSON.stringify({ name: "@acme/pack", version: "1.0.0", scripts }),
    "pack.yaml": 'name: acme\nversion: 1.0.0\ngenerator: ">=0.1 <1"\ndescription: Acme.\n',
    "project/a.txt": body,
  };
  for (const [path, text] of Object.entries(texts)) writer.entry({ name: `package/${path}` }, text);
  writer.finalize();
  const pieces: Uint8Array[] = [];
  for await (const piece of writer) pieces.push(piece as Uint8Array);
  tarball = gzipSync(Buffer.concat(pieces));
}

const OURS = smallPack();
const SOURCE = "npm:@acme/pack@1.0.0";
const create = (source = SOURCE): Promise<Ran> =>
  run(join(home, "work"), ["rain", "--pack", source, "--yes", "--no-install", "--no-git"], 200, [OURS]);
const inside = (...argv: string[]): Promise<Ran> => run(join(home, "work/rain"), argv, 200, [OURS]);
const read = (path: string): string => fs.readFileSync(join(home, "work/rain", path), "utf8");

it("is pinned to its bytes, comes from npm's cache, and other bytes under its version are refused", async () => {
  await publish("one\n");
  expect(await create()).toMatchObject({ exit: 0, err: "" });
  expect(read("a.txt")).toBe("one\n");
  expect(asked).toContain("Bearer hunter2");
  expect(read(".ml-project/answers.yaml")).toContain(`- "${SOURCE}"`);
  const { source, hash } = JSON.parse(read(".ml-project/lock.json")).packs[1];
  expect(source).toBe(SOURCE);
  for (const name of ["answers.yaml", "lock.json"]) expect(read(`.ml-project/${name}`)).not.toContain("hunter2");
  expect(fs.existsSync(join(home, "ran"))).toBe(false);
  const before = asked.length;
  expect(await inside("why", "a.txt")).toMatchObject({ exit: 0, out: expect.stringContaining("acme 1.0.0") });
  expect(asked.length).toBe(before);
  await publish("other\n");
  fs.rmSync(join(home, "cache"), { recursive: true });
  const { exit, err } = await inside("update", "--yes");
  expect([exit, err]).toEqual([3, expect.stringContaining("pack/moved")]);
  expect(err).toContain(hash);
  expect(read("a.txt")).toBe("one\n");
});

it("that is not there is refused, with nothing written and no credential shown", async () => {
  await publish("one\n");
  const temporary = (): string[] =>
    fs.readdirSync(tmpdir()).filter((name) => name.startsWith("create-ml-project-npm-"));
  const before = temporary();
  const { exit, err, out } = await create("npm:@acme/nothing@1.0.0");
  expect([exit, err]).toEqual([3, expect.stringContaining("npm can't fetch @acme/nothing@1.0.0")]);
  expect(err + out).not.toContain("hunter2");
  expect(fs.readdirSync(join(home, "work"))).toEqual([]);
  expect(temporary()).toEqual(before);
});

it.each([
  "npm:@acme/pack",
  "npm:@acme/pack@latest",
  "npm:@acme/pack@^1.0.0",
  "npm:--registry=http://evil@1.0.0",
  "npm:-g@1.0.0",
  "npm:../evil@1.0.0",
  "npm:@../evil@1.0.0",
  "npm:file:evil@1.0.0",
  "npm:git+ssh://evil/x@1.0.0",
  "npm:https://user:secret@evil/x.tgz@1.0.0",
  "npm:alias@npm:evil@1.0.0",
  "npm:a b@1.0.0",
  "npm:a@1.0.0\n",
])("the package %j is refused", (source) => {
  expect(() => readPackage(source)).toThrow(expect.objectContaining({ code: "pack/source", exit: 3 }));
});
