import { parse } from "smol-toml";
import { expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { select } from "../../../../src/options/select.ts";
import { readPack } from "../../../../src/packs/load.ts";
import { plan } from "../../../../src/plan.ts";
import { render } from "../../../../src/render.ts";
import { templates } from "../../../../test/support/places.ts";

it("says where the database is without a password, and gives the CI one of its own", async () => {
  const answers = { name: "Rain or shine", database: "mysql", ci: "github", year: "2026" };
  const tree = render(plan(select([await readPack(templates)], answers)));
  const text = (path: string): string => new TextDecoder().decode(tree.get(path)?.bytes);
  expect(parse(text("conf/settings.toml"))["database_url"]).toBe("mysql://localhost/rain-or-shine");
  expect(text(".env.example")).toContain("# DATABASE_CA_FILE=");
  const { jobs } = parseYaml(text(".github/workflows/ci.yml")) as { jobs: { check: Record<string, object> } };
  expect(Object.keys(jobs.check["services"] ?? {})).toEqual(["mysql"]);
  expect(jobs.check["env"]).toMatchObject({ DATABASE_URL: expect.stringMatching(/^mysql:/) });
});
