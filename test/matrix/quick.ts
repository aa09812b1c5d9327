import { withRecord } from "../../src/change/record.ts";
import { compose } from "../../src/compose.ts";
import { valuesOf } from "../../src/options/values.ts";
import type { Plan, Source, Tree, TreeFile } from "../../src/types.ts";

/** Where a source's text mentions a value, its bytes depend on it; numbers stand for sources, texts for values. */
const numbers = new Map<Source["entry"], number>();
const mentions = new Map<Source["entry"], readonly string[]>();
const NOT_READ: TreeFile = { bytes: Buffer.from("{}\n"), mode: 0o644, owner: "" };
const MOST = 20_000;
const composed = new Map<string, TreeFile>();

/**
 * The tree of a plan without its record, each file composed once for the same sources and values: the whole product of
 * all options has a few thousand different files. A test holds it against the real `render`.
 */
export function quickTree(plan: Plan): Tree {
  const values = valuesOf(plan.selection, "0");
  const tree = new Map<string, TreeFile>();
  for (const [path, sources] of plan.paths) {
    const key = [path, ...sources.map((source) => `${numberOf(source)} ${source.as} ${said(source, values)}`)].join(
      "\n",
    );
    const known = composed.get(key) ?? { bytes: compose(path, sources, values), mode: 0o644, owner: "" };
    if (composed.size > MOST) composed.clear(); // a README is another one in nearly each combination
    composed.set(key, known);
    tree.set(path, known);
  }
  const record = new Map(withRecord(tree, plan.selection, "0"));
  // What is hashed and packed from all files is nothing that the oracle reads.
  for (const path of record.keys()) if (/\/(lock\.json|base\.tar(\.gz)?)$/.test(path)) record.set(path, NOT_READ);
  return record;
}

function numberOf({ entry, tokens }: Source): string {
  const number = numbers.get(entry) ?? numbers.size;
  numbers.set(entry, number);
  return `${number} ${Object.values(tokens).join()}`;
}

function said({ entry }: Source, values: Readonly<Record<string, unknown>>): string {
  const names = mentions.get(entry) ?? Object.keys(values).filter((name) => mentioned(entry, name));
  mentions.set(entry, names);
  return JSON.stringify(names.map((name) => values[name]));
}

function mentioned({ bytes }: Source["entry"], name: string): boolean {
  return Buffer.from(bytes).includes("{{") && Buffer.from(bytes).includes(name);
}
