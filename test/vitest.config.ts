import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./longest-first.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const minutes = 60_000;

/** `.ci/run` sums the suites from these files. */
const report = process.env.TEST_REPORT;

/** Builds the command and finds uv, once for a project of tests. */
const globalSetup = `${root}test/support/setup.ts`;

/** The project that `npm test` builds and runs; every other emitted suite is for `.ci/run`. */
const daily = "test/emitted/default.test.ts";
/** In memory, but of minutes: with the long suites. */
const every = "test/matrix/every.test.ts";

export default defineConfig({
  root,
  test: {
    reporters: report ? ["default", ["json", { outputFile: report }]] : ["default"],
    sequence: { sequencer: LongestFirst },
    // Coding assistants and CI set these; they change colours or start-up, never what is right.
    env: { NO_COLOR: "1", FORCE_COLOR: "0" },
    // Most of the pure suites' time went into transforming the same modules again.
    experimental: { fsModuleCache: true },
    projects: [
      // Pure, so files may share their modules: most of the time would go into loading them again.
      {
        root,
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          isolate: false,
          pool: "threads",
          testTimeout: minutes,
          hookTimeout: minutes,
        },
      },
      {
        root,
        test: { name: "command", include: ["test/command/**/*.test.ts"], testTimeout: minutes, hookTimeout: minutes },
      },
      {
        root,
        test: {
          name: "contract",
          include: ["test/contract/**/*.test.ts", "templates/options/**/option.test.ts"],
          testTimeout: minutes,
          hookTimeout: minutes,
        },
      },
      { root, test: { name: "combinations", include: ["test/matrix/matrix.test.ts"], testTimeout: 5 * minutes } },
      {
        root,
        test: { name: "default", include: [daily], globalSetup, testTimeout: 10 * minutes, hookTimeout: 10 * minutes },
      },
      {
        root,
        test: {
          name: "emitted",
          include: ["test/emitted/**/*.test.ts", every],
          exclude: [daily],
          globalSetup,
          testTimeout: 15 * minutes,
          hookTimeout: 15 * minutes,
          // Each file installs and trains: more than two at once only wait for each other on two cores.
          maxWorkers: 2,
        },
      },
      {
        root,
        test: {
          name: "matrix",
          include: ["test/pairs/**/*.test.ts"],
          globalSetup: [globalSetup, `${root}test/pairs/table.ts`],
          testTimeout: 30 * minutes,
          hookTimeout: 5 * minutes,
          maxWorkers: 1, // it runs its rows side by side itself
        },
      },
    ],
  },
});
