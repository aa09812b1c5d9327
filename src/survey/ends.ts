/** Where strings and lines of Python end. Pure. */

const [QUOTE, DOUBLE, BACKSLASH] = [39, 34, 92];

/** A statement that begins with a string, which may have a prefix. */
export function isStringAt(text: string, start: number, word: number): boolean {
  const char = text.charCodeAt(word);
  return (char === QUOTE || char === DOUBLE) && word - start <= 2;
}

/** Where the line feed of this line stands, or the end. */
export function endOfLine(text: string, at: number): number {
  const found = text.indexOf("\n", at);
  return found < 0 ? text.length : found;
}

/** Where the last of the three closing quotes stands, or the end. */
export function endOfTriple(text: string, from: number, quote: number): number {
  const quotes = quote === QUOTE ? "'''" : '"""';
  for (let found = text.indexOf(quotes, from); found >= 0; found = text.indexOf(quotes, found + 1)) {
    let slashes = 0;
    while (found - slashes > from && text.charCodeAt(found - slashes - 1) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return found + 2;
  }
  return text.length;
}
