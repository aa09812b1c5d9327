import { describe, expect, it } from "vitest";
import { FlagRefused } from "../../src/errors.ts";
import { readFlags } from "../../src/flags.ts";
import { questions } from "./questions.ts";

const read = (...argv: string[]) => readFlags(argv, questions);
const refusal = (...argv: string[]): FlagRefused => {
  try {
    read(...argv);
  } catch (error) {
    expect(error).toBeInstanceOf(FlagRefused);
    return error as FlagRefused;
  }
  throw new Error(`accepted: ${argv.join(" ")}`);
};

describe("flags", () => {
  it("take nothing as given when nothing is given", () => {
    expect(read()).toEqual({
      directory: undefined,
      answers: {},
      answersFile: undefined,
      allowed: [],
      yes: false,
      run: false,
      dryRun: false,
      json: false,
      git: true,
      install: true,
      color: true,
      profileRows: undefined,
      dayFirst: undefined,
      version: false,
      help: false,
    });
  });

  it("come from the questions and groups there are", () => {
    const { directory, answers } = read("here", "--purpose", "to learn", "--engine=none", "--stuff", "a b.csv");
    expect(directory).toBe("here");
    expect(answers).toEqual({ purpose: "to learn", engine: "none", stuff: "a b.csv" });
  });

  it("take a value that starts with a dash behind an equals sign, and empty ones", () => {
    expect(read("--purpose=--yes").answers).toEqual({ purpose: "--yes" });
    expect(read("--purpose=").answers).toEqual({ purpose: "" });
    expect(read("--purpose", "").answers).toEqual({ purpose: "" });
    expect(read("--purpose", "- one\n- two = 2").answers).toEqual({ purpose: "- one\n- two = 2" });
    expect(read("--goal", "-1").answers).toEqual({ goal: "-1" });
  });

  it("gather lists, and empty them", () => {
    expect(read("--bells", "ding, dong").answers).toEqual({ bells: ["ding", "dong"] });
    expect(read("--bells", "ding", "--bells=dong").answers).toEqual({ bells: ["ding", "dong"] });
    expect(read("--no-bells").answers).toEqual({ bells: [] });
  });

  it("turn off what can be off", () => {
    expect(read("--no-engine").answers).toEqual({ engine: "none" });
    expect(read("--no-git", "--no-install", "--no-color")).toMatchObject({ git: false, install: false, color: false });
    expect(read("--no-day-first").dayFirst).toBe(false);
    expect(read("--day-first").dayFirst).toBe(true);
    expect(refusal("--no-stuff").code).toBe("flag/unknown");
    expect(refusal("--no-yes").code).toBe("flag/unknown");
  });

  it("know short forms, and a folder behind --", () => {
    expect(read("-y", "-h", "-v")).toMatchObject({ yes: true, help: true, version: true });
    expect(read("--yes", "--", "--odd").directory).toBe("--odd");
    expect(read(".").directory).toBe(".");
  });

  it.each([
    ["--purpse=x", "--purpose"],
    ["--engin", "--engine"],
    ["--dryrun", "--dry-run"],
    ["--no-gti", "--no-git"],
    ["--no-bell", "--no-bells"],
  ])("offer for %s the nearest, %s", (typed, meant) => {
    expect(refusal(typed).code).toBe("flag/unknown");
    expect(refusal(typed).fix).toContain(`Did you mean ${meant}?`);
  });

  it("offer nothing where nothing is near", () => {
    expect(refusal("--zzzzzzzz").fix).toBe("See --help for all flags.");
    expect(refusal("-q").code).toBe("flag/unknown");
  });

  it.each([
    [["--purpose"], "flag/value"],
    [["--purpose", "--yes"], "flag/value"],
    [["--yes=1"], "flag/value"],
    [["--no-git=1"], "flag/value"],
    [["--goal", "a", "--goal", "b"], "flag/value"],
    [["--answers", "a", "--answers", "b"], "flag/value"],
    [["--profile-rows", "many"], "flag/value"],
    [["--profile-rows", "0"], "flag/value"],
    [["one", "two"], "flag/directory"],
    [["--run", "--no-install"], "flag/together"],
  ])("refuse %j as %s", (argv, code) => {
    expect(refusal(...argv)).toMatchObject({ code, exit: 3 });
  });

  it("read a number of rows", () => {
    expect(read("--profile-rows", "10_000").profileRows).toBe(10_000);
  });
});
