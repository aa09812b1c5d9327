import { readPackSync } from "../src/packs/load.ts";
import { gitState } from "../src/run/repository.ts";
import { surveyOf } from "../src/survey.ts";

/** Only the look that `add` takes first: `survey-only PACK REPOSITORY`. Bundled by the benchmark, as the command is. */
const [pack = "", repository = ""] = process.argv.slice(2);
await surveyOf(repository, await gitState(repository, process.env), [readPackSync(pack)]);
