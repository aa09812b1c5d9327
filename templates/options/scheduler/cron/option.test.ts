import { expect, it } from "vitest";
import { select } from "../../../../src/options/select.ts";
import { readPack } from "../../../../src/packs/load.ts";
import { plan } from "../../../../src/plan.ts";
import { render } from "../../../../src/render.ts";
import { templates } from "../../../../test/support/places.ts";

/** Lines are made at install, from the models found then: a written one would soon be a second truth. */
it("emits no crontab and no interval outside of params.toml", async () => {
  const interval = "*/7 3 * * 5";
  const tree = render(
    plan(select([await readPack(templates)], { name: "rain", scheduler: "cron", interval, year: "2026" })),
  );
  const holders = [...tree]
    .filter(([, { bytes }]) => new TextDecoder().decode(bytes).includes(interval))
    .map(([path]) => path);
  expect(holders.filter((path) => !/^(README\.md|docs\/|\.ml-project\/)|\/README\.md$/.test(path))).toEqual([
    "src/rain/models/rain/params.toml",
  ]);
  expect([...tree.keys()].filter((path) => /(^|\/)crontab/.test(path))).toEqual([]);
});
