/** `check`: behind or not, whose each file is, what policies find, what is waived, what --fix brings back. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { snapshot } from "../support/snapshot.ts";
import { smallPack } from "../unit/small-pack.ts";
import { type Ran, run } from "./world.ts";

const PYPROJECT = `[project]\nname = "rain"\nrequires-python = ">=3.11"\ndependencies = ["pandas>=3,<4", "left-pad"]\n`;
const OURS = smallPack({
  "project/pyproject.toml": PYPROJECT,
  "project/src/sample_project/models/rain/params.toml": "x = 1\n",
  "project/src/sample_project/models/rain/README.md": "# Card\n\n*Open: who may be harmed*\n",
  "project/src/sample_project/models/rain/test_model.py": "",
  "project/a.txt": "a\n",
  "project/b.txt": "b\n",
});
const CARD = "src/rain/models/rain/README.md";

let home: string;
let cwd: string;
beforeEach(() => {
  home = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "check-")));
  cwd = join(home, "rain");
});
afterEach(() => fs.rmSync(home, { recursive: true, force: true }));

const put = (path: string, body: string): void => {
  fs.mkdirSync(dirname(join(home, path)), { recursive: true });
  fs.writeFileSync(join(home, path), body);
};
const read = (path: string): string => fs.readFileSync(join(home, path), "utf8");
const git = (...words: string[]): unknown =>
  execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.org", ...words], { cwd });
const commit = (): void => {
  git("add", "-A");
  git("commit", "-qm", "As it is", "--allow-empty");
};
const acme = (policies: string, version = "1.0.0"): void =>
  put(
    "acme/pack.yaml",
    `name: acme\nversion: ${version}\ngenerator: ">=0.1 <1"\ndescription: Acme's.\npolicies:\n${policies}`,
  );
async function made(policies?: string): Promise<void> {
  if (policies !== undefined) acme(policies);
  const pack = policies === undefined ? [] : ["--pack", "acme"];
  const argv = ["rain", ...pack, "--yes", "--no-install", "--no-git"];
  expect(await run(home, argv, 80, [OURS])).toMatchObject({ exit: 0, err: "" });
  git("init", "-q");
  commit();
}
const check = (...argv: string[]): Promise<Ran> => run(cwd, ["check", ...argv], 80, [OURS]);
interface Document {
  readonly files: Record<string, string[]>;
  readonly findings: {
    policy: string;
    owner: string;
    severity: string;
    path: string;
    what: string;
    fix: string;
    line: number | null;
  }[];
  readonly waived: unknown[];
}
const document = async (): Promise<Document & { exit: number }> => {
  const { exit, out } = await check("--json");
  return { ...(JSON.parse(out) as Document), exit };
};
const whats = async (): Promise<string[]> => (await document()).findings.map(({ what }) => what);

describe("a project", () => {
  it("is clean as it was made, and names what became of its files", async () => {
    await made();
    const before = snapshot(home);
    expect(await document()).toMatchObject({ exit: 0, findings: [], files: { edited: [], deleted: [] } });
    put("rain/a.txt", "mine\n");
    fs.rmSync(join(cwd, "b.txt"));
    const { exit, files } = await document();
    expect([exit, files["edited"], files["deleted"]]).toEqual([0, ["a.txt"], ["b.txt"]]);
    expect((await check()).out).toMatch(/1 edited, 1 deleted; 0 findings[\s\S]*Edited: a\.txt\nDeleted: b\.txt/);
    git("checkout", "--", ".");
    expect(snapshot(home, ["rain/.git"])).toEqual(
      Object.fromEntries(Object.entries(before).filter(([path]) => !path.startsWith("rain/.git"))),
    );
  });

  it("is behind when its template or its packs have moved on, and says what to run", async () => {
    await made("  []\n");
    expect(await whats()).toEqual([]);
    acme("  []\n", "1.1.0");
    expect((await document()).findings).toMatchObject([
      { policy: "behind", what: "It has acme 1.0.0; there is 1.1.0", fix: "create-ml-project update" },
    ]);
    put(
      "rain/.ml-project/answers.yaml",
      read("rain/.ml-project/answers.yaml").replace("interval: day", "interval: week"),
    );
    expect(await document()).toMatchObject({ exit: 2, findings: [{ policy: "behind" }, { policy: "answers" }] });
  });

  it("has conflicts until they are settled", async () => {
    await made();
    put("rain/a.txt", "mine\n");
    commit();
    const next = smallPack({ "project/a.txt": "theirs\n" });
    expect(await run(cwd, ["update", "--yes"], 80, [next])).toMatchObject({ exit: 2 });
    const { exit, out } = await run(cwd, ["check"], 80, [next]);
    expect([exit, out]).toEqual([2, expect.stringContaining("a.txt:1 has a conflict that is not settled")]);
  });

  it("is needed", async () => {
    expect(await run(home, ["check"])).toMatchObject({ exit: 3, err: expect.stringContaining("in no project") });
  });
});

describe("policies", () => {
  it.each([
    ["files: [docs/legal.md]", "docs/legal.md is missing"],
    ["without: ['**/*.txt']", "a.txt must not be there"],
    ["dependencies: [numpy]", "numpy is not among the dependencies"],
    ["banned: [Left_Pad]", "Left_Pad must not be among the dependencies"],
    ["versions: { pandas: '>=3.1' }", "pandas>=3,<4 is not within >=3.1"],
    ["versions: { left-pad: '<2' }", "left-pad is not within <2"],
    ['python: "3.12"', "Python >=3.11 is admitted, below 3.12"],
    ["options: { colour: [blue] }", "colour is red"],
    [
      "patterns: [{ in: '**/params.toml', pattern: 'x = \\d' }]",
      "src/rain/models/rain/params.toml:1 has what matches x = \\d",
    ],
    ["models: [card]", "The model src/rain/models/rain has no card"],
    ["models: [owner]", "The model src/rain/models/rain has no owner"],
  ])("%s finds that %s", async (rule, what) => {
    await made(`  - { id: rule, because: we say so, ${rule} }\n`);
    const { exit, findings } = await document();
    expect([exit, findings[0]]).toMatchObject([2, { policy: "rule", owner: "acme", severity: "error", what }]);
    expect(findings[0]?.fix).not.toBe("");
  });

  it.each([
    "files: ['docs/*.md', a.txt]",
    "without: ['*.csv', 'a']",
    "unedited: ['**']",
    "dependencies: [pandas]",
    "versions: { pandas: '>=2,<5', numpy: '<1' }",
    'python: "3.11"',
    "options: { colour: [red, blue], helper: [one, two] }",
    "patterns: [{ in: 'src/**', pattern: 'import pickle' }]",
    "models: [test]",
  ])("%s finds nothing where all is well", async (rule) => {
    await made(`  - { id: rule, because: we say so, ${rule} }\n`);
    put("rain/docs/x.md", "x\n");
    commit();
    expect(await whats()).toEqual([]);
  });

  it("find what was edited, and what a card lacks no more", async () => {
    await made("  - { id: fixed, because: x, unedited: [a.txt], models: [card, owner] }\n");
    put("rain/a.txt", "mine\n");
    put(`rain/${CARD}`, "# Card\n\n- **Owner**: Ada\n");
    expect(await whats()).toEqual(["a.txt is not as it was rendered"]);
  });

  it("that only warn end with 0", async () => {
    await made("  - { id: soft, because: x, severity: warning, files: [x.md] }\n");
    expect(await document()).toMatchObject({ exit: 0, findings: [{ severity: "warning" }] });
  });

  it.each(["(a+)+b", "(a|b)*c", "(?=a)b", "(a)\\\\1", "[", "x".repeat(201)])(
    "with the pattern %s are refused",
    async (pattern) => {
      acme(`  - { id: rule, because: x, patterns: [{ in: '**', pattern: "${pattern}" }] }\n`);
      const { exit, err } = await run(home, ["rain", "--pack", "acme", "--yes", "--no-install", "--no-git"], 80, [
        OURS,
      ]);
      expect([exit, err]).toEqual([3, expect.stringContaining("pack/pattern")]);
    },
  );

  it("are annotations on GitHub", async () => {
    await made("  - { id: rule, because: x, patterns: [{ in: '*.txt', pattern: 'b' }] }\n");
    const { out } = await check("--annotations");
    expect(out).toContain("::error file=b.txt,line=1,title=rule (acme)::b.txt:1 has what matches b. Take it out");
    expect((await check()).out).not.toContain("::error");
  });

  it("are not mended while the project is behind: that would bring in more than what is missing", async () => {
    await made("  - { id: rule, because: x, files: [a.txt] }\n");
    fs.rmSync(join(cwd, "a.txt"));
    commit();
    acme("  - { id: rule, because: x, files: [a.txt, legal.md] }\n", "1.1.0");
    const before = snapshot(cwd);
    expect(await check("--fix", "--yes")).toMatchObject({ exit: 3, err: expect.stringContaining("It has acme 1.0.0") });
    expect(snapshot(cwd)).toEqual(before);
    expect(await check("--fix", "--json")).toMatchObject({ exit: 3 });
  });

  it("that can't all be mended are told after --fix", async () => {
    await made("  - { id: rule, because: x, files: [a.txt, legal.md] }\n");
    fs.rmSync(join(cwd, "a.txt"));
    commit();
    expect(await check("--fix", "--yes")).toMatchObject({
      exit: 2,
      out: expect.stringContaining("legal.md is missing"),
    });
    expect(read("rain/a.txt")).toBe("a\n");
  });

  it("bring back with --fix what the template has", async () => {
    await made("  - { id: rule, because: x, files: [a.txt] }\n");
    fs.rmSync(join(cwd, "a.txt"));
    commit();
    expect(await whats()).toEqual(["a.txt is missing"]);
    expect(await check("--fix", "--yes")).toMatchObject({ exit: 0, err: "" });
    expect([read("rain/a.txt"), await whats()]).toEqual(["a\n", []]);
    expect(await run(cwd, ["undo", "--yes"], 80, [OURS])).toMatchObject({ exit: 0 });
    expect(fs.existsSync(join(cwd, "a.txt"))).toBe(false);
  });
});

