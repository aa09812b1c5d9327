/** What running the tests came to, as a section of the survey's page. Pure. */

import { code, section } from "../survey/markdown.ts";
import { size } from "../text.ts";
import { inShort } from "../write/copy.ts";
import type { Outcome, Verified, VerifiedTest } from "./types.ts";
import { BUDGET, SAMPLE, SEED } from "./verify.ts";

const TOLD: readonly (readonly [outcome: Outcome, title: string])[] = [
  ["failed", "Tests that fail"],
  ["error", "Tests whose preparation or clearing up fails"],
  ["flaky", "Flaky tests"],
  ["hangs", "Tests that hang"],
  ["ends the process", "Tests that end the process"],
  ["skipped", "Tests that are skipped"],
  ["xpassed", "Tests that pass though a failure is expected"],
  ["not run", "Tests that were not run"],
];

/** Writes the section. */
export function verifiedPage(found: Verified): string[] {
  const { tests, runs } = found;
  const said = [
    `- with ${found.runner} under Python ${found.version} (${code(found.python)}), in a copy of ${found.copied.files === 1 ? "1 file" : `${found.copied.files} files`} (${size(found.copied.bytes)}), at most ${found.limitSeconds} s for each run`,
  ];
  if (found.why !== undefined)
    return section("Tests, run", [...said, `- **nothing was verified**: ${found.why}`, ...notes(found)], "");
  const of = (outcome: Outcome): readonly VerifiedTest[] => tests.filter((test) => test.outcome === outcome);
  const counts = (["passed", "xfailed", ...TOLD.map(([outcome]) => outcome)] as const)
    .map((outcome) => [outcome, of(outcome).length] as const)
    .filter(([, number]) => number > 0)
    .map(([outcome, number]) => `${number} ${WORDS[outcome] ?? outcome}`);
  const idle = tests.filter(({ asserts, outcome }) => asserts === false && outcome !== "skipped");
  said.push(`- ${tests.length} tests: ${counts.join(", ")}`);
  said.push(
    `- two runs (${runs.map(({ order, seconds }) => `${order}, ${seconds} s`).join("; ")}), each with a hash seed of its own; calls were recorded in the second`,
  );
  return [
    ...section("Tests, run", [...said, ...notes(found)], ""),
    ...TOLD.flatMap(([outcome, title]) =>
      section(`${title} (${of(outcome).length})`, of(outcome).length === 0 ? [] : of(outcome).map(line), ""),
    ),
    ...section(
      `Tests that never assert (${idle.length})`,
      idle.map(({ id }) => `- ${code(id)}`),
      "Each test whose source was found checks something.",
    ),
    ...sampled(found),
  ];
}

const WORDS: Partial<Record<Outcome, string>> = { xfailed: "failed as expected", hangs: "hanging", error: "in error" };

const line = ({ id, outcome, first, second, why }: VerifiedTest): string =>
  `- ${code(id)}${outcome === "flaky" ? ` ${first}, then ${second}` : ""}${why === "" ? "" : `: ${code(why)}`}`;

function notes({ runs, uncollected, foreign, copied, changed }: Verified): string[] {
  return [
    ...runs.flatMap(({ order, why, note }) => [why, note].filter(Boolean).map((text) => `- the run ${order}: ${text}`)),
    ...uncollected.map(({ path, why }) => `- **not collected**: ${code(path)}: ${why}`),
    ...(foreign.length > 0
      ? [
          `- **not from the copy** but from the tree itself: ${foreign.slice(0, 5).map(code).join(", ")}; what was broken in the copy says nothing of them`,
        ]
      : []),
    ...(changed.length > 0
      ? [
          `- **changed in your tree meanwhile**: ${changed.slice(0, 5).map(code).join(", ")}; a test names it in full, or somebody else wrote`,
        ]
      : []),
    ...inShort(copied.left, 10, code).map((text) => `- not in the copy: ${text}`),
  ];
}

/** Per function that was broken: which of the tests that enter it notice. */
function sampled({ broken, notSampled, limitSeconds }: Verified): string[] {
  const silent = broken.filter(({ stillPass }) => stillPass.length > 0);
  const lines = silent.map(({ path, line: at, name, how, stillPass, noticed }) => {
    const shown = stillPass.slice(0, 6).map(code).join(", ");
    const more = stillPass.length > 6 ? ` and ${stillPass.length - 6} more` : "";
    const others =
      noticed.length === 0
        ? "no test notices"
        : `${noticed.length} other ${noticed.length === 1 ? "test notices" : "tests notice"}`;
    return `- when ${code(name)} (${code(`${path}:${at}`)}) ${how}: ${shown}${more}; ${others}`;
  });
  const unclear = broken.flatMap(({ name, why }) => (why === "" ? [] : [`- ${code(name)}: ${why}`]));
  const said = `${broken.length} functions that passing tests enter were broken, one at a time (at most ${SAMPLE}, chosen with seed ${SEED}, within ${BUDGET * limitSeconds} s); ${notSampled} more were not.`;
  const nothing =
    broken.length === 0
      ? "No passing test enters a function of the repository that could be broken."
      : `${said} Each test that enters one noticed.`;
  if (lines.length + unclear.length === 0)
    return section("Tests that still pass when a function is broken", [], nothing);
  return section(`Tests that still pass when a function is broken`, [said, "", ...lines, ...unclear], "");
}
