"""Runs tests in a process of their own, with a limit in time. The standard library only, Python 3.8 and newer."""

from __future__ import annotations

import collections
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Iterable

HERE = Path(__file__).resolve().parent
# On the path of the tests: its names must be nobody else's.
PLUGIN = HERE.parent / "plugin"
# Tests that may hang or end the process, each costing a limit, before a run is given up.
STOPS = 3
# Bytes of output that are kept: the last.
TAIL = 8000


class Runner:
    """Runs the tests of a job."""

    def __init__(self, job: dict[str, Any]) -> None:
        """Prepare for a job; see `verify.ts`."""
        self.job = job
        self.scratch = HERE.parent
        self.child: subprocess.Popen[bytes] | None = None
        self.number = 0

    def stop(self) -> None:
        """End the tests that run, with all that they started."""
        if self.child is None:
            return
        with contextlib.suppress(OSError):  # it has ended
            if os.name == "posix":
                os.killpg(self.child.pid, signal.SIGKILL)
            else:
                self.child.kill()

    def command(self, paths: Iterable[str], plain: bool) -> list[str]:
        """Return the command that runs tests."""
        if self.job["runner"] == "unittest":
            return [sys.executable, "-B", str(PLUGIN / "create_ml_project_recorder.py")]
        more = ["-o", "addopts="] if plain else self.job["args"]
        quiet = ["-q", "-p", "create_ml_project_recorder", "-p", "no:cacheprovider", "-p", "no:randomly"]
        return [sys.executable, "-B", "-m", "pytest", *quiet, *more, *paths]

    def process(
        self, run: dict[str, Any], limit: float, paths: Iterable[str], plain: bool
    ) -> tuple[list[dict[str, Any]], str, str]:
        """Run tests once; return the events, how it ended, and its last words."""
        self.number += 1
        about = self.scratch / ("run-%d.json" % self.number)
        events = self.scratch / ("events-%d.jsonl" % self.number)
        fixed = {key: self.job[key] for key in ("copy", "original", "own", "modules")}
        about.write_text(json.dumps(dict(fixed, events=str(events), **run)), encoding="utf-8")
        events.write_text("", encoding="utf-8")
        env = dict(os.environ, CREATE_ML_PROJECT_VERIFY=str(about), PYTHONHASHSEED=str(run["hash"]))
        env["PYTHONPATH"] = os.pathsep.join([str(PLUGIN), *self.job["roots"]])
        last: collections.deque[bytes] = collections.deque(maxlen=64)
        child = self.child = subprocess.Popen(
            self.command(paths, plain),
            cwd=self.job["copy"],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=os.name == "posix",
        )
        pipe: Any = child.stdout
        listener = threading.Thread(target=lambda: last.extend(iter(lambda: pipe.read1(4096), b"")), daemon=True)
        listener.start()
        try:
            ended = str(child.wait(limit))
        except subprocess.TimeoutExpired:
            ended = "limit"
        self.stop()  # what it left behind, too
        child.wait()
        listener.join(2)
        heard = []
        for line in events.read_text(encoding="utf-8", errors="replace").splitlines():
            with contextlib.suppress(ValueError):  # cut off when it was ended
                heard.append(json.loads(line))
        return heard, ended, b"".join(last)[-TAIL:].decode("utf-8", "replace")

    def run(
        self,
        limit: float,
        reverse: bool = False,
        seed: int = 1,
        trace: bool = False,
        keep: list[str] | None = None,
        paths: Iterable[str] = (),
        plain: bool = False,
    ) -> dict[str, Any]:
        """Run tests, and go on behind one that hangs or ends the process."""
        tests: dict[str, dict[str, Any]] = {}
        gone: list[str] = []
        out: dict[str, Any] = {"tests": tests, "uncollected": {}, "foreign": set(), "why": "", "plain": plain}
        started = time.monotonic()
        while True:
            run = {"reverse": reverse, "hash": seed, "trace": trace, "keep": keep, "drop": gone}
            heard, ended, tail = self.process(run, limit, paths, plain)
            current = None
            for one in heard:
                event = one["event"]
                if event == "uncollected":
                    out["uncollected"][one["path"]] = one["why"]
                elif event == "done":
                    out["foreign"].update(one["foreign"])
                    break
                elif event == "found":
                    tests.setdefault(one["id"], {"place": one["place"], "outcome": "not run", "why": "", "calls": []})
                elif one["id"] in tests:
                    test = tests[one["id"]]
                    if event == "start":
                        current = one["id"]
                    elif event == "end":
                        current, test["calls"] = None, one["calls"]
                        if test["outcome"] == "not run":
                            test["outcome"] = "skipped"
                    elif test["outcome"] in ("not run", "passed") or one["outcome"] in ("failed", "error"):
                        test["outcome"], test["why"] = one["outcome"], one["why"]
            else:
                if current is not None and len(gone) < len(tests):
                    what = "hangs" if ended == "limit" else "ends the process"
                    limit_said = "longer than %g s" % limit if ended == "limit" else "exit code %s" % ended
                    tests[current].update(outcome=what, why=limit_said)
                    gone = [name for name, test in tests.items() if test["outcome"] != "not run"]
                    stops = sum(test["outcome"] in ("hangs", "ends the process") for test in tests.values())
                    if stops <= STOPS and len(gone) < len(tests):
                        continue
                    given_up = "given up after %d tests that hang or end the process" % stops
                    out["why"] = "" if stops <= STOPS else given_up
                else:
                    last = [line for line in tail.splitlines() if line.strip()]
                    out["why"] = "it took longer than %g s to find the tests" % limit if ended == "limit" else ""
                    out["why"] = out["why"] or " / ".join(last[-3:])[-600:] or "it ended with %s" % ended
            break
        out["seconds"] = round(time.monotonic() - started, 1)
        return out
