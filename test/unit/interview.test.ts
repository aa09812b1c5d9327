import { describe, expect, it } from "vitest";
import { accepts, interview, type Listener } from "../../src/ask/interview.ts";
import type { Prompter } from "../../src/ask/prompter.ts";
import { AnswerRefused } from "../../src/errors.ts";
import { nobodyToAsk, openQuestions } from "../../src/open.ts";
import { keyOf } from "../../src/options/asked.ts";
import type { Answers } from "../../src/types.ts";
import { questions } from "./questions.ts";

/** Answers from a table, else the default; keeps what was asked. */
function person(says: Readonly<Record<string, string>>): Prompter & { readonly heard: string[] } {
  const heard: string[] = [];
  const answer = (message: string, fallback: string): string => {
    heard.push(message);
    return says[message] ?? fallback;
  };
  return {
    heard,
    text: async (message, fallback) => answer(message, fallback),
    secret: async (message) => answer(message, ""),
    one: async (message, _choices, fallback) => answer(message, fallback),
    several: async (message, _choices, fallback) => answer(message, fallback.join()).split(","),
  };
}

const listener = (profiled: string[] = []): Listener => ({
  name: () => undefined,
  interval: () => undefined,
  origin: async (_group, path) => ({ kind: "file", path }),
  withOrigin: (_group, _origin, answers) => answers,
  columns: async () => ["age", "left"],
  profile: async (origin, answers): Promise<Answers> => {
    profiled.push(`${origin.kind === "file" ? origin.path : origin.url} for ${String(answers.goal)}`);
    const { goal: _settled, ...rest } = answers;
    return { ...rest, profile: { target: "left" } };
  },
});

describe("the interview", () => {
  it("asks what is open, in order, and nothing that an option settles or that is never asked", async () => {
    const asked = person({});
    const { answers } = await interview(questions, { answers: {}, origin: undefined }, asked, listener());
    expect(asked.heard).toEqual(["name?", "purpose?", "Which stuff?", "pace?", "Which bells?"]);
    expect(answers).toEqual({ name: "my-project", purpose: "", stuff: "sample", pace: "day", bells: ["ding"] });
  });

  it("asks for nothing that is given", async () => {
    const given = { name: "rain", purpose: "", stuff: "sample", pace: "week", bells: [] };
    const asked = person({});
    expect((await interview(questions, { answers: given, origin: undefined }, asked, listener())).answers).toEqual(
      given,
    );
    expect(asked.heard).toEqual([]);
  });

  it("asks for the file, then its column, and reads it before it asks the rest", async () => {
    const profiled: string[] = [];
    const asked = person({ "Which stuff?": "own", "Path of the data file": " 'my file.csv' " });
    const given = { answers: {}, origin: undefined };
    const { answers, origin } = await interview(questions, given, asked, listener(profiled));
    expect(asked.heard).toEqual([
      "name?",
      "purpose?",
      "Which stuff?",
      "Path of the data file",
      "goal?",
      "pace?",
      "Which bells?",
    ]);
    expect([origin, profiled]).toEqual([{ kind: "file", path: "my file.csv" }, ["my file.csv for left"]]);
    expect(answers).toMatchObject({ stuff: "own", profile: { target: "left" } });
  });

  it("asks for the address of a database without showing it, then for what to read there", async () => {
    const profiled: string[] = [];
    const says = { "Address of the database, or env:NAME": "env:X", "Table, or FILE.sql with a query": " sales " };
    const asked = person({ "Which stuff?": "shelf", ...says });
    const heard: unknown[] = [];
    const listen: Listener = {
      ...listener(profiled),
      origin: async (_group, path, answers) => {
        heard.push(answers.table);
        return { kind: "file", path };
      },
      withOrigin: (group, _origin, answers) => ({ ...answers, [group.id]: "shelf" }),
    };
    const { answers } = await interview(questions, { answers: {}, origin: undefined }, asked, listen);
    expect(asked.heard.slice(2, 6)).toEqual(["Which stuff?", ...Object.keys(says), "goal?"]);
    expect([heard.at(-1), profiled]).toEqual(["sales", ["env:X for left"]]);
    expect(answers).toMatchObject({ stuff: "shelf", table: "sales" });
  });

  it("reads a file once that was given with its column", async () => {
    const profiled: string[] = [];
    const given = { answers: { stuff: "own", goal: "left" }, origin: { kind: "file" as const, path: "/x.csv" } };
    await interview(questions, given, person({}), listener(profiled));
    expect(profiled).toEqual(["/x.csv for left"]);
  });

  it("says why an answer won't do", async () => {
    const check = accepts(() => {
      throw new AnswerRefused("value", { what: "No", why: "because", fix: "Say yes." });
    });
    expect(await check("x")).toBe("No: because. Say yes.");
    expect(await accepts(() => undefined)("a\u202eb")).toContain("bidirectional");
    await expect(
      accepts(() => {
        throw new TypeError("ours");
      })("x"),
    ).rejects.toThrow("ours");
  });
});

describe("without a terminal", () => {
  it("the complete command is told, with what was typed and what is missing", () => {
    const open = openQuestions(questions, { purpose: "it's" });
    const refused = nobodyToAsk(open, ["--purpose", "it's"], undefined);
    expect(refused.flags).toEqual(["DIR", "--stuff", "--pace", "--bells"]);
    expect(refused.fix).toContain(
      `create-ml-project my-project --purpose 'it'\\''s' --stuff=sample --pace=day --bells=ding\nOr add --yes`,
    );
  });

  it("a column that only a person knows is told with the columns there are", () => {
    const open = openQuestions(questions, { name: "x", purpose: "", stuff: "own", pace: "day", bells: [] });
    expect(open.map(keyOf)).toEqual(["goal"]);
    expect(nobodyToAsk(open, ["x"], "x", ["age", "left"]).fix).toMatch(
      /age, left[\s\S]*create-ml-project x --goal=COLUMN$/,
    );
  });
});
