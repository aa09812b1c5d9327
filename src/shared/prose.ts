import type { Prose } from "../types.ts";
import { asText, need, type Values } from "./values.ts";

/**
 * Fills prose with values, as Handlebars does with `strict` and `noEscape`: a missing value is an error, nothing is escaped.
 * Blocks, helpers and partials do not exist here, so text and look-ups are all there is and no compiler is needed at run time.
 */
export function fillProse(prose: Prose, values: Values, where: string): string {
  return prose.map((part) => (typeof part === "string" ? part : asText(need(values, part, where)))).join("");
}

/** Changes the literal text of prose: tokens are replaced there, never in values. */
export function mapProse(prose: Prose, change: (text: string) => string): Prose {
  return prose.map((part) => (typeof part === "string" ? change(part) : part));
}
