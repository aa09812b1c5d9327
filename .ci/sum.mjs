// Adds up the steps and their test reports, and says it in one plain line. Exits 1 unless something ran and all passed.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
const suites = ["cit", "matrix", "emitted", "lts"];
let passed = 0;
const failures = [];

const steps = new Map(
  readFileSync(join(folder, "steps"), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(" ")),
);
for (const [name, code] of steps) {
  if (!suites.includes(name)) {
    if (code === "0") passed++;
    else failures.push(`${name}: ended with ${code}`);
  }
}
for (const suite of suites) {
  if (!readdirSync(folder).includes(`${suite}.json`)) {
    failures.push(`${suite}: no test ran`);
    continue;
  }
  const report = JSON.parse(readFileSync(join(folder, `${suite}.json`), "utf8"));
  passed += report.numPassedTests;
  const before = failures.length;
  for (const file of report.testResults) {
    const bad = file.assertionResults.filter(({ status }) => status !== "passed");
    // A skipped test is a missing part, and here everything has to be there.
    for (const { fullName, status } of bad) failures.push(`${suite}: ${fullName} (${status})`);
    if (file.status === "failed" && bad.length === 0) failures.push(`${suite}: ${file.name} could not be run`);
  }
  if (report.numTotalTests === 0) failures.push(`${suite}: no test ran`);
  if (steps.get(suite) !== "0" && failures.length === before) failures.push(`${suite}: ended with ${steps.get(suite)}`);
}
for (const failure of failures) console.log(`FAILED ${failure}`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length === 0 && passed > 0 ? 0 : 1);
