/** Where a module of ours can go: into their package, or beside it as a project of its own; and why. Pure. */
import { type Manifest, requirementName } from "./manifests.ts";
import type { Survey } from "./survey.ts";

export interface Place {
  readonly form: "mounted" | "beside" | "ours" | "nowhere";
  /** Where the tree would lie. */
  readonly path: string;
  readonly why: readonly string[];
}

/** The oldest Python that what we emit runs on. */
export const FLOOR = [3, 11] as const;

type Version = readonly number[];
const versionOf = (text: string): Version =>
  text
    .split(".")
    .map(Number)
    .filter((part) => !Number.isNaN(part));
const compare = (a: Version, b: Version): number => {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

interface Bound {
  readonly operator: string;
  readonly version: Version;
}

/** `>=2,<3`, `^2.1`, `~=1.4`, `=1.2`, `==3.9.*` as lower and upper bounds. */
function boundsOf(range: string): Bound[] {
  return [...range.matchAll(/(===?|[<>~!]=|[<>^~=])\s*v?(\d+(?:\.\d+)*)/g)].flatMap(
    ([, operator = "", version = ""]): Bound[] => {
      const low = versionOf(version);
      const next = (keep: number): Version => [...low.slice(0, keep - 1), (low[keep - 1] ?? 0) + 1];
      if (operator === "^")
        return [
          { operator: ">=", version: low },
          { operator: "<", version: next((low[0] ?? 0) === 0 ? 2 : 1) },
        ];
      if (operator === "~=" || operator === "~")
        return [
          { operator: ">=", version: low },
          { operator: "<", version: next(Math.max(1, low.length - 1)) },
        ];
      if (operator === "=" || operator.startsWith("=="))
        return [
          { operator: ">=", version: low },
          { operator: "<", version: next(low.length) },
        ];
      return [{ operator, version: low }];
    },
  );
}

const lowest = (bounds: readonly Bound[]): Version =>
  bounds
    .filter(({ operator }) => operator.startsWith(">"))
    .reduce<Version>((high, { version }) => (compare(version, high) > 0 ? version : high), []);

/** Whether two ranges have a version in common, as far as their bounds tell. */
export function meet(ours: string, theirs: string): boolean {
  const both = [...boundsOf(ours), ...boundsOf(theirs)];
  const low = lowest(both);
  return both.every(({ operator, version }) =>
    operator === "<" ? compare(low, version) < 0 : operator === "<=" ? compare(low, version) <= 0 : true,
  );
}

/** Requirements of theirs that leave no version for one of ours. */
export function clashes(ours: readonly string[], manifests: readonly Manifest[]): string[] {
  const wanted = new Map(ours.map((line) => [requirementName(line), line]));
  return manifests.flatMap(({ path, requirements }) =>
    requirements.flatMap((line) => {
      const mine = wanted.get(requirementName(line));
      const spec = (requirement: string): string =>
        (/^[\w.-]+(?:\[[^\]]*\])?\s*\(?([^;)]*)/.exec(requirement)?.[1] ?? "").trim();
      return mine === undefined || meet(spec(mine), spec(line))
        ? []
        : [`${path} wants ${line.split(";")[0]?.trim()}, a module of ours ${mine}`];
    }),
  );
}

/** Names for a project of ours in a repository, the best first. */
export const besideNames = ["ml", "ml_models", "ml_module", "ml_2"] as const;

/** Chooses and explains; `ours` are the requirements of a module with the usual options. */
export function placeFor(found: Survey, ours: readonly string[]): Place {
  const { layout, tooling, manifests, files } = found;
  if (layout.kinds.includes("ours"))
    return { form: "ours", path: "", why: ["it is a project of ours: one new folder is enough"] };
  if (files.length === 0) return { form: "nowhere", path: "", why: ["there is no Python here"] };
  const against: string[] = [];
  const range = tooling.python;
  const admits =
    range === undefined
      ? []
      : lowest(
          boundsOf(
            range.range.includes(",") && !/[<>=^~]/.test(range.range)
              ? `>=${range.range.split(",")[0]}`
              : /^\d/.test(range.range)
                ? `>=${range.range}`
                : range.range,
          ),
        );
  if (range !== undefined && compare(admits, FLOOR) < 0)
    against.push(
      `Python ${range.range} is admitted by ${range.where}, and a module of ours needs ${FLOOR.join(".")} or newer`,
    );
  if (range !== undefined && !meet(`>=${FLOOR.join(".")}`, range.range))
    against.push(`Python ${FLOOR.join(".")} and newer are refused by ${range.where}`);
  if (found.python2.length > 0) against.push(`${found.python2.length} of its files are Python 2`);
  against.push(...clashes(ours, manifests).slice(0, 5));
  if (range === undefined) against.push("nothing says which Python it runs on");
  const [first] = layout.packages;
  if (layout.shape === "monorepo") against.push("it holds several projects, each with a manifest of its own");
  if (against.length > 0) return { form: "beside", path: freeName(found), why: against };
  const one = layout.packages.length === 1 ? first : undefined;
  const home = one === undefined ? (layout.roots.find((root) => /(?:^|\/)src$/.test(root)) ?? "") : one.path;
  const name = freeName(found, home);
  const why = [`${range?.where} asks for Python ${range?.range}`, "its requirements leave room for ours"];
  return { form: "mounted", path: home === "" || home === "." ? name : `${home}/${name}`, why };
}

/** A name that no file, folder, module or requirement there has. */
function freeName({ files, git, manifests }: Survey, folder = ""): string {
  const start = folder === "" || folder === "." ? "" : `${folder}/`;
  const paths = git.kind === "tree" ? git.files : files.map(({ path }) => path);
  const required = new Set(manifests.flatMap(({ requirements }) => requirements.map(requirementName)));
  const isTaken = (name: string): boolean =>
    required.has(name) || paths.some((path) => path === `${start}${name}.py` || path.startsWith(`${start}${name}/`));
  return besideNames.find((name) => !isTaken(name)) ?? "ml_2";
}
