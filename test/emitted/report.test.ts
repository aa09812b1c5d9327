import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Ended, must } from "../support/command.ts";
import { Emitted } from "../support/emitted.ts";
import { scratch } from "../support/scratch.ts";

const chromium = "/usr/bin/chromium";
const quiet = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--hide-scrollbars",
  "--enable-logging=stderr",
];

/** Looks into the report from a page around it, as wide as a telephone or a desk, and writes down what it saw. */
const around = (width: number): string => `<!doctype html><body>
<iframe width="${width}" height="900" style="border: 0" src="data/06_reports/report.html"></iframe><script>
onload = () => {
  const { performance, document: { documentElement: page } } = frames[0];
  const cut = [...page.querySelectorAll("svg text")].filter((text) => {
    const [inner, card] = [text, text.closest(".card, .tile")].map((one) => one.getBoundingClientRect());
    return inner.width > 0 && (inner.left < card.left || inner.right > card.right);
  });
  const seen = {
    width: page.scrollWidth,
    cut: cut.map((text) => text.textContent),
    asked: performance.getEntriesByType("resource").map(({ name }) => name),
    plots: [...page.querySelectorAll("svg")].filter((plot) => plot.getBoundingClientRect().height > 5).length,
    text: page.innerText.length,
  };
  document.body.textContent = "<" + JSON.stringify(seen) + ">";
};
</script>`;

describe("the report in a browser", () => {
  let project: Emitted;

  beforeAll(async () => {
    if (!existsSync(chromium)) throw new Error(`${chromium} is missing: install it (Debian: apt install chromium)`);
    project = await Emitted.create(await scratch(), "rain", ["--no-git"]);
    await project.install();
    await project.mustOwn("demo", "--intervals", "3");
  });

  it.each([400, 1280])(
    "is whole at %i pixels: nothing overflows, nothing is fetched, nothing is said to the console",
    async (width) => {
      const page = join(project.dir, "around.html");
      writeFileSync(page, around(width));
      const args = [...quiet, "--allow-file-access-from-files", "--dump-dom", `file://${page}`];
      const ended: Ended = await must(chromium, args, { cwd: project.dir, minutes: 2 });
      const found = /&lt;(\{.*\})&gt;/.exec(ended.stdout)?.[1]?.replaceAll("&amp;", "&");
      const { plots, text, ...seen } = JSON.parse(found ?? "{}") as Record<string, unknown>;
      expect(seen, ended.all).toEqual({ width, cut: [], asked: [] });
      expect(plots).toBeGreaterThanOrEqual(5);
      expect(text).toBeGreaterThan(1500);
      expect(ended.stderr).not.toMatch(/CONSOLE/);
    },
  );
});
