/** Where a module of ours can go: into their package, or beside it as a project of its own; and why. Pure. */
import { boundsOf, clashes, compare, lowest, meet } from "./ranges.ts";
import { freeName, type Ground, spotFor } from "./spot.ts";
import type { Survey } from "./survey.ts";

export interface Place {
  readonly form: "mounted" | "beside" | "ours" | "nowhere";
  /** Where the tree would lie. */
  readonly path: string;
  readonly why: readonly string[];
  /** Where its pieces would lie, when it is mounted. */
  readonly spot?: Ground;
}

/** The oldest Python that what we emit runs on. */
export const FLOOR = [3, 11] as const;

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
  if (layout.shape === "monorepo") against.push("it holds several projects, each with a manifest of its own");
  const spot = spotFor(found, besideNames);
  if (typeof spot === "string") against.push(spot);
  if (against.length > 0 || typeof spot === "string")
    return { form: "beside", path: freeName(found, [""], besideNames) ?? "ml_2", why: against };
  const why = [`${range?.where} asks for Python ${range?.range}`, "its requirements leave room for ours"];
  return { form: "mounted", path: spot.package, why, spot };
}
