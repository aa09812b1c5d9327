/** The columns of a table while its rows go by, wherever they come from. */
import { Column } from "./column.ts";
import { Copies } from "./copies.ts";
import type { NumberStyle } from "./numbers.ts";
import type { Row } from "./rows.ts";

export class Tally {
  rows = 0;
  ragged = 0;
  readonly columns: readonly Column[];
  readonly copies: Copies;

  constructor(header: readonly string[], style: NumberStyle, target: number) {
    this.columns = header.map((name) => new Column(name, style));
    this.copies = new Copies(this.columns, target);
  }

  add(row: Row): void {
    const { columns } = this;
    this.rows += 1;
    if (row.cells !== columns.length) {
      this.ragged += 1;
      return;
    }
    for (let index = 0; index < columns.length; index += 1) {
      const spelled = row.spelling(index);
      if (spelled === undefined)
        (columns[index] as Column).add(row.text, row.starts[index] as number, row.ends[index] as number);
      else (columns[index] as Column).add(spelled, 0, spelled.length);
    }
    this.copies.compare((index) => row.at(index).trim());
  }
}
