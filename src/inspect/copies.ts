/** Finds, in the same pass, the columns that say the same as the target: a model that may read them has learnt nothing. */
import type { Column } from "./column.ts";

/** More different values than this are compared as numbers only. */
const WORDS = 1000;
/** Rows after which a number that does not follow the target is let go. */
const EARLY = 4096;
const EQUAL = 1 - 1e-9;
/** A value has to come back so often, on average, before "always the same target" means anything. */
const REPEATS = 5;

/** Does each word of a column always meet the same word of the target, and the other way round? */
class WordMatch {
  private readonly forth = new Map<string, string>();
  private readonly back = new Map<string, string>();
  private oneToOne = true;
  alive = true;
  private rows = 0;

  add(word: string, target: string): void {
    this.rows += 1;
    const known = this.forth.get(word);
    if (known === undefined) {
      if (this.forth.size >= WORDS) this.alive = false;
      this.forth.set(copied(word), copied(target));
    } else if (known !== target) this.alive = false;
    const other = this.back.get(target);
    if (other === undefined) this.back.set(copied(target), copied(word));
    else if (other !== word) this.oneToOne = false;
  }

  verdict(): "copy" | "determines" | undefined {
    if (!this.alive || this.back.size < 2 || this.rows < this.forth.size * REPEATS) return undefined;
    return this.oneToOne ? "copy" : "determines";
  }
}

/** A slice of the file's text keeps its whole chunk alive; a copy does not. */
function copied(word: string): string {
  return Buffer.from(word, "utf16le").toString("utf16le");
}

/** Correlation in one pass: is one number a scaled and shifted other one? */
class NumberMatch {
  alive = true;
  private rows = 0;
  private meanX = 0;
  private meanY = 0;
  private xx = 0;
  private yy = 0;
  private xy = 0;

  add(x: number, y: number): void {
    this.rows += 1;
    const dx = x - this.meanX;
    this.meanX += dx / this.rows;
    const dy = y - this.meanY;
    this.meanY += dy / this.rows;
    this.xx += dx * (x - this.meanX);
    this.yy += dy * (y - this.meanY);
    this.xy += dx * (y - this.meanY);
    if (this.rows === EARLY && this.squared() < 0.99) this.alive = false;
  }

  private squared(): number {
    return this.xx === 0 || this.yy === 0 ? 0 : (this.xy * this.xy) / (this.xx * this.yy);
  }

  verdict(): "copy" | undefined {
    return this.alive && this.rows >= 10 && this.squared() > EQUAL ? "copy" : undefined;
  }
}

export class Copies {
  private readonly words: (WordMatch | undefined)[];
  private readonly numbers: (NumberMatch | undefined)[];

  constructor(
    private readonly columns: readonly Column[],
    private readonly target: number,
  ) {
    const others = (make: () => WordMatch | NumberMatch): unknown[] =>
      columns.map((_, index) => (index === target ? undefined : make()));
    this.words = others(() => new WordMatch()) as (WordMatch | undefined)[];
    this.numbers = others(() => new NumberMatch()) as (NumberMatch | undefined)[];
  }

  /** Compares the columns' last cells; `cell` gives a cell's text. Missing cells are no evidence. */
  compare(cell: (index: number) => string): void {
    const goal = this.columns[this.target] as Column;
    if (!goal.filled) return;
    let word: string | undefined;
    for (let index = 0; index < this.columns.length; index += 1) {
      const column = this.columns[index] as Column;
      if (!column.filled) continue;
      const words = this.words[index];
      if (words !== undefined) {
        word ??= cell(this.target);
        words.add(cell(index), word);
        if (!words.alive) this.words[index] = undefined;
      }
      const numbers = this.numbers[index];
      if (numbers !== undefined && !Number.isNaN(column.last) && !Number.isNaN(goal.last)) {
        numbers.add(column.last, goal.last);
        if (!numbers.alive) this.numbers[index] = undefined;
      }
    }
  }

  found(): ReadonlyMap<string, "copy" | "determines"> {
    const found = new Map<string, "copy" | "determines">();
    this.columns.forEach((column, index) => {
      const verdict = this.words[index]?.verdict() ?? this.numbers[index]?.verdict();
      if (verdict !== undefined) found.set(column.name, verdict);
    });
    return found;
  }
}
