import type { DocItem, DocMap, DocNode } from "../types.ts";

/** A table while it is built. */
interface Table {
  readonly entries: Map<string, Entry>;
  style: "header" | "dotted";
}

interface Entry {
  value: DocNode | Table | Table[];
  before: readonly string[];
  after: string;
  gap: boolean;
}

/** Puts scanned entries where TOML's headers and dotted keys say. */
export class TomlBuilder {
  readonly #root: Table = { entries: new Map(), style: "header" };
  #here: Table = this.#root;
  #foot: readonly string[] = [];

  /** `[a.b]` or `[[a.b]]`. */
  open(keys: readonly string[], many: boolean, before: readonly string[], after: string): void {
    const parent = this.#down(this.#root, keys.slice(0, -1), "header");
    const last = keys.at(-1) ?? "";
    const table: Table = { entries: new Map(), style: "header" };
    const existing = parent.entries.get(last);
    if (many) {
      const list = Array.isArray(existing?.value) ? existing.value : [];
      list.push(table);
      this.#notes.set(table, { before, after });
      if (!existing) parent.entries.set(last, { value: list, before: [], after: "", gap: false });
    } else if (existing && isTable(existing.value)) {
      existing.before = before;
      existing.after = after;
      this.#here = existing.value;
      return;
    } else parent.entries.set(last, { value: table, before, after, gap: false });
    this.#here = table;
  }

  readonly #notes = new Map<Table, { before: readonly string[]; after: string }>();

  /** `a.b = value` under the header that was opened last. */
  set(keys: readonly string[], entry: { node: DocNode; before: readonly string[]; after: string; gap: boolean }): void {
    const table = this.#down(this.#here, keys.slice(0, -1), "dotted");
    table.entries.set(keys.at(-1) ?? "", {
      value: entry.node,
      before: entry.before,
      after: entry.after,
      gap: entry.gap,
    });
  }

  /** Comments behind everything. */
  end(comments: readonly string[]): void {
    this.#foot = comments.at(-1) === "" ? comments.slice(0, -1) : comments;
  }

  root(): DocMap {
    return { ...this.#map(this.#root), ...(this.#foot.length > 0 && { foot: this.#foot }) };
  }

  #down(from: Table, keys: readonly string[], style: "header" | "dotted"): Table {
    let at = from;
    for (const key of keys) {
      const found = at.entries.get(key)?.value;
      const next = Array.isArray(found) ? found.at(-1) : found;
      if (isTable(next)) at = next;
      else {
        const table: Table = { entries: new Map(), style };
        at.entries.set(key, { value: table, before: [], after: "", gap: false });
        at = table;
      }
    }
    return at;
  }

  #map(table: Table): DocMap {
    const items = [...table.entries].map(([key, entry]) => ({ ...notes(entry), key, node: this.#node(entry.value) }));
    return { kind: "map", items, style: table.style };
  }

  #node(value: DocNode | Table | Table[]): DocNode {
    if (Array.isArray(value)) {
      const items: DocItem[] = value.map((table) => ({
        key: "",
        node: this.#map(table),
        ...notes({ before: [], after: "", gap: false, ...this.#notes.get(table) }),
      }));
      return { kind: "list", items, tables: true };
    }
    return isTable(value) ? this.#map(value) : value;
  }
}

function notes(entry: { before: readonly string[]; after: string; gap: boolean }): Omit<DocItem, "key" | "node"> {
  return {
    ...(entry.before.length > 0 && { before: entry.before }),
    ...(entry.after !== "" && { after: entry.after }),
    ...(entry.gap && { gap: true }),
  };
}

function isTable(value: DocNode | Table | Table[] | undefined): value is Table {
  return value !== undefined && !Array.isArray(value) && "entries" in value;
}
