"""The job of this process, and which of the repository's functions a test enters.

The standard library only, Python 3.8 and newer.
"""

from __future__ import annotations

import inspect
import json
import os
import sys
import threading
from types import FrameType
from typing import Any

with open(os.environ["CREATE_ML_PROJECT_VERIFY"], encoding="utf-8") as _job:
    JOB = json.load(_job)
COPY = os.path.realpath(JOB["copy"]) + os.sep
OWN = set(JOB["own"])
_OUT = open(JOB["events"], "a", encoding="utf-8")  # noqa: SIM115 - open until the process ends
_OWNER = os.getpid()


def tell(event: str, **more: Any) -> None:
    """Write one event; a process that a test forked says nothing."""
    if os.getpid() == _OWNER:
        _OUT.write(json.dumps(dict(more, event=event)) + "\n")
        _OUT.flush()


def inside(path: str) -> str | None:
    """Return a file's path inside the copy, or nothing."""
    real = os.path.realpath(path)
    return real[len(COPY) :].replace(os.sep, "/") if real.startswith(COPY) else None


class Calls:
    """The repository's functions that a test enters from outside: not those that they call in turn."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self.paths: dict[str, str] = {}
        self.seen: dict[tuple[str, int, str], set[str]] = {}
        self.depth: dict[int, int] = {}

    def begin(self) -> None:
        """Watch this thread, and those that are started."""
        self.seen, self.depth = {}, {}
        if JOB["trace"]:
            threading.setprofile(self.watch)
            sys.setprofile(self.watch)

    def end(self) -> list[list[Any]]:
        """Stop watching, and return each function with the kinds of its results."""
        sys.setprofile(None)
        threading.setprofile(None)
        return [[*key, sorted(kinds)] for key, kinds in self.seen.items()]

    def watch(self, frame: FrameType, event: str, result: Any) -> None:
        """Hear of a call or a return."""
        code = frame.f_code
        # A function inside a function is seen through: mostly it wraps another one that is meant.
        if event not in ("call", "return") or code.co_flags & inspect.CO_NESTED or code.co_name.startswith("<"):
            return
        path = self.paths.get(code.co_filename)
        if path is None:
            found = inside(code.co_filename)
            path = self.paths[code.co_filename] = found if found and found in OWN else ""
        if path == "":
            return
        thread = threading.get_ident()
        depth = self.depth.get(thread, 0)
        key = (path, code.co_firstlineno, code.co_name)
        if event == "call":
            self.depth[thread] = depth + 1
            if depth == 0:
                self.seen.setdefault(key, set())
        else:
            self.depth[thread] = max(0, depth - 1)
            if depth == 1 and key in self.seen:
                self.seen[key].add(kind_of(result))


def kind_of(result: Any) -> str:
    """Say whether a result is nothing, false or something; no code of the repository is asked."""
    if result is None:
        return "none"
    plain = (bool, int, float, str, bytes, list, tuple, dict, set)
    return "false" if type(result) in plain and not result else "value"


CALLS = Calls()
