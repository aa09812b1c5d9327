/** A structured document (TOML, YAML, JSON) with its comments and spelling: what merging and printing work on. */

/** A value of a structured document as a template spells it; `raw` keeps that spelling while nothing changes it. */
export interface DocScalar {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  readonly raw?: string;
}

/** `flow`: written on one line in the template. `tables`: TOML's `[[name]]`. `foot`: comments after the last item. */
export interface DocList {
  readonly kind: "list";
  readonly items: readonly DocItem[];
  readonly flow?: boolean;
  readonly tables?: boolean;
  readonly foot?: readonly string[];
}

/** `style` says how TOML wrote the table; YAML and JSON know only block and `inline`. */
export interface DocMap {
  readonly kind: "map";
  readonly items: readonly DocItem[];
  readonly style?: "header" | "dotted" | "inline";
  readonly foot?: readonly string[];
}

export type DocNode = DocScalar | DocList | DocMap;

/** One entry of a table or list (`key` is empty there) with its comments and the blank line before it. */
export interface DocItem {
  readonly key: string;
  readonly node: DocNode;
  readonly before?: readonly string[];
  readonly after?: string;
  readonly gap?: boolean;
}
