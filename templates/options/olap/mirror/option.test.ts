import { parse } from "smol-toml";
import { expect, it } from "vitest";
import { select } from "../../../../src/options/select.ts";
import { readPack } from "../../../../src/packs/load.ts";
import { plan } from "../../../../src/plan.ts";
import { render } from "../../../../src/render.ts";
import { templates } from "../../../../test/support/places.ts";

it("brings DuckDB once, whatever the database is", async () => {
  const pack = await readPack(templates);
  for (const { id } of pack.groups.find((group) => group.id === "database")?.options ?? []) {
    const tree = render(plan(select([pack], { name: "rain", olap: ["mirror"], database: id, year: "2026" })));
    const { project } = parse(new TextDecoder().decode(tree.get("pyproject.toml")?.bytes));
    const lines = (project as { dependencies: string[] }).dependencies;
    expect(lines.filter((line) => line.startsWith("duckdb>="))).toHaveLength(1);
  }
});
