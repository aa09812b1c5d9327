import { describe, expect, it } from "vitest";
import { EXIT_MEANING } from "../../src/errors.ts";
import { ENGINE_FLAGS } from "../../src/flags.ts";
import { help } from "../../src/help.ts";
import { asked, keyOf } from "../../src/options/asked.ts";
import { builtinPack } from "../../src/packs/builtin.ts";
import { width } from "../../src/text.ts";
import { questions } from "../unit/questions.ts";

describe("help", () => {
  it.each([60, 80, 200])("stays inside %i columns", (columns) => {
    for (const all of [questions, asked([builtinPack()])]) {
      for (const line of help(all, columns).split("\n")) expect(width(line), line).toBeLessThanOrEqual(columns);
    }
  });

  it("lists every question, group, option, flag of the engine and exit code", () => {
    const text = help(questions, 80);
    for (const one of questions) {
      expect(text).toContain(`--${keyOf(one)} `);
      if (one.as !== "group") continue;
      for (const option of one.group.options)
        expect(text).toContain(
          option.takes === "file" ? "FILE" : option.takes === "table" ? "URL" : `      ${option.id} `,
        );
    }
    for (const flag of ENGINE_FLAGS) expect(text).toContain(`--${"negative" in flag ? "no-" : ""}${flag.name}`);
    for (const code of Object.keys(EXIT_MEANING)) expect(text).toContain(`\n  ${code.padEnd(4)}`);
  });

  it("keeps every word of a hint at 60 columns", () => {
    const words = help(questions, 60).replace(/\s+/g, " ");
    expect(words).toContain("what steam is good for, said at a length that has to be wrapped in a narrow terminal");
  });
});
