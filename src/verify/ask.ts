/** What is said before a repository's tests are run: they are a program of somebody's. */
import type { Asked } from "../consent.ts";
import type { Interpreter } from "../run/interpreter.ts";
import type { Survey } from "../survey/survey.ts";
import { size } from "../text.ts";
import { BUDGET, LARGEST, SAMPLE } from "./verify.ts";

/** What would be run, and how. */
export const mayRun = ({ folder }: Survey, runner: string, python: Interpreter, limit: number): Asked => ({
  told: [
    `Runs the tests of ${folder}: ${runner} under Python ${python.version}, ${python.shown} (${python.path})`,
    `in a copy for temporary files, without .git, environments, caches, keys, .env files and files above ${size(LARGEST)};`,
    "with PATH, language and time zone only of your variables, and an empty home.",
    `Twice, then with up to ${SAMPLE} functions broken; at most ${limit} s for each run, ${BUDGET * limit} s for the broken ones together.`,
    "It is no prison: a test can use the network, and can write where its path names a place in full.",
  ],
  aside: true,
  question: "Run the tests?",
  why: "they are a program of the repository's, which is run when somebody agrees",
  fix: "Add --yes to run them, or leave out --verify.",
  no: "survey only",
  usual: "no",
});
