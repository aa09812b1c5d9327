import { expect, it } from "vitest";
import { select } from "../../../../src/options/select.ts";
import { readPack } from "../../../../src/packs/load.ts";
import { plan } from "../../../../src/plan.ts";
import { render } from "../../../../src/render.ts";
import { templates } from "../../../../test/support/places.ts";

it("is a pipeline like any other, so that every scheduler runs it without being told", async () => {
  const tree = render(plan(select([await readPack(templates)], { name: "rain", olap: ["star"], year: "2026" })));
  expect([...tree.keys()]).toContain("src/rain/pipelines/star/__init__.py");
  const mentions = [...tree.keys()].filter((path) => path.includes("/scheduling/"));
  for (const path of mentions) expect(new TextDecoder().decode(tree.get(path)?.bytes)).not.toMatch(/\bstar\b/);
});
