import fc from "fast-check";
import Handlebars from "handlebars";
import { parse as parseToml } from "smol-toml";
import { expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { printJson, readJson } from "../../../src/shared/json.ts";
import { fillLines } from "../../../src/shared/lines.ts";
import { fillProse } from "../../../src/shared/prose.ts";
import { readProse } from "../../../src/shared/prose-read.ts";
import { printToml } from "../../../src/shared/toml.ts";
import { readToml } from "../../../src/shared/toml-read.ts";
import { fill } from "../../../src/shared/values.ts";
import { printYaml } from "../../../src/shared/yaml.ts";
import { readYaml } from "../../../src/shared/yaml-read.ts";
import { anyText } from "../any-text.ts";

/** Text with what breaks formats in it, and any other characters. */
const nasty = fc.oneof(
  fc
    .array(
      fc.constantFrom(
        '"',
        "'",
        "&",
        "$",
        "${A}",
        "$&",
        "\\",
        "{{",
        "}}",
        "{{ key }}",
        "\n",
        "#",
        ": ",
        "- ",
        "`",
        "<b>",
        "%",
        "雨",
        "é",
        "שלום",
        "a",
        " ",
        "\t",
        "'''",
        '"""',
        "\\n",
        "|",
        "=",
        "🌧",
        "${{ x }}",
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join("")),
  anyText({ maxLength: 20 }),
);

/**
 * What python-dotenv makes of the first line of a file: quotes as its pattern finds them (a quote of a later line ends
 * a value, too), then escapes, then variables, once.
 */
function dotenv(file: string): string {
  const value = file.slice(file.indexOf("=") + 1);
  const inner = /^"((?:\\"|[^"])*)"/.exec(value)?.[1];
  const escapes: Record<string, string> = { n: "\n", r: "\r", t: "\t" };
  const text =
    inner === undefined
      ? (value.split("\n")[0] ?? "")
      : inner.replace(/\\([\\'"abfnrtv])/g, (_, char: string) => escapes[char] ?? char);
  return text.replace(/\$\{([^}:]*)(?::-([^}]*))?\}/g, (_, name: string, other?: string) =>
    name === "" ? (other ?? "") : "EXPANDED",
  );
}

const runs = { numRuns: 40 };

test("TOML gives an answer back unchanged, whole or inside other text", () => {
  const root = readToml('a = "{{ key }}"\nb = ["x {{ key }} y"]\nc = { d = "{{ key }}" }\n');
  fc.assert(
    fc.property(nasty, (key) => {
      expect(parseToml(printToml(fill(root, { key }, "t")))).toEqual({ a: key, b: [`x ${key} y`], c: { d: key } });
    }),
    runs,
  );
});

test("YAML gives an answer back unchanged in both versions of the format", () => {
  const root = readYaml('a: "{{ key }}"\nb:\n  - c: "{{ key }}"\nd: [ "{{ key }}", "x {{ key }}" ]\n');
  fc.assert(
    fc.property(nasty, (key) => {
      const text = printYaml(fill(root, { key }, "t"));
      for (const version of ["1.1", "1.2"] as const) {
        expect(parseYaml(text, { version })).toEqual({ a: key, b: [{ c: key }], d: [key, `x ${key}`] });
      }
    }),
    runs,
  );
});

test("JSON gives an answer back unchanged", () => {
  const root = readJson('{"a": "{{ key }}", "b": ["x {{ key }}"]}');
  fc.assert(
    fc.property(nasty, (key) => {
      expect(JSON.parse(printJson(fill(root, { key }, "t")))).toEqual({ a: key, b: [`x ${key}`] });
    }),
    runs,
  );
});

test("prose holds an answer unchanged, exactly as Handlebars renders it with strict and noEscape", () => {
  const text = "# {{key}}\n\n{{! a comment }}a \\{{literal}} {{ deep.er }} ${x}\n  {{~ key ~}}  z\n";
  const prose = readProse(text, "t.md.hbs");
  const handlebars = Handlebars.compile(text, { strict: true, noEscape: true });
  fc.assert(
    fc.property(nasty, (key) => {
      const values = { key, deep: { er: key } };
      expect(fillProse(prose, values, "t")).toBe(handlebars(values));
    }),
    runs,
  );
});

test(".env gives an answer back unchanged to python-dotenv", () => {
  fc.assert(
    fc.property(nasty, (key) => {
      const text = fillLines(".env.example", "A={{ key }}", { key });
      expect(text).not.toContain("\n");
      expect(dotenv(`${text}\nB="b"\n`)).toBe(key);
    }),
    runs,
  );
});
