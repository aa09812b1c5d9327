/** What a project does that its packs' policies forbid, or lacks that they want. Pure. */
import { normal } from "../edit/names.ts";
import { globbed } from "../packs/glob.ts";
import type { Policy } from "../packs/team.ts";
import { boundsOf, compare, lowest } from "../survey/ranges.ts";
import type { Answers, Pack } from "../types.ts";

/** What is looked at. */
export interface Facts {
  /** Files that are there, from the project. */
  readonly paths: readonly string[];
  /** The text of one; nothing when it is none, or too large. */
  text(path: string): string | undefined;
  /** Files that were rendered and are not as they were. */
  readonly edited: ReadonlySet<string>;
  readonly answers: Answers;
  /** `pandas>=3,<4`, of the project and its groups. */
  readonly requirements: readonly string[];
  readonly python: string | undefined;
  /** The folders of its models. */
  readonly models: readonly string[];
}

export interface Finding {
  readonly policy: string;
  /** The pack that has it. */
  readonly owner: string;
  readonly severity: "error" | "warning";
  readonly path?: string | undefined;
  readonly line?: number | undefined;
  readonly what: string;
  readonly because: string;
  /** The command or edit that mends it. */
  readonly fix: string;
}

type Found = Pick<Finding, "path" | "line" | "what" | "fix">;

/** Everything that is not as the packs want it. */
export function judge(packs: readonly Pack[], facts: Facts): Finding[] {
  return packs.flatMap(({ name, policies }) =>
    policies.flatMap((policy) =>
      RULES.flatMap((rule) => rule(policy, facts)).map((found) => ({
        policy: policy.id,
        owner: name,
        severity: policy.severity,
        because: policy.because,
        ...found,
      })),
    ),
  );
}

type Rule = (policy: Policy, facts: Facts) => Found[];

const matching = (globs: readonly string[], paths: Iterable<string>): string[] => {
  const tests = globs.map(globbed);
  return [...paths].filter((path) => tests.some((test) => test.test(path)));
};

const missing: Rule = ({ files }, { paths }) =>
  files
    .filter((glob) => matching([glob], paths).length === 0)
    .map((path) => ({
      path,
      what: `${path} is missing`,
      fix: `create-ml-project update --restore ${path}, or write it`,
    }));

const forbidden: Rule = ({ without }, { paths }) =>
  matching(without, paths).map((path) => ({ path, what: `${path} must not be there`, fix: `git rm -- ${path}` }));

const unedited: Rule = ({ unedited: globs }, { edited }) =>
  matching(globs, edited).map((path) => ({
    path,
    what: `${path} is not as it was rendered`,
    fix: `git log -- ${path}; put back what it was, or have the pack changed`,
  }));

const nameOf = (requirement: string): string => normal(/^[\w.-]+/.exec(requirement)?.[0] ?? "");

const dependencies: Rule = ({ dependencies: wanted, banned, versions }, { requirements }) => {
  const path = "pyproject.toml";
  const there = (name: string): string | undefined => requirements.find((one) => nameOf(one) === normal(name));
  return [
    ...wanted
      .filter((name) => there(name) === undefined)
      .map((name) => ({ path, what: `${name} is not among the dependencies`, fix: `uv add ${name}` })),
    ...banned
      .filter((name) => there(name) !== undefined)
      .map((name) => ({ path, what: `${name} must not be among the dependencies`, fix: `uv remove ${name}` })),
    ...Object.entries(versions).flatMap(([name, range]) => {
      const requirement = there(name);
      if (requirement === undefined || within(requirement, range)) return [];
      return [{ path, what: `${requirement} is not within ${range}`, fix: `uv add "${name}${range}"` }];
    }),
  ];
};

/** Whether all that a requirement admits lies in a range. */
function within(requirement: string, range: string): boolean {
  const [own, wanted] = [boundsOf(requirement), boundsOf(range)];
  const low = lowest(wanted);
  const tops = (bounds: typeof own) => bounds.filter(({ operator }) => operator.startsWith("<"));
  return (
    (low.length === 0 || compare(lowest(own), low) >= 0) &&
    tops(wanted).every((top) => tops(own).some(({ version }) => compare(version, top.version) <= 0))
  );
}

const python: Rule = ({ python: floor }, { python: range }) =>
  floor === undefined || (range !== undefined && compare(lowest(boundsOf(range)), lowest(boundsOf(`>=${floor}`))) >= 0)
    ? []
    : [
        {
          path: "pyproject.toml",
          what: `Python ${range ?? "of any version"} is admitted, below ${floor}`,
          fix: `requires-python = ">=${floor}"`,
        },
      ];

const options: Rule = ({ options: allowed }, { answers }) =>
  Object.entries(allowed).flatMap(([group, ids]) =>
    [answers[group] ?? []]
      .flat()
      .map(String)
      .filter((id) => !ids.includes(id))
      .map((id) => ({
        path: ".ml-project/answers.yaml",
        what: `${group} is ${id}`,
        fix: `create-ml-project update --set ${group}=${ids.join(" or ")}`,
      })),
  );

const patterns: Rule = ({ patterns: all }, { paths, text }) =>
  all.flatMap(({ in: glob, pattern }) =>
    matching([glob], paths).flatMap((path) => {
      const lines = (text(path) ?? "").split("\n");
      const test = new RegExp(pattern, "u");
      const at = lines.findIndex((line) => line.length < 2_000 && test.test(line));
      return at < 0
        ? []
        : [{ path, line: at + 1, what: `${path}:${at + 1} has what matches ${pattern}`, fix: "Take it out" }];
    }),
  );

const models: Rule = ({ models: wanted }, { models: folders, paths, text }) =>
  folders.flatMap((folder) => {
    const card = `${folder}/README.md`;
    const body = text(card);
    const lacks = {
      card: body === undefined || body.includes("*Open"),
      test: !paths.some((path) => path.startsWith(`${folder}/test_`) && path.endsWith(".py")),
      owner: !/^\W*owner\W*:\W*\w/im.test(body ?? ""),
    };
    const fix = {
      card: `Write what is open in ${card}`,
      test: `Write ${folder}/test_model.py`,
      owner: `Add a line to ${card}: Owner: NAME`,
    };
    return wanted
      .filter((what) => lacks[what])
      .map((what) => ({ path: card, what: `The model ${folder} has no ${what}`, fix: fix[what] }));
  });

const RULES: readonly Rule[] = [missing, forbidden, unedited, dependencies, python, options, patterns, models];
