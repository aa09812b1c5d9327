import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { must } from "./command.ts";
import { cacheDir } from "./places.ts";

/** A real data set somebody else published, and what a person would say about it. */
export interface RealData {
  readonly name: string;
  readonly flags: readonly string[];
  readonly task: "binary" | "multiclass" | "regression";
  readonly rows: number;
}

const folder = join(cacheDir, "datasets");

/** Three files of different kind: gaps and a category target; ids and free text; thirty decimals. */
export const realData: readonly RealData[] = [
  { name: "penguins", flags: ["--target", "species"], task: "multiclass", rows: 344 },
  { name: "airports", flags: ["--target", "latitude", "--id", "iata"], task: "regression", rows: 3376 },
  { name: "cancer", flags: ["--target", "diagnosis"], task: "binary", rows: 569 },
];

let downloading: Promise<void> | undefined;

/** The CSV of a real data set; the packages that ship them are installed once, into `.cache/datasets/`. */
export async function dataFile(name: string): Promise<string> {
  if (!existsSync(folder)) {
    downloading ??= download();
    await downloading;
  }
  return join(folder, `${name}.csv`);
}

async function download(): Promise<void> {
  const making = `${folder}.${process.pid}`;
  await mkdir(making, { recursive: true });
  const script = `
import shutil, pathlib
from importlib.resources import files
import sklearn.datasets
shutil.copy(files("palmerpenguins") / "data" / "penguins.csv", "penguins.csv")
shutil.copy(files("vega_datasets") / "_data" / "airports.csv", "airports.csv")
frame = sklearn.datasets.load_breast_cancer(as_frame=True)
table = frame.data.assign(diagnosis=frame.target.map({0: "malignant", 1: "benign"}))
table.to_csv("cancer.csv", index=False)
`;
  const packages = ["palmerpenguins==0.1.6", "vega_datasets==0.9.0", "scikit-learn>=1.7,<2", "pandas>=3,<4"];
  const withPackages = packages.flatMap((name) => ["--with", name]);
  await must("uv", ["run", "--no-project", "--isolated", ...withPackages, "python", "-c", script], { cwd: making });
  // Whoever is first wins; test files run side by side.
  await rename(making, folder).catch(() => rm(making, { recursive: true, force: true }));
}
