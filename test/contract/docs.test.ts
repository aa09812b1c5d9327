import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { EXIT_MEANING } from "../../src/errors.ts";
import { root } from "../support/places.ts";

const pages = ["README.md", ...(await readdir(join(root, "docs"))).map((page) => `docs/${page}`)];

describe("our own docs", () => {
  it("list the exit codes of the engine, all and only them", async () => {
    const page = await readFile(join(root, "docs/exit-codes.md"), "utf8");
    const rows = [...page.matchAll(/^\| (\d+) \| (.*) \|$/gm)].map(([, code, meaning]) => [code, meaning]);
    expect(rows).toEqual(Object.entries(EXIT_MEANING));
  });

  it.each(pages)("%s links to files that exist", async (page) => {
    const text = await readFile(join(root, page), "utf8");
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) => link ?? "");
    for (const link of links) {
      await expect(readFile(join(root, dirname(page), link)), `${page} → ${link}`).resolves.toBeTruthy();
    }
  });

  it("say npm scripts that exist", async () => {
    const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { scripts: object };
    for (const page of pages) {
      const text = await readFile(join(root, page), "utf8");
      for (const [, name = ""] of text.matchAll(/npm run ([a-z:]+)/g))
        expect(Object.keys(scripts), page).toContain(name);
    }
  });
});
