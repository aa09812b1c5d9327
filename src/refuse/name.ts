/** The project's name: what follows from it, and the names no importable package can be made of. */
import { NameRefused } from "../errors.ts";
import { type Names, namesOf } from "../shared/tokens.ts";
import { hasHidden, safe } from "../text.ts";
import type { Pack } from "../types.ts";
import { ALWAYS_TAKEN, KEYWORDS, SOFT_KEYWORDS, STANDARD_LIBRARY, WINDOWS_DEVICES } from "./python-names.ts";

/** Room for a path of the project on Windows, where the package's name is in it twice. */
export const LONGEST_NAME = 60;

/** Names that the requirements of all packs take (whatever is chosen now, options may be added later). */
export function dependencyNames(packs: readonly Pack[]): Set<string> {
  return new Set(packs.flatMap((pack) => pack.taken));
}

/** Makes the nearest name that can be a package. */
export function nearestName(name: string, dependencies: ReadonlySet<string>): string {
  let { dist } = namesOf(name);
  if (dist === "") dist = "my-project";
  if (/^\d/.test(dist)) dist = `ml-${dist}`;
  dist = dist.slice(0, LONGEST_NAME).replace(/-+$/, "");
  return isTaken(dist.replaceAll("-", "_"), dependencies) === undefined
    ? dist
    : `${dist.slice(0, LONGEST_NAME - 3)}-ml`;
}

type Reason = "keyword" | "stdlib" | "dependency" | "device";

function isTaken(name: string, dependencies: ReadonlySet<string>): Reason | undefined {
  if (KEYWORDS.has(name) || name === "none" || name === "true" || name === "false") return "keyword";
  if (WINDOWS_DEVICES.has(name)) return "device";
  if (STANDARD_LIBRARY.has(name) || name === "cprofile") return "stdlib";
  return dependencies.has(name) || ALWAYS_TAKEN.has(name) ? "dependency" : undefined;
}

const WHY: Readonly<Record<Reason, string>> = {
  keyword: "it is a word of the Python language, so `import` of the package is a syntax error",
  stdlib: "Python's standard library has a module of that name; one of the two could not be imported",
  dependency: "the project itself needs a package of that name, or keeps a folder under it",
  device: "Windows keeps that name for a device, so nobody there could check the project out",
};

/** A legal name that reads oddly in Python. */
export function nameWarning(names: Names): string | undefined {
  return SOFT_KEYWORDS.has(names.package)
    ? `"${names.package}" is a soft keyword of Python: legal as a package, but it reads oddly.`
    : undefined;
}

/**
 * Checks a project name.
 *
 * @param where - what it came from: `--name`, `the folder's name`, `answers.yaml: name`
 * @throws NameRefused with the nearest name that works
 */
export function checkName(name: string, dependencies: ReadonlySet<string>, where = "--name"): Names {
  const names = namesOf(name.trim());
  const suggestion = nearestName(name, dependencies);
  const refuse = (reason: ConstructorParameters<typeof NameRefused>[0], why: string): never => {
    throw new NameRefused(reason, suggestion, {
      what: `"${safe(name.length > 70 ? `${name.slice(0, 67)}…` : name)}" can't be the name of the project`,
      where,
      why,
      fix: `Take --name ${suggestion}`,
    });
  };
  if (/[/\\]/.test(names.name) || hasHidden(names.name))
    refuse("characters", "it holds a slash, a control character or an invisible one");
  if (names.dist.length > LONGEST_NAME) {
    refuse(
      "long",
      `it has ${names.dist.length} characters, more than ${LONGEST_NAME}; paths with it would be too long for Windows`,
    );
  }
  const device = isTaken((names.name.split(".")[0] ?? "").toLowerCase(), new Set());
  const reason = isTaken(names.package, dependencies) ?? (device === "device" ? device : undefined);
  if (reason !== undefined) refuse(reason, WHY[reason]);
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(names.package)) {
    refuse("import", "a package's name is made of the letters a–z, digits, - and _, and starts with a letter");
  }
  return names;
}
