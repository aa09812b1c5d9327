import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheDir } from "../support/places.ts";

export const stages = ["generate", "install", "lint", "types", "tests", "train", "score", "monitor", "rows"] as const;
export type Stage = (typeof stages)[number];

/** A row of the table: what it is, and the seconds of each stage it came through. */
export interface Line {
  readonly title: string;
  readonly times: ReadonlyMap<Stage, number>;
  readonly began: boolean;
}

const file = join(cacheDir, "matrix.txt");

/** Once for the suite: the table is its very last word, after what the failures said at length. */
export default function setup(): () => void {
  rmSync(file, { force: true });
  return () => {
    if (existsSync(file)) console.log(`\n${readFileSync(file, "utf8")}`);
  };
}

/** Keeps the table: seconds of every stage of every row; a stage that was not passed has none. */
export function keep(lines: readonly Line[], seconds: number): void {
  const widest = Math.max(...lines.map(({ title }) => title.length));
  const line = (first: string, cells: readonly string[]): string =>
    [first.padEnd(widest), ...cells.map((cell) => cell.padStart(8))].join(" ");
  const green = lines.filter(({ times }) => times.size === stages.length).length;
  const table = [
    line("seconds", [...stages, "green"]),
    ...lines.map(({ title, times, began }) => {
      const cells = stages.map((stage) => times.get(stage)?.toFixed(1) ?? "-");
      return line(title, [...cells, times.size === stages.length ? "yes" : began ? "NO" : "not run"]);
    }),
    `${green} of ${lines.length} rows green in ${Math.round(seconds)} s`,
  ];
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${table.join("\n")}\n`);
}
