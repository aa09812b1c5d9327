/** Secrets that stand in plain sight: where, and of what kind; their values go nowhere. Pure. */
import type { Finding } from "./types.ts";

/** A cheap look before the rules: most files have none of these words. */
const MAYBE =
  /pass|secret|token|api_?key|private|credential|:\/\/[^\s/:@]+:[^\s@/]+@|AKIA|gh[pousr]_|xox[abp]-|AIza|eyJ|BEGIN/i;

const RULES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/, "a private key"],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/, "an AWS access key"],
  [/\bgh[pousr]_[A-Za-z0-9]{36,}\b/, "a GitHub token"],
  [/\bxox[abprs]-[A-Za-z0-9-]{10,}/, "a Slack token"],
  [/\bAIza[0-9A-Za-z_-]{35}\b/, "a Google API key"],
  [/\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/, "a signed web token"],
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"'<>{}$]+:(?!\/\/)([^\s/@"'<>{}$*]{3,})@/i, "a password in an address"],
  [
    /(?:^|[^A-Za-z0-9])[\w.-]*(?:password|passwd|pwd|secret(?:_?key)?|api_?key|access_?key|auth_?token|access_?token|token|credential)s?["']?\s*(?::|=(?!=)|=>)\s*["']([^"'\s]{6,})["']/i,
    "a value for what is called a secret",
  ],
];

/** Values that stand for something else. */
const PLACEHOLDER =
  /^(?:x+|\*+|\.+|change_?me|changeit|secret|password|token|test\w*|dummy\w*|fake\w*|example\w*|your[\w-]*|my[_-]?\w*|none|null|todo|[<{$%].*|.*[{}<>$].*|\w*(?:password|token|secret|api_?key)\w*)$/i;

/** Finds them, one a line. */
export function secretsIn(path: string, text: string): Finding[] {
  if (!MAYBE.test(text)) return [];
  const found: Finding[] = [];
  let line = 0;
  for (const content of text.split("\n")) {
    line += 1;
    if (content.length > 4000 || !MAYBE.test(content)) continue;
    for (const [rule, what] of RULES) {
      const match = rule.exec(content);
      if (match === null || (match[1] !== undefined && PLACEHOLDER.test(match[1]))) continue;
      found.push({ path, line, what });
      break;
    }
  }
  return found;
}
