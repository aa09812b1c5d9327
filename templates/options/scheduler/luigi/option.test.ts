import { expect, it } from "vitest";
import { select } from "../../../../src/options/select.ts";
import { readPack } from "../../../../src/packs/load.ts";
import { plan } from "../../../../src/plan.ts";
import { render } from "../../../../src/render.ts";
import { templates } from "../../../../test/support/places.ts";

const tree = render(plan(select([await readPack(templates)], { name: "rain", scheduler: "luigi", year: "2026" })));
const text = (path: string): string => new TextDecoder().decode(tree.get(path)?.bytes);

it("fails with a code of its own for each way a run can fail: Luigi's own default is 0", () => {
  const codes = [...text("conf/luigi.cfg").matchAll(/^(\w+) = (\d+)$/gm)].filter(([, name]) =>
    /_|not/.test(name ?? ""),
  );
  const own = ["already_running", "missing_data", "not_run", "task_failed", "scheduling_error", "unhandled_exception"];
  const found = new Map(codes.map(([, name, code]) => [name, Number(code)]));
  for (const name of own) expect(found.get(name), name).toBeGreaterThan(0);
  expect(new Set(own.map((name) => found.get(name))).size).toBe(own.length);
});

it("is fired by the same crontab block as cron, which is no file of its own there", () => {
  expect(text("src/rain/scheduling/scheduler.py")).toContain("from . import crontab");
  expect(tree.has("src/rain/scheduling/crontab.py")).toBe(true);
});

it("serves its page to this machine only", () => {
  expect(text("src/rain/luigi/tasks.py")).toContain('"--address", "127.0.0.1"');
});
