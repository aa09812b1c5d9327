/** What must never be shown: passwords in addresses. Whatever is printed goes through {@link hide}. */

const HIDDEN = "***";
/** A password in an address; the last `@` ends it, as people don't escape theirs. */
const PASSWORD = /([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)([^\s/]*|[^\s]*?)@(?=[^\s@]*(?:[\s/?#]|$))/gi;
const PARAMETER = /([?&](?:password|passwd|pwd|sslpassword|token|secret)=)([^&\s'"]+)/gi;
/** Shorter ones are parts of common words. */
const SHORTEST = 4;

const known = new Set<string>();

/** Remembers the secrets of an address, however they may come back in a message. */
export function keepSecret(text: string): void {
  for (const rule of [PASSWORD, PARAMETER]) {
    for (const [, , secret = ""] of text.matchAll(rule)) for (const form of formsOf(secret)) known.add(form);
  }
}

/** A text without the secrets of addresses in it, and without those that are known. */
export function hide(text: string): string {
  let plain = text;
  if (plain.includes("://")) plain = plain.replace(PASSWORD, `$1${HIDDEN}@`).replace(PARAMETER, `$1${HIDDEN}`);
  for (const secret of known) plain = plain.replaceAll(secret, HIDDEN);
  return plain;
}

function formsOf(secret: string): string[] {
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
  try {
    const decoded = decodeURIComponent(secret);
    forms.push(decoded, JSON.stringify(decoded).slice(1, -1));
  } catch {
    // A lone percent sign: it was not encoded.
  }
  return [...new Set(forms)].filter((form) => form.length >= SHORTEST);
}
