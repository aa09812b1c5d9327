import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { parseAnswers } from "../../src/answers.ts";
import { AnswerRefused } from "../../src/errors.ts";
import { steers } from "../../src/text.ts";
import { anyText } from "./any-text.ts";
import { questions } from "./questions.ts";

const parse = (text: string) => parseAnswers(text, "a.yaml", questions, ["profile"]);
function refusal(text: string): AnswerRefused {
  try {
    parse(text);
  } catch (error) {
    expect(error).toBeInstanceOf(AnswerRefused);
    return error as AnswerRefused;
  }
  throw new Error(`accepted: ${text}`);
}

describe("the answers file", () => {
  it("is YAML or JSON", () => {
    const wanted = { name: "rain", bells: ["dong"], profile: { rows: 3, columns: [{ name: "a" }] } };
    expect(parse(stringify(wanted))).toEqual(wanted);
    expect(parse(JSON.stringify(wanted, null, "\t"))).toEqual(wanted);
    expect(parse("")).toEqual({});
    expect(parse("name:\npace: ~\n")).toEqual({});
    expect(parse("# nothing\n")).toEqual({});
    expect(parse("name: rain\r\npurpose: |\r\n  two\r\n  lines\r\n")).toEqual({
      name: "rain",
      purpose: "two\nlines\n",
    });
  });

  it.each([
    ["nmae: rain", "answer/unknown", "a.yaml:1:1", "Did you mean name?"],
    ["name: rain\nengine: steam\n  pace: day", "answer/syntax", "a.yaml:", ""],
    ["name: 3", "answer/type", "a.yaml:1:7", 'Put quotes around it: "3".'],
    ["name: true", "answer/type", "a.yaml:1:7", ""],
    ["name: [a]", "answer/type", "a.yaml:1:7", ""],
    ["bells: ding", "answer/type", "a.yaml:1:8", "[a, b]"],
    ["bells: [1]", "answer/type", "a.yaml:1:8", ""],
    ["- name", "answer/type", "a.yaml:1:1", ""],
    ["name: a\nname: b", "answer/syntax", "a.yaml:2:1", ""],
    ["name: &a rain\npurpose: *a", "answer/aliases", "a.yaml:1:", ""],
    ["a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nprofile: [*c, *c, *c]", "answer/aliases", "a.yaml:1:", ""],
    ["name: !!python/object:os.system x", "answer/syntax", "a.yaml:1:", ""],
    ["name: !secret x", "answer/syntax", "a.yaml:1:", ""],
    ["__proto__: {x: 1}", "answer/unknown", "a.yaml:1:1", ""],
    ["profile: {__proto__: {x: 1}}", "answer/unknown", "a.yaml:1:11", ""],
    ["<<: {name: x}", "answer/unknown", "a.yaml:1:1", ""],
    ['purpose: "a\\u202Eb"', "answer/characters", "a.yaml:1:10", ""],
    ['purpose: "a\\eb"', "answer/characters", "a.yaml:1:10", ""],
    ['purpose: "\\u2066a"', "answer/characters", "a.yaml:1:10", ""],
    ["name: a\n---\nname: b", "answer/syntax", "a.yaml:", ""],
    [`profile: ${"[".repeat(60)}${"]".repeat(60)}`, "answer/size", "a.yaml:1:", ""],
  ])("refuses %j as %s", (text, code, where, fix) => {
    const refused = refusal(text);
    expect(refused).toMatchObject({ code, exit: 3 });
    expect(refused.where).toContain(where);
    expect(refused.fix).toContain(fix);
  });

  it("gives back every other text unchanged: quotes, &, $, backslashes, {{, any script", () => {
    const spice = fc.constantFrom(
      '"',
      "'",
      "&",
      "$&",
      "\\",
      "{{ name }}",
      "${{ x }}",
      "# ",
      ": ",
      "日本",
      "עברית",
      "🙂",
      "\n",
      "<b>",
      "`",
      "- ",
    );
    const texts = fc
      .oneof(
        fc.array(spice).map((parts) => parts.join("")),
        anyText(),
      )
      .filter((text) => !steers(text));
    fc.assert(
      fc.property(texts, (purpose) => {
        expect(parse(stringify({ purpose })).purpose).toBe(purpose);
        expect(parse(JSON.stringify({ purpose })).purpose).toBe(purpose);
      }),
    );
  });
});
