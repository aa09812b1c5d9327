/** One line of the benchmark: what we cost, what a peer costs in the same run, and the target for their ratio. */
export interface Row {
  readonly what: string;
  readonly ours: number;
  readonly unit: "ms" | "s" | "MB" | "kB" | "files" | "rows/s";
  readonly peer?: { readonly name: string; readonly value: number };
  /** Highest ratio ours/peer, or highest value of ours when there is no peer. */
  readonly atMost?: number;
  readonly note?: string;
}

/** Ours divided by the peer's; undefined without a peer. */
export function ratio(row: Row): number | undefined {
  return row.peer ? row.ours / row.peer.value : undefined;
}

/** Whether a row's target is met; undefined when it has none. */
export function meets(row: Row): boolean | undefined {
  if (row.atMost === undefined) return undefined;
  return (ratio(row) ?? row.ours) <= row.atMost;
}

const columns = ["what", "ours", "peer", "ratio", "target", ""] as const;

/** The rows as a Markdown table, padded so that it reads as plain text, too. */
export function table(rows: readonly Row[]): string {
  const cells = rows.map((row) => {
    const share = ratio(row);
    const verdict = meets(row);
    return [
      row.note ? `${row.what} (${row.note})` : row.what,
      amount(row.ours, row.unit),
      row.peer ? `${row.peer.name} ${amount(row.peer.value, row.unit)}` : "",
      share === undefined ? "" : `${share.toFixed(2)}x`,
      row.atMost === undefined ? "" : `<= ${row.peer ? `${row.atMost.toFixed(2)}x` : amount(row.atMost, row.unit)}`,
      verdict === undefined ? "" : verdict ? "met" : "MISSED",
    ];
  });
  const widths = columns.map((title, at) => Math.max(title.length, ...cells.map((line) => line[at]?.length ?? 0)));
  const print = (line: readonly string[]) => `| ${line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  return [print(columns), print(widths.map((width) => "-".repeat(width))), ...cells.map(print)].join("\n");
}

function amount(value: number, unit: Row["unit"]): string {
  const digits = value < 10 && !Number.isInteger(value) ? 2 : value < 100 && !Number.isInteger(value) ? 1 : 0;
  return `${value.toFixed(digits)} ${unit}`;
}
