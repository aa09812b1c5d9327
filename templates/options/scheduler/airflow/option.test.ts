import { parse } from "smol-toml";
import { expect, it } from "vitest";
import { select } from "../../../../src/options/select.ts";
import { readPack } from "../../../../src/packs/load.ts";
import { plan } from "../../../../src/plan.ts";
import { render } from "../../../../src/render.ts";
import { templates } from "../../../../test/support/places.ts";

const interval = "*/7 3 * * 5";
const answers = { name: "rain", scheduler: "airflow", interval, year: "2026" };
const tree = render(plan(select([await readPack(templates)], answers)));
const text = (path: string): string => new TextDecoder().decode(tree.get(path)?.bytes);

it("keeps Airflow out of the project's environment, and the project out of Airflow's", () => {
  expect(text("pyproject.toml")).not.toContain("apache-airflow");
  const own = parse(text("orchestration/airflow/pyproject.toml")) as { project: { dependencies: string[] } };
  expect(own.project.dependencies.map((line) => /^[\w-]+/.exec(line)?.[0])).toEqual([
    "apache-airflow",
    "apache-airflow-providers-standard",
    "psycopg",
  ]);
  expect(text("orchestration/airflow/dags/project.py")).not.toMatch(/\brain\b/);
});

it("answers this machine only, brings no example, and holds no secret", () => {
  const settings = parse(text("orchestration/airflow/airflow.toml")) as Record<string, Record<string, unknown>>;
  expect(settings.api?.host).toBe("127.0.0.1");
  expect(settings.core).toMatchObject({ executor: "LocalExecutor", load_examples: false });
  const keys = Object.values(settings).flatMap((section) => Object.keys(section));
  expect(keys.filter((key) => /secret|password|sql_alchemy|fernet/.test(key))).toEqual([]);
});

it("writes no interval outside of params.toml: the DAGs are made when they are read", () => {
  const holders = [...tree.keys()].filter((path) => text(path).includes(interval));
  expect(holders.filter((path) => !/^(README\.md|docs\/|\.ml-project\/)|\/README\.md$/.test(path))).toEqual([
    "src/rain/models/rain/params.toml",
  ]);
});
