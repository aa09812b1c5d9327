import { isMap, isScalar, isSeq, type Node, type Pair } from "yaml";
import type { Json } from "../types.ts";

/** A JSON Schema, as far as we use it. */
export type Schema = { readonly [key: string]: Json };

/** Reports a problem at a node, with a fix. */
export type Problem = (node: Node | null | undefined, what: string, fix: string) => Error;

/** One description of a piece of a manifest: reads it from parsed YAML, and is published as JSON Schema. */
export interface Shape<T> {
  readonly schema: Schema;
  read(node: Node | null | undefined, problem: Problem): T;
}

/** A string; `pattern` must fit all of it. */
export function text(pattern?: { readonly source: string; readonly says: string }): Shape<string> {
  const test = pattern && new RegExp(`^(?:${pattern.source})$`, "u");
  return {
    schema: pattern ? { type: "string", pattern: `^(?:${pattern.source})$` } : { type: "string" },
    read(node, problem) {
      const value = isScalar(node) ? node.value : undefined;
      if (typeof value !== "string") throw problem(node, "A text is expected here", 'Write it in quotes: "…".');
      if (test && !test.test(value))
        throw problem(node, `${JSON.stringify(value)} does not fit`, `Write ${pattern.says}.`);
      return value;
    },
  };
}

/** One of a few words. */
export function oneOf<const T extends string>(...words: readonly T[]): Shape<T> {
  return {
    schema: { enum: [...words] },
    read(node, problem) {
      const value = isScalar(node) ? node.value : undefined;
      const found = words.find((word) => word === value);
      if (found === undefined)
        throw problem(node, `${JSON.stringify(value)} is not known here`, `Write one of: ${words.join(", ")}.`);
      return found;
    },
  };
}

export const integer: Shape<number> = {
  schema: { type: "integer" },
  read(node, problem) {
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value === "number" && Number.isSafeInteger(value)) return value;
    throw problem(node, "A whole number is expected here", "Write a number such as 10.");
  },
};

export const flag: Shape<boolean> = {
  schema: { type: "boolean" },
  read(node, problem) {
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value === "boolean") return value;
    throw problem(node, "true or false is expected here", "Write true or false, without quotes.");
  },
};

/** Reads all of them before it throws: one look at a manifest tells everything that is wrong with it. */
function every<T>(reads: readonly (() => T)[]): T[] {
  const errors: unknown[] = [];
  const found = reads.flatMap((read) => {
    try {
      return [read()];
    } catch (error) {
      errors.push(...(error instanceof AggregateError ? error.errors : [error]));
      return [];
    }
  });
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors);
  return found;
}

/** Any value, for answers that an option settles. */
export const anything: Shape<Json> = {
  schema: {},
  read(node, problem) {
    if (isScalar(node)) return scalarOf(node.value, node, problem);
    if (isSeq(node)) return node.items.map((item) => anything.read(item as Node, problem));
    return node === null || node === undefined ? null : record(anything).read(node, problem);
  },
};

function scalarOf(value: unknown, node: Node, problem: Problem): Json {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return value;
  throw problem(node, "This value is neither text, number, true, false nor null", "Write it in quotes.");
}

export function list<T>(shape: Shape<T>): Shape<readonly T[]> {
  return {
    schema: { type: "array", items: shape.schema },
    read(node, problem) {
      if (isSeq(node)) return every(node.items.map((item) => () => shape.read(item as Node, problem)));
      throw problem(node, "A list is expected here", "Write one item a line, each behind a dash.");
    },
  };
}

/** One item, or a list of them. */
export function oneOrMore<T>(shape: Shape<T>): Shape<readonly T[]> {
  const many = list(shape);
  return {
    schema: { anyOf: [shape.schema, many.schema] },
    read: (node, problem) => (isSeq(node) ? many.read(node, problem) : [shape.read(node, problem)]),
  };
}

/** Free keys, all values of one shape. */
export function record<T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return {
    schema: { type: "object", additionalProperties: shape.schema, propertyNames: { pattern: "^(?!__)[A-Za-z_].*$" } },
    read(node, problem) {
      const reads = pairs(node, problem).map(([key, value, at]) => () => {
        if (!/^(?!__)[A-Za-z_]/.test(key))
          throw problem(at, `The key ${key} is not accepted`, "Start it with a letter.");
        return [key, shape.read(value, problem)] as const;
      });
      return Object.fromEntries(every(reads));
    },
  };
}

type Read<S> = S extends Shape<infer T> ? T : never;
type Shapes = Readonly<Record<string, Shape<unknown>>>;

/** A table with known keys only. */
export function object<R extends Shapes, O extends Shapes>(
  required: R,
  optional: O,
): Shape<{ readonly [K in keyof R]: Read<R[K]> } & { readonly [K in keyof O]?: Read<O[K]> }> {
  const known: Shapes = { ...required, ...optional };
  const properties = Object.fromEntries(Object.entries(known).map(([key, shape]) => [key, shape.schema]));
  return {
    schema: { type: "object", additionalProperties: false, required: Object.keys(required), properties },
    read(node, problem) {
      const all = pairs(node, problem);
      const there = new Set(all.map(([key]) => key));
      const reads = all.map(([key, value, at]) => (): readonly [string, unknown] => {
        const shape = Object.hasOwn(known, key) ? known[key] : undefined;
        if (shape) return [key, shape.read(value, problem)];
        throw problem(
          at,
          `The key ${JSON.stringify(key)} is not known here`,
          `Known keys: ${Object.keys(known).join(", ")}.`,
        );
      });
      const missing = Object.keys(required)
        .filter((key) => !there.has(key))
        .map((key) => (): never => {
          throw problem(node, `The key ${key} is missing`, `Add "${key}: …".`);
        });
      return Object.fromEntries(every([...reads, ...missing])) as never;
    },
  };
}

function pairs(node: Node | null | undefined, problem: Problem): [string, Node | null, Node][] {
  if (!isMap(node)) throw problem(node, "A table of keys and values is expected here", 'Write "key: value" lines.');
  return node.items.map((item) => {
    const pair = item as Pair<Node, Node | null>;
    if (!isScalar(pair.key)) throw problem(pair.key, "A key must be a plain word", "Write it without brackets.");
    return [String(pair.key.value), pair.value, pair.key];
  });
}
