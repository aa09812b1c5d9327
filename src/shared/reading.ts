/** A place in a TOML text that is known to be valid: finds where things end, decides nothing about their meaning. */
export class Reading {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text.replace(/\r\n/g, "\n");
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  get peek(): string {
    return this.#text.charAt(this.#at);
  }

  /** Number of the line, from 0. */
  get line(): number {
    return this.#text.slice(0, this.#at).split("\n").length - 1;
  }

  startsWith(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  skip(count: number): void {
    this.#at += count;
  }

  /** Skips blanks on this line. */
  blanks(): void {
    while (this.peek === " " || this.peek === "\t") this.#at++;
  }

  /** Comments that stand on lines of their own, and whether an empty line comes before what follows. */
  comments(): { before: string[]; gap: boolean } {
    const before: string[] = [];
    let newlines = this.#at === 0 ? 0 : 1;
    let gap = false;
    for (;;) {
      this.blanks();
      if (this.peek === "\n") {
        newlines++;
        if (newlines > 1 && before.length > 0) before.push("");
        else if (newlines > 1) gap = true;
        this.#at++;
      } else if (this.peek === "#") {
        before.push(this.#restOfLine());
        newlines = 0;
      } else break;
    }
    return { before: before.filter((text, index) => text !== "" || before[index - 1] !== ""), gap };
  }

  /** A comment behind a value, then the end of the line. */
  lineEnd(): string {
    this.blanks();
    const comment = this.peek === "#" ? this.#restOfLine() : "";
    if (this.peek === "\n") this.#at++;
    return comment;
  }

  /** A comment on the line of a list's item. */
  sameLineComment(): string {
    this.blanks();
    return this.peek === "#" ? this.#restOfLine() : "";
  }

  /** The text up to a character that stands outside of quotes. */
  until(end: string): string {
    const start = this.#at;
    while (this.peek !== end && !this.done) this.#step();
    return this.#text.slice(start, this.#at).trim();
  }

  /** An inline table with its braces. */
  balanced(): string {
    const start = this.#at;
    let depth = 0;
    do {
      if (this.peek === "{" || this.peek === "[") depth++;
      if (this.peek === "}" || this.peek === "]") depth--;
      this.#step();
    } while (depth > 0 && !this.done);
    return this.#text.slice(start, this.#at);
  }

  /** A string, number, boolean or date. */
  scalar(): string {
    const start = this.#at;
    if (this.peek === '"' || this.peek === "'") this.#step();
    else while (!this.done && !/[,\]}#\n]/.test(this.peek)) this.#at++;
    return this.#text.slice(start, this.#at).trim();
  }

  isTable(raw: string): boolean {
    return raw.startsWith("{");
  }

  /** One character, or one whole string. */
  #step(): void {
    const quote = this.peek;
    if (quote !== '"' && quote !== "'") {
      this.#at++;
      return;
    }
    const long = quote.repeat(3);
    const end = this.startsWith(long) ? long : quote;
    this.#at += end.length;
    while (!this.startsWith(end) && !this.done) this.#at += quote === '"' && this.peek === "\\" ? 2 : 1;
    this.#at += end.length;
    // A long string may end with one or two quotes of its own.
    while (end.length === 3 && this.peek === quote) this.#at++;
  }

  #restOfLine(): string {
    const start = this.#at;
    while (!this.done && this.peek !== "\n") this.#at++;
    return this.#text.slice(start, this.#at).trimEnd();
  }
}
