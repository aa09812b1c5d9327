import type { DocItem, DocScalar } from "../types.ts";

/** The lists of a `pyproject.toml` that hold requirements (PEP 508, PEP 735). */
const LISTS = [/^project\.dependencies$/, /^project\.optional-dependencies\.[^.]+$/, /^dependency-groups\.[^.]+$/];

/** True for a file that may have such lists. */
export function hasRequirements(file: string): boolean {
  return /(^|\/)pyproject\.toml$/.test(file);
}

/** True for a list in which a package may stand only once. */
export function isRequirementList(file: string, keys: readonly string[]): boolean {
  if (!hasRequirements(file)) return false;
  return LISTS.some((list) => list.test(keys.join(".")));
}

/** `Typer[all] >=0.15` → `typer`, as PEP 503 normalises it; empty for anything else, such as `{ include-group = "dev" }`. */
function packageOf(item: DocItem): string {
  if (item.node.kind !== "scalar" || typeof item.node.value !== "string") return "";
  const name = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)/.exec(item.node.value)?.[1] ?? "";
  return name
    .toLowerCase()
    .replace(/[-_.]+/g, "-")
    .replace(/-$/, "");
}

/** Two lists of requirements as one: each package once, sorted; tables such as group includes follow in their order. */
export function uniteRequirements(
  into: readonly DocItem[],
  from: readonly DocItem[],
  clash: (a: DocScalar, b: DocScalar) => Error,
): DocItem[] {
  const byPackage = new Map<string, DocItem>();
  const others: DocItem[] = [];
  for (const item of [...into, ...from]) {
    const name = packageOf(item);
    const known = byPackage.get(name);
    if (name === "") others.push(item);
    else if (!known) byPackage.set(name, item);
    else if (spelling(known) !== spelling(item)) throw clash(known.node as DocScalar, item.node as DocScalar);
  }
  const sorted = [...byPackage].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  const tables = others.filter((item, at) => others.findIndex((other) => sameTable(other, item)) === at);
  return [...sorted, ...tables];
}

/** Blanks don't make two requirements different. */
function spelling(item: DocItem): string {
  return item.node.kind === "scalar" ? String(item.node.value).replace(/\s+/g, "") : "";
}

function sameTable(a: DocItem, b: DocItem): boolean {
  return JSON.stringify(a.node) === JSON.stringify(b.node);
}
