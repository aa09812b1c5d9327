import { describe, expect, it } from "vitest";
import { select } from "../../../../src/options/select.ts";
import { readPack } from "../../../../src/packs/load.ts";
import { plan } from "../../../../src/plan.ts";
import { render } from "../../../../src/render.ts";
import { templates } from "../../../../test/support/places.ts";

const pack = await readPack(templates);

describe.each(["cron", "luigi"])("the units with %s", (scheduler) => {
  const tree = render(plan(select([pack], { name: "rain", scheduler, extras: ["systemd"], year: "2026" })));
  const units = [...tree].filter(([path]) => /\/systemd\/[^/]+\.(service|timer|conf)$/.test(path));
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

  it("name no place and no time of their own: these are filled in where it is installed", () => {
    expect(units.length).toBeGreaterThan(3);
    for (const [path, { bytes }] of units) {
      expect(text(bytes), path).not.toMatch(/^OnCalendar|=\/|ExecStart=-?[^@]/m);
    }
  });

  it("all share what keeps them to themselves, and none is called like a unit of the system", () => {
    for (const [path, { bytes }] of units.filter(([path]) => path.endsWith(".service"))) {
      expect(path).toMatch(/\/ml-rain[^/]*$/);
      expect(text(bytes).split("@common@"), path).toHaveLength(2);
    }
  });

  it(`bring luigid's ${scheduler === "luigi" ? "" : "not"}`, () => {
    expect(units.some(([path]) => path.endsWith("-luigid.service"))).toBe(scheduler === "luigi");
  });
});
