/** `pack new|check|test`: begun, looked through to the last mistake, tried out. */
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { root } from "../support/places.ts";
import { type Ran, run } from "./world.ts";

let home: string;
beforeEach(() => {
  home = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "pack-")));
});
afterEach(() => fs.rmSync(home, { recursive: true, force: true }));
const put = (path: string, body: string): void => {
  fs.mkdirSync(dirname(join(home, path)), { recursive: true });
  fs.writeFileSync(join(home, path), body);
};
const pack = (...argv: string[]): Promise<Ran> => run(home, ["pack", ...argv]);

it("new begins one that is fine as it is, and that a project can be made with", async () => {
  expect(await pack("new", "our-way")).toMatchObject({
    exit: 0,
    err: "",
    out: expect.stringContaining("pack check our-way"),
  });
  expect(await pack("check", "our-way")).toMatchObject({ exit: 0, err: "" });
  expect(await pack("test", "our-way", "--no-build")).toMatchObject({
    exit: 0,
    out: expect.stringContaining("our-way, as it is: made"),
  });
  expect((await run(home, ["rain", "--pack", "our-way", "--yes", "--no-install", "--no-git"])).exit).toBe(0);
  expect(fs.readFileSync(join(home, "rain/docs/conventions.md"), "utf8")).toContain("How we work on Rain");
  expect(await pack("new", "our-way")).toMatchObject({ exit: 3, err: expect.stringContaining("not empty") });
});

it("check names every mistake with its place, not the first alone", async () => {
  put("bad/pack.yaml", 'name: bad\nversion: one\ngenerator: ">=0.1 <1"\ncolour: red\nlocked: { a: { value: 1 } }\n');
  put("bad/options/region/group.yaml", "kind: some\nmessage: x\nhelp: x\norder: 1\n");
  put("bad/options/region/eu/option.yaml", "label: Europe\nhnit: near\n");
  put("bad/project/x.md.hbs", "{{#if a}}b{{/if}}\n");
  put("bad/shared/conf.toml", "a = \n");
  const { exit, out } = await pack("check", "bad");
  expect(exit).toBe(2);
  for (const place of [
    "pack.yaml:2:10",
    "pack.yaml:4:1",
    "pack.yaml:5:14",
    "pack.yaml:1:1",
    "options/region/group.yaml:1:7",
    "options/region/eu/option.yaml:",
    "project/x.md.hbs",
    "shared/conf.toml:1:",
  ])
    expect(out.replace(/\n\s+/g, "")).toContain(place);
  const { out: json } = await pack("check", "bad", "--json");
  expect(JSON.parse(json).problems).toHaveLength(9);
});

it("check lays it over ours with each of its options", async () => {
  const manifest = 'name: odd\nversion: 1.0.0\ngenerator: ">=0.1 <1"\ndescription: x\n';
  put("odd/pack.yaml", `${manifest}drops: [{ path: nothing.md, because: x }]\n`);
  expect(await pack("check", "odd")).toMatchObject({ exit: 2, out: expect.stringContaining("leaves out nothing.md") });
  put("odd/pack.yaml", manifest);
  put("odd/options/region/group.yaml", "kind: one\nmessage: x\nhelp: x\norder: 50\ndefault: eu\n");
  put("odd/options/region/eu/option.yaml", "label: Europe\nhint: near\n");
  put("odd/options/region/us/option.yaml", "label: Far\nhint: far\nparts: [{ part: nowhere, name: x }]\n");
  expect(await pack("check", "odd")).toMatchObject({
    exit: 2,
    out: expect.stringContaining("No pack has a part nowhere"),
  });
  expect(await pack("test", "odd", "--no-build")).toMatchObject({ exit: 3 });
});

it.each(["1", "2"])("the worked example, version %s, is one", async (version) => {
  expect(await pack("check", join(root, "examples/acme-pack", version))).toMatchObject({ exit: 0, err: "" });
});

it("says what it can do", async () => {
  expect(await pack("sell", "x")).toMatchObject({ exit: 3, err: expect.stringContaining("pack new DIR") });
  expect(await pack("check", "nowhere")).toMatchObject({ exit: 3 });
});
