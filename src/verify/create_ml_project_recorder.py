"""What happens while tests run, one line of JSON each: a plugin of pytest, and a program for unittest.

It stands in the environment of the repository that is looked at: the standard library only, Python 3.8 and newer.
"""

from __future__ import annotations

import inspect
import os
import sys
import unittest
from types import TracebackType
from typing import Any, Iterator, Tuple, Type, Union

from create_ml_project_watch import CALLS, JOB, OWN, inside, tell

# How unittest tells an error.
Error = Union[Tuple[Type[BaseException], BaseException, TracebackType], Tuple[None, None, None]]


def place_of(function: Any) -> list[Any] | None:
    """Return where a test's source stands: path, line and name."""
    try:
        code = inspect.unwrap(function).__code__
    except (AttributeError, ValueError):
        return None
    path = inside(code.co_filename)
    return None if path is None else [path, code.co_firstlineno, code.co_name]


def wanted(name: str) -> bool:
    """Say whether a test is to run."""
    return (JOB["keep"] is None or name in JOB["keep"]) and name not in JOB["drop"]


def last_line(text: object) -> str:
    """Return what an error says last, in one line."""
    lines = [line.strip() for line in str(text).splitlines() if line.strip()]
    errors = [line[2:].strip() for line in lines if line.startswith("E ")]
    return (errors or lines or [""])[0 if errors else -1][:300]


def foreign() -> list[str]:
    """Return modules that came from the original tree instead of the copy."""
    original = os.path.realpath(JOB["original"]) + os.sep
    files = {name: getattr(module, "__file__", None) for name, module in list(sys.modules.items())}
    return sorted(
        name
        for name, path in files.items()
        if isinstance(path, str)
        and os.path.realpath(path).startswith(original)
        and os.path.realpath(path)[len(original) :].replace(os.sep, "/") in OWN
    )


# --- pytest ---------------------------------------------------------------------------------------------------------


def pytest_collection_modifyitems(config: Any, items: list[Any]) -> None:
    """Take the tests that are wanted, in the order that is wanted."""
    chosen = [item for item in items if wanted(item.nodeid)]
    left = [item for item in items if not wanted(item.nodeid)]
    if left:
        config.hook.pytest_deselected(items=left)
    items[:] = list(reversed(chosen)) if JOB["reverse"] else chosen
    for item in items:
        tell("found", id=item.nodeid, place=place_of(getattr(item, "function", None)))


def pytest_collectreport(report: Any) -> None:
    """Hear of a file that can't be collected."""
    if report.failed:
        tell("uncollected", path=report.nodeid, why=last_line(report.longrepr))


def pytest_runtest_logstart(nodeid: str, location: Any) -> None:
    """Hear of a test's beginning."""
    tell("start", id=nodeid)
    CALLS.begin()


def pytest_runtest_logreport(report: Any) -> None:
    """Hear of a part of a test."""
    outcome = report.outcome
    if hasattr(report, "wasxfail"):
        outcome = "xpassed" if report.passed else "xfailed"
    if report.when != "call" and report.passed:
        return
    why = ""
    if report.failed:
        why = last_line(report.longrepr)
    elif report.skipped and isinstance(report.longrepr, tuple):
        why = str(report.longrepr[2])[:300]
    tell("part", id=report.nodeid, outcome="error" if report.failed and report.when != "call" else outcome, why=why)


def pytest_runtest_logfinish(nodeid: str, location: Any) -> None:
    """Hear of a test's end."""
    tell("end", id=nodeid, calls=CALLS.end())


def pytest_sessionfinish(session: Any, exitstatus: int) -> None:
    """Hear of the end."""
    tell("done", foreign=foreign())


# --- unittest -------------------------------------------------------------------------------------------------------


class Result(unittest.TestResult):
    """Tells what a test came to."""

    def part(self, test: unittest.TestCase, outcome: str, error: Error | None = None, why: str = "") -> None:
        """Tell a part of a test."""
        said = "%s: %s" % (error[0].__name__, error[1]) if error and error[0] else why
        if test.id().startswith(("setUp", "tearDown")):
            tell("uncollected", path=test.id(), why=said[:300])
        else:
            tell("part", id=test.id(), outcome=outcome, why=said[:300])

    def startTest(self, test: unittest.TestCase) -> None:
        """Hear of a test's beginning."""
        super().startTest(test)
        tell("start", id=test.id())
        CALLS.begin()

    def stopTest(self, test: unittest.TestCase) -> None:
        """Hear of a test's end."""
        tell("end", id=test.id(), calls=CALLS.end())
        super().stopTest(test)

    def addSuccess(self, test: unittest.TestCase) -> None:
        """Hear of a pass."""
        self.part(test, "passed")

    def addFailure(self, test: unittest.TestCase, err: Error) -> None:
        """Hear of a failure."""
        self.part(test, "failed", err)

    def addError(self, test: unittest.TestCase, err: Error) -> None:
        """Hear of an error: as pytest, a failure."""
        self.part(test, "failed", err)

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Error | None) -> None:
        """Hear of a part of a test that failed."""
        if err:
            self.part(test, "failed", err)

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        """Hear of a test that is left out."""
        self.part(test, "skipped", why=reason)

    def addExpectedFailure(self, test: unittest.TestCase, err: Error) -> None:
        """Hear of a failure that was announced."""
        self.part(test, "xfailed", err)

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:
        """Hear of a failure that was announced and did not come."""
        self.part(test, "failed", why="passes, though a failure is expected")


def each(suite: unittest.TestSuite) -> Iterator[unittest.TestCase]:
    """Yield the tests of a suite."""
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from each(test)
        elif type(test).__name__ == "_FailedTest":
            tell("uncollected", path=test.id().rpartition(".")[2], why=last_line(getattr(test, "_exception", "")))
        else:
            yield test


def main() -> None:
    """Run the unittests of the modules that the job names."""
    tests = [test for test in each(unittest.defaultTestLoader.loadTestsFromNames(JOB["modules"])) if wanted(test.id())]
    if JOB["reverse"]:
        tests.reverse()
    for test in tests:
        tell("found", id=test.id(), place=place_of(getattr(test, test._testMethodName, None)))
    unittest.TestSuite(tests).run(Result())
    tell("done", foreign=foreign())


if __name__ == "__main__":
    main()
