import { parse as parseToml } from "smol-toml";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { takingOption } from "../../src/options/asked.ts";
import { select } from "../../src/options/select.ts";
import { builtinPack } from "../../src/packs/builtin.ts";
import { plan } from "../../src/plan.ts";
import { render } from "../../src/render.ts";
import { rerender } from "../../src/rerender.ts";
import { plain } from "../../src/shared/doc.ts";
import { formatOf, printDocument } from "../../src/shared/structured.ts";
import type { PackFile } from "../../src/types.ts";
import { textIn } from "../unit/small-pack.ts";

const pack = builtinPack();
const planned = plan(select([pack], { name: "rain", year: "2026", problem: 'Who waters? {{ x }} & "so"' }));
const tree = render(planned);

describe("our own pack", () => {
  test("renders again from its record to identical bytes", () => {
    const again = rerender(tree, [pack]);
    expect([...again.keys()]).toEqual([...tree.keys()]);
    for (const [path, { bytes }] of again)
      expect([path, Buffer.compare(bytes, tree.get(path)?.bytes ?? new Uint8Array())]).toEqual([path, 0]);
  });

  test("renders a project on own data again from its record, without the file", () => {
    const column = { missing: 0, distinct: 2, exact: true, bad: 0 };
    const profile = {
      file: "sales {{ x }}.csv",
      size: 1,
      rows: 200,
      ragged: 0,
      partly: false,
      reading: {
        format: "csv",
        delimiter: ";",
        encoding: "utf-8",
        decimal: ",",
        thousands: ".",
        missing: ["NA", "null"],
      },
      columns: [
        { ...column, name: 'a "b": {{ c }}', type: "number", role: "feature", min: -1e-7, max: 1e21 },
        { ...column, name: "ja/nein", type: "category", role: "target", categories: ["yes", "1:30"] },
      ],
      target: "ja/nein",
      task: "binary",
      id: null,
      time: null,
      timeUnique: false,
      positive: "yes",
      warnings: [],
      ambiguousDates: [],
    };
    const group = pack.groups.find((one) => takingOption(one, "file"));
    if (!group) throw new Error("no group takes a file");
    const answers = { name: "rain", year: "2026", profile, [group.id]: takingOption(group, "file")?.id ?? null };
    const own = render(plan(select([pack], answers)));
    for (const [path, { bytes }] of rerender(own, [pack])) {
      expect([path, Buffer.compare(bytes, own.get(path)?.bytes ?? new Uint8Array())]).toEqual([path, 0]);
    }
    const schema = [...own].find(([path]) => path.endsWith("schema.yaml"));
    expect(parseYaml(textIn(own, schema?.[0] ?? ""), { version: "1.1" })).toMatchObject({
      positive: "yes",
      columns: [{ name: 'a "b": {{ c }}', min: -1e-7, max: 1e21 }, { categories: ["yes", "1:30"] }],
    });
  });

  test("leaves no secret, machine path or moment in the record", () => {
    const record = [".ml-project/answers.yaml", ".ml-project/lock.json"].map((path) => textIn(tree, path)).join("");
    expect(record).not.toMatch(
      /\/(?:home|root|tmp|Users|work)\/|[A-Z]:\\|\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d|password|token/i,
    );
    for (const path of [process.cwd(), process.env.HOME ?? "/root"])
      expect(Buffer.from(tree.get(".ml-project/base.tar")?.bytes ?? []).includes(path)).toBe(false);
  });

  test("leaves no token and no hole of ours in any file", () => {
    const left = [...planned.paths].filter(([path, sources]) => {
      const text = path + textIn(tree, path);
      const filled = sources.some(({ entry }) => entry.prepared);
      return (
        /sample_project|sample-project|Sample Project|sample_model|sample_dataset/.test(text) ||
        (filled && /(?<!\$)\{\{\s*(?!x\b)\w+/.test(text))
      );
    });
    expect(left.map(([path]) => path)).toEqual([]);
  });

  test("its structured files survive reading and printing", () => {
    const files = new Map<string, PackFile>([
      ...pack.project.files,
      ...pack.groups.flatMap(({ options }) => options.flatMap((option) => [...option.files, ...option.shared])),
    ]);
    for (const [path, file] of files) {
      const format = formatOf(path);
      if (!format || file.prepared?.kind !== "document") continue;
      const text = new TextDecoder().decode(file.bytes);
      const parse = (source: string): unknown => (format === "toml" ? parseToml(source) : parseYaml(source));
      expect([path, plain(file.prepared.root)]).toEqual([path, parse(text)]);
      expect([path, parse(printDocument(format, file.prepared.root))]).toEqual([path, parse(text)]);
    }
  });
});