describe("waivers", () => {
  const waive = (until: string, path = ""): void =>
    put("rain/.ml-project/waivers.yaml", `- policy: rule\n${path}  because: the move is planned\n  until: ${until}\n`);
  beforeEach(() => made("  - { id: rule, because: x, without: ['*.txt'] }\n"));

  it("cover findings until their day", async () => {
    waive("9999-12-31");
    expect(await document()).toMatchObject({ exit: 0, findings: [], waived: [{}, {}] });
    waive("9999-12-31", "  path: a.*\n");
    expect(await whats()).toEqual(["b.txt must not be there"]);
  });

  it("that have run out are findings themselves", async () => {
    waive("2020-01-31");
    expect(await whats()).toEqual([
      "a.txt must not be there",
      "b.txt must not be there",
      "The waiver of rule ran out on 2020-01-31",
    ]);
  });

  it.each([
    "- policy: rule\n",
    "- { policy: rule, because: '', until: 2030-01-01 }\n",
    "- { policy: rule, because: x, until: soon }\n",
    "- { policy: rule, because: x, until: 2027-99-99 }\n",
    "a: [\n",
  ])("without a reason or a day are refused: %j", async (text) => {
    put("rain/.ml-project/waivers.yaml", text);
    expect(await check()).toMatchObject({ exit: 3, err: expect.stringContaining("waivers can't be read") });
  });
});
