import { changeInto } from "../src/change/change.ts";
import { select } from "../src/options/select.ts";
import { readPack } from "../src/packs/load.ts";
import { plan } from "../src/plan.ts";
import { checkTarget } from "../src/refuse/target.ts";
import { render } from "../src/render.ts";
import { write } from "../src/write.ts";

/** Creates a project from a pack's folder: `pack-create PACK TARGET`. Bundled by the benchmark, as the command is. */
const [pack = "", directory = ""] = process.argv.slice(2);
const target = checkTarget(directory, process.cwd());
const selection = select([await readPack(pack)], { name: "bench-project", year: "2026" });
await write(await changeInto(render(plan(selection)), target.kept), target);
