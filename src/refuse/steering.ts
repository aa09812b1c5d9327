/** Characters in an answer that hide what it says. Pure. */
import { AnswerRefused } from "../errors.ts";
import { safe, steers } from "../text.ts";

/**
 * Refuses control and bidirectional characters: what a reviewer sees would not be what is there.
 * Everything else is taken as it is, quotes, `$`, `{{` and all scripts.
 */
export function refuseSteering(text: string, where: string): void {
  if (!steers(text)) return;
  throw new AnswerRefused("characters", {
    what: "An answer holds a control or bidirectional character",
    where,
    why: `it would read differently from what it is: ${safe(text).slice(0, 60)}`,
    fix: "Type the text again without it.",
  });
}
