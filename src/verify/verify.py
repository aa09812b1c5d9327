"""Run a repository's tests in a copy: twice, then with functions broken one at a time. Results go to a file of JSON.

The standard library only, Python 3.8 and newer.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import source
from runs import Runner

# Tests of one function that are run again when it is broken.
MOST = 40


class Verify:
    """One verification."""

    def __init__(self, job: dict[str, Any]) -> None:
        """Prepare for a job; see `verify.ts`."""
        self.job = job
        self.runner = Runner(job)
        helpers = {module: path for path, module in job["tests"]}
        self.sources = source.Sources(job["copy"], helpers)
        self.found: dict[str, Any] = {"runs": [], "tests": [], "broken": [], "notSampled": 0}
        self.found.update({"uncollected": [], "foreign": []})

    def verify(self) -> None:
        """Do all of it."""
        job, limit = self.job, self.job["limit"]
        if job["runner"] == "pytest" and find_spec("pytest") is None:
            self.found["why"] = "pytest is not installed for this interpreter; name one that has it: --python PATH"
            return
        say("first run")
        one = self.runner.run(limit)
        if not one["tests"] and one["why"] and job["runner"] == "pytest":
            plain = self.runner.run(limit, plain=True)
            if plain["tests"]:
                plain["said"] = "without the repository's options, which ended it: " + one["why"]
                one = plain
        self.found["uncollected"] = [{"path": path, "why": why} for path, why in sorted(one["uncollected"].items())]
        if not one["tests"]:
            self.found["why"] = one["why"] or "no tests were found"
            if self.found["uncollected"] and not one["why"]:
                self.found["why"] = "no test could be collected"
            return
        say("second run")
        two = self.runner.run(limit, reverse=True, seed=2, trace=True, plain=one["plain"])
        for run, order in ((one, "as found"), (two, "reversed")):
            said = {"order": order, "seconds": run["seconds"], "why": run["why"], "note": run.get("said", "")}
            self.found["runs"].append(said)
        self.found["foreign"] = sorted(one["foreign"] | two["foreign"])
        self.compare(one["tests"], two["tests"])
        self.sample(two["tests"], one["plain"])

    def compare(self, one: dict[str, Any], two: dict[str, Any]) -> None:
        """Put both runs side by side."""
        for name in sorted(set(one) | set(two)):
            first, second = ((run.get(name) or {"outcome": "not found", "why": ""}) for run in (one, two))
            unsure = "not run" in (first["outcome"], second["outcome"])
            flaky = first["outcome"] != second["outcome"] and not unsure
            place = (one.get(name) or two[name])["place"]
            node = self.sources.function(*place) if place else None
            test = {
                "id": name,
                "outcome": "flaky" if flaky else (second if first["outcome"] == "not run" else first)["outcome"],
                "first": first["outcome"],
                "second": second["outcome"],
                "why": first["why"] or second["why"],
                "asserts": None if node is None else self.sources.asserts(place[0], node),
            }
            self.found["tests"].append(test)

    def sample(self, tests: dict[str, Any], plain: bool) -> None:
        """Break functions that passing tests enter, one at a time."""
        passed = {test["id"] for test in self.found["tests"] if test["outcome"] == "passed"}
        callers: dict[tuple[str, int, str], tuple[list[str], set[str]]] = {}
        for name in sorted(passed):
            for path, line, function, kinds in tests[name]["calls"]:
                if not (function.startswith("__") and function.endswith("__")):
                    known = callers.setdefault((path, line, function), ([], set()))
                    known[0].append(name)
                    known[1].update(kinds)
        candidates = []
        for key in sorted(callers):
            node = self.sources.function(*key)
            if node is not None and not source.is_hollow(node):
                candidates.append((key, node))
        some = min(self.job["sample"], len(candidates))
        chosen = sorted(random.Random(self.job["seed"]).sample(range(len(candidates)), some))  # noqa: S311
        end = time.monotonic() + self.job["budget"]
        for at in chosen:
            if time.monotonic() > end:
                break
            key, node = candidates[at]
            say("%s broken" % key[2])
            self.found["broken"].append(self.broken(key, node, callers[key], plain, end))
        self.found["notSampled"] = len(candidates) - len(self.found["broken"])

    def broken(
        self,
        key: tuple[str, int, str],
        node: source.Function,
        callers: tuple[list[str], set[str]],
        plain: bool,
        end: float,
    ) -> dict[str, Any]:
        """Break one function, run the tests that enter it, and put it back."""
        (path, line, name), (tests, kinds) = key, callers
        instead = "return True" if kinds and "value" not in kinds and "false" in kinds else "return None"
        how = {"return True": "returns True at once"}.get(instead, "returns None at once")
        if kinds == {"none"}:
            how = "does nothing"
        found: dict[str, Any] = {"path": path, "line": line, "name": name, "how": how}
        found.update({"noticed": [], "stillPass": [], "why": ""})
        file = Path(self.job["copy"]) / path
        before = file.read_bytes()
        try:
            text, encoding = source.read(file)
            changed = source.broken(text, node, instead).encode(encoding)
        except (OSError, SyntaxError, ValueError) as error:
            return dict(found, why="could not be broken: %s" % error)
        keep = tests[:MOST]
        paths = sorted({test.split("::")[0] for test in keep}) if self.job["runner"] == "pytest" else ()
        limit = max(1.0, min(self.job["limit"], end - time.monotonic()))
        try:
            file.write_bytes(changed)
            run = self.runner.run(limit, keep=keep, paths=paths, plain=plain)
        finally:
            file.write_bytes(before)
        for test in keep:
            outcome = run["tests"].get(test, {"outcome": "not found"})["outcome"]
            if outcome == "passed":
                found["stillPass"].append(test)
            elif outcome != "not run":
                found["noticed"].append(test)
        if len(tests) > MOST:
            found["why"] = "%d of the %d tests that enter it were run" % (MOST, len(tests))
        return found


def say(text: str) -> None:
    """Tell how far it is."""
    print(text, flush=True)


def main(path: str) -> None:
    """Do the job of a file, and write what was found beside it."""
    verify = Verify(json.loads(Path(path).read_text(encoding="utf-8")))

    def interrupted(*_: object) -> None:
        verify.runner.stop()
        os._exit(143)

    signal.signal(signal.SIGTERM, interrupted)
    verify.verify()
    Path(path).with_name("found.json").write_text(json.dumps(verify.found), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
