/** What is said before a function is run: it is a program of somebody's, and may earn the money. */
import type { Asked } from "../consent.ts";
import type { Wanted } from "./observe.ts";

/** What would be run, and how. */
export function mayRun({ subject, functions, cases, record, live, python }: Wanted): Asked {
  const { root, file, paths } = subject;
  const count = Object.values(cases).flat().length;
  return {
    told: [
      `Runs ${file.path}: ${functions.join(", ")}`,
      ...(count > 0 ? [`  ${count} cases, several times each`] : []),
      ...(record === undefined
        ? []
        : [
            `  python ${record.join(" ")}, once${live ? `, LIVE: in ${root}, with network and your whole environment` : ""}`,
          ]),
      `  under Python ${python.version}, ${python.shown} (${python.path})`,
      `  in a copy of ${paths.length} files${live ? " (but for the live run)" : ""}: no network, no programs, no writes outside of the copy, a reduced environment`,
    ],
    question: "Run this?",
    why: "their code is run only when somebody agrees",
    fix: "Add --yes to run it, or --dry-run to see what would run.",
    usual: live ? "no" : "yes",
    no: "nothing is run",
  };
}
