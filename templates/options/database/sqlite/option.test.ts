import { parse } from "smol-toml";
import { expect, it } from "vitest";
import { select } from "../../../../src/options/select.ts";
import { readPack } from "../../../../src/packs/load.ts";
import { plan } from "../../../../src/plan.ts";
import { render } from "../../../../src/render.ts";
import { templates } from "../../../../test/support/places.ts";

it("keeps the database in a file of the project's own name, which git never sees", async () => {
  const tree = render(
    plan(select([await readPack(templates)], { name: "Rain or shine", database: "sqlite", year: "2026" })),
  );
  const text = (path: string): string => new TextDecoder().decode(tree.get(path)?.bytes);
  expect(parse(text("conf/settings.toml"))["database_url"]).toBe("sqlite:///data/rain-or-shine.db");
  expect(text(".env.example")).toContain("DATABASE_URL=sqlite:///data/rain-or-shine.db");
  expect(text(".gitignore").split("\n")).toContain("/data/*");
});
