/** Lines in settings files of other people: a section for Alembic, a job for GitLab, a line for cron. */
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { crontabFile } from "../../../src/edit/crontab.ts";
import { gitlabCi } from "../../../src/edit/gitlab.ts";
import { alembicIni } from "../../../src/edit/ini.ts";

const refused = expect.objectContaining({ code: "manifest/taken" });

describe("alembic.ini", () => {
  const text =
    "# A generic file.\r\n# Of two lines.\r\n\r\n[alembic]\r\n# where\r\nscript_location = %(here)s/migrations\r\n\r\n# Logging, also read by env.py.\r\n# All of it.\r\n[loggers]\r\nkeys = root";

  it("gets a section before those of logging and their comment", () => {
    const wanted = "[ml]\r\nscript_location = %(here)s/app/ml/migrations\r\n\r\n";
    const done = alembicIni(text, "ml", { script_location: "%(here)s/app/ml/migrations" });
    expect(done).toBe(text.replace("# Logging", `${wanted}# Logging`));
    expect(alembicIni(done, "ml", { script_location: "%(here)s/app/ml/migrations" })).toBe(done);
  });

  it("gets it at the end where there is no logging", () => {
    expect(alembicIni("[alembic]\na = 1", "ml", { script_location: "x" })).toBe(
      "[alembic]\na = 1\n\n[ml]\nscript_location = x",
    );
  });

  it("takes over where modules are found, which a section does not inherit", () => {
    const theirs =
      "[alembic]\nscript_location = x\nprepend_sys_path = .\nsqlalchemy.url = sqlite://\npath_separator = os\n";
    expect(alembicIni(theirs, "ml", { script_location: "y" })).toBe(
      `${theirs}\n[ml]\nscript_location = y\nprepend_sys_path = .\npath_separator = os\n`,
    );
  });

  it("is refused where the section is theirs", () => {
    expect(() => alembicIni("[ml]\nscript_location = theirs\n", "ml", { script_location: "ours" })).toThrowError(
      refused,
    );
  });
});

describe(".gitlab-ci.yml", () => {
  const job = { script: ["pip install -r requirements-ml.txt", 'pytest tests/ml -m "not slow"'] };
  const add = (text: string): string => (gitlabCi(text, "ml tests", job) as { text: string }).text;

  it("gets a job in a stage that is there, indented as theirs", () => {
    const text = "stages: [lint, tests, deploy]\n\nlint:\n    stage: lint\n    script: !reference [.lint, script]\n";
    const done = add(text);
    expect(done).toBe(
      `${text}\nml tests:\n    stage: tests\n    script:\n        - pip install -r requirements-ml.txt\n        - "pytest tests/ml -m \\"not slow\\""\n`,
    );
    expect(add(done)).toBe(done);
  });

  it.each([
    ["stages:\n- build\n- test\n- unit-test\n", "test"],
    ["stages: [build, deploy]\n", "build"],
    ["job:\n  script: [x]\n", undefined],
    ["", undefined],
  ])("%j puts it into the stage %j", (text, stage) => {
    expect((parse(add(text)) as Record<string, { stage?: string }>)["ml tests"]?.stage).toBe(stage);
  });

  it("takes what GitLab takes: names that stand twice", () => {
    expect(add("a:\n  script: [x]\na:\n  script: [y]\n")).toContain("\nml tests:\n");
  });

  it("keeps line endings, and a last line without one", () => {
    expect(add("a:\r\n  script: [x]")).toMatch(
      /^a:\r\n {2}script: \[x\]\r\n\r\nml tests:\r\n {2}script:\r\n.*slow\\""$/s,
    );
  });

  it("is refused where the name is theirs or GitLab's", () => {
    expect(() => add("ml tests:\n  script: [theirs]\n")).toThrowError(refused);
    expect(() => gitlabCi("", "variables", job)).toThrowError(refused);
    expect(() => add("a: [\n")).toThrowError(expect.objectContaining({ code: "manifest/syntax" }));
  });

  it.each(["spec:\n  inputs: {}\n---\na:\n  script: [x]\n", "{ a: { script: [x] } }\n"])(
    "is left alone where there is no sure place: %j",
    (text) => expect(gitlabCi(text, "ml tests", job)).toHaveProperty("why"),
  );
});

describe("a crontab file", () => {
  const line = "5 * * * * cd /srv/x && python -m app.ml run due";

  it("gets a line with an ending of its own, once", () => {
    const done = crontabFile("MAILTO=x\n0 1 * * * backup", line, "Models in app/ml");
    expect(done).toBe(`MAILTO=x\n0 1 * * * backup\n\n# Models in app/ml\n${line}\n`);
    expect(crontabFile(done, line, "Models in app/ml")).toBe(done);
    expect(crontabFile(`${line.replaceAll(" *", "\t*")}\r\n`, line, "")).toBe(`${line.replaceAll(" *", "\t*")}\r\n`);
  });

  it("does not hand a carriage return to a command of ours", () => {
    expect(crontabFile("# theirs\r\n", line, "ours")).toBe(`# theirs\r\n\n# ours\n${line}\n`);
  });

  it("starts an empty one", () => {
    expect(crontabFile("", line, "ours")).toBe(`# ours\n${line}\n`);
  });
});
