import { describe, expect, it } from "vitest";
import { Emitted } from "../support/emitted.ts";
import { scratch } from "../support/scratch.ts";

const longest = "an-unusually-long-name-of-a-real-project";

/** The name stands in few places of the Python, so its length must not move a line break anywhere. */
describe.each([["xq"], [longest]])("a project named %s", (name) => {
  it("is formatted, free of lint, typed, and its tests are found", async () => {
    expect(longest).toHaveLength(40);
    const project = await Emitted.create(await scratch(), name, ["--no-git"]);
    await project.install();
    for (const command of [
      ["ruff", "format", "--check", "."],
      ["ruff", "check", "."],
      ["mypy"],
      ["pytest", "-q", "--collect-only"],
    ]) {
      const { exit, all } = await project.tool(...command);
      expect(exit, `${command.join(" ")}\n${all}`).toBe(0);
    }
  });
});
