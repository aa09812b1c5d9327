import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cache, installPeers, type Peers } from "./peers.ts";
import { addRows } from "./rows/add.ts";
import { packRows } from "./rows/pack.ts";
import { profileRows } from "./rows/profile.ts";
import { roadRows } from "./rows/road.ts";
import { scaleRows } from "./rows/scale.ts";
import { scoringRows } from "./rows/scoring.ts";
import { sizeRows } from "./rows/size.ts";
import { startRows } from "./rows/start.ts";
import { surveyRows } from "./rows/survey.ts";
import { writesRows } from "./rows/writes.ts";
import { type Row, table } from "./table.ts";

/** Named so that `npm run bench -- start size` runs a part; without names all run. */
const suites: Readonly<Record<string, (peers: Peers) => Promise<Row[]>>> = {
  start: startRows,
  size: sizeRows,
  pack: packRows,
  profile: profileRows,
  road: roadRows,
  scale: scaleRows,
  scoring: scoringRows,
  writes: writesRows,
  survey: surveyRows,
  add: addRows,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in suites));
if (unknown.length > 0) {
  console.error(`no benchmark named ${unknown.join(", ")}; there are: ${Object.keys(suites).join(", ")}`);
  process.exit(3);
}

const say = (line: string) => console.error(line);
const peers = await installPeers(say);
const rows: Row[] = [];
for (const [name, suite] of Object.entries(suites)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  say(`measuring ${name} …`);
  rows.push(...(await suite(peers)));
}
console.log(table(rows));
await mkdir(cache, { recursive: true });
await writeFile(join(cache, "results.json"), `${JSON.stringify(rows, undefined, 2)}\n`);
