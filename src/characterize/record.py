"""Wrap functions as their module is imported, run a program, and keep what each call took."""

from __future__ import annotations

import contextlib
import contextvars
import functools
import importlib.abc
import importlib.util
import inspect
import os
import runpy
import sys
import weakref
from typing import TYPE_CHECKING, Any, Callable, Iterator

import calls
import values

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType


class Wrapping(importlib.abc.MetaPathFinder):
    """Finds as the others do; when the module has run, its functions are wrapped."""

    def __init__(self, module: str, wrap: Callable[[ModuleType], None]) -> None:
        """Look out for one module."""
        self.module, self.wrap, self.busy = module, wrap, False

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Leave finding to the others."""
        if name != self.module or self.busy:
            return None
        self.busy = True
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self.busy = False
        if spec is None or spec.loader is None:
            return None
        run, wrap = spec.loader.exec_module, self.wrap

        def exec_module(module: ModuleType) -> None:
            run(module)
            wrap(module)

        setattr(spec.loader, "exec_module", exec_module)  # noqa: B010 - of this one loader
        return spec


class Recorder:
    """Calls of the functions that are named: those from outside, not what they call themselves."""

    def __init__(self, names: list[str], limit: int) -> None:
        """Keep at most so many calls of each."""
        self.limit = limit
        self.calls: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in names}
        self.left: dict[str, set[str]] = {name: set() for name in names}
        self.counts = dict.fromkeys(names, 0)
        # A task and a thread have each their own.
        self.busy = contextvars.ContextVar("busy", default=False)
        # How each object of their classes was made, while it lives.
        self.made: dict[int, dict[str, Any]] = {}
        self.alive: dict[int, Any] = {}

    def begin(
        self, name: str, given: calls.Given, it: object, home: type | None, method: bool
    ) -> dict[str, Any] | None:
        """Keep what a call takes; nothing where it is known, or can't be kept."""
        self.counts[name] += 1
        made = self.made.get(id(it)) if method and type(it) is home else None
        why = ""
        if method:
            why = "it is not known how its object was made" if made is None else made.get("why", "")
        elif home is not None and it is not home:
            why = "it is called on another class"
        if why:
            self.left[name].add(why)
            return None
        try:
            told = calls.encoded(given)
        except values.UnwritableError as error:
            self.left[name].add("an argument is %s" % error)
            return None
        if made is not None:
            told["made"] = made
        told["again"] = 0
        key = repr(told)
        known = self.calls[name].get(key)
        if known is None and len(self.calls[name]) < self.limit:
            self.calls[name][key] = told
            return told
        # The same call again tells whether it gives the same; of an object, what came between may matter.
        if known is None or method or known["again"] >= self.limit:
            return None
        known["again"] += 1
        return dict(told, first=known)

    @contextlib.contextmanager
    def heard(
        self, name: str, args: tuple[Any, ...], named: dict[str, Any], home: type | None, method: bool
    ) -> Iterator[list[Any]]:
        """Hear of one call: its result is put into the list."""
        results: list[Any] = []
        if self.busy.get():  # what it calls itself is its own business
            yield results
            return
        token = self.busy.set(True)
        told: dict[str, Any] = {}
        try:
            it, given = (None, args) if home is None else (args[0], args[1:])
            told = self.begin(name, (list(given), named), it, home, method) or told
            yield results
            if told:
                told["result"] = values.encode(results[0])
        except values.UnwritableError as error:
            told["unwritable"] = str(error)
        except BaseException as error:
            try:
                told["error"] = calls.error_node(error)
            except values.UnwritableError as why:
                told["unwritable"] = str(why)
            raise
        finally:
            first = told.get("first")
            ends = [
                {key: one[key] for key in ("result", "error", "unwritable") if key in one}
                for one in (first or {}, told)
            ]
            if first and all(ends) and ends[0] != ends[1]:
                first["differs"] = True
            with contextlib.suppress(ValueError):  # it went on elsewhere
                self.busy.reset(token)

    def wrapped(
        self, name: str, function: Callable[..., Any], home: type | None = None, method: bool = False
    ) -> Callable[..., Any]:
        """Return a function that does the same, and is heard of; of a class, the first argument is no case's."""

        @functools.wraps(function)
        def call(*args: Any, **named: Any) -> Any:
            with self.heard(name, args, named, home, method) as results:
                results.append(function(*args, **named))
            return results[0]

        @functools.wraps(function)
        async def awaited(*args: Any, **named: Any) -> Any:
            with self.heard(name, args, named, home, method) as results:
                results.append(await function(*args, **named))
            return results[0]

        return awaited if inspect.iscoroutinefunction(function) else call

    def remember(self, owner: type) -> None:
        """Keep how objects of a class are made."""
        make: Callable[..., None] = getattr(owner, "__init__")  # noqa: B009 - of the class itself
        plain_init, plain_new = (getattr(object, name) for name in ("__init__", "__new__"))

        @functools.wraps(make)
        def init(it: Any, *args: Any, **named: Any) -> None:
            if type(it) is owner:
                try:
                    made = calls.encoded((list(args), named))
                except values.UnwritableError as error:
                    made = {"why": "its object was made with %s" % error}
                with contextlib.suppress(TypeError):  # nobody could tell when it is gone
                    key = id(it)
                    self.alive[key] = weakref.ref(it, lambda _: (self.made.pop(key, None), self.alive.pop(key, None)))
                    self.made[key] = made
            if make is plain_init and owner.__new__ is not plain_new:
                make(it)  # the arguments were for __new__
            else:
                make(it, *args, **named)

        setattr(owner, "__init__", init)  # noqa: B010

    def wrap(self, module: ModuleType) -> None:
        """Wrap what is named, in the module or in its classes."""
        remembered: set[type] = set()
        for name in self.calls:
            *path, last = name.split(".")
            home: Any = module
            for part in path:
                home = getattr(home, part, None)
            if not isinstance(home, type):
                if callable(getattr(home, last, None)):
                    setattr(home, last, self.wrapped(name, getattr(home, last)))
                continue
            plain = inspect.getattr_static(home, last, None)
            if isinstance(plain, staticmethod):
                setattr(home, last, staticmethod(self.wrapped(name, plain.__func__)))
            elif isinstance(plain, classmethod):
                setattr(home, last, classmethod(self.wrapped(name, plain.__func__, home)))
            elif callable(plain):
                if home not in remembered:
                    remembered.add(home)
                    self.remember(home)
                setattr(home, last, self.wrapped(name, plain, home, method=True))


def record(job: dict[str, Any]) -> dict[str, Any]:
    """Run the program once, whatever its end; calls beyond the limit are counted, not kept."""
    recorder = Recorder(list(job["functions"]), job["limit"])
    sys.meta_path.insert(0, Wrapping(job["module"], recorder.wrap))
    sys.path.insert(0, job["root"])
    words = job["command"]
    ended = ""
    try:
        if words[0] == "-m":
            sys.argv = words[1:]
            sys.path.insert(0, job["cwd"])
            runpy.run_module(words[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = list(words)
            sys.path.insert(0, os.path.dirname(os.path.abspath(words[0])))
            runpy.run_path(words[0], run_name="__main__")
    except SystemExit as error:
        ended = "" if error.code in (None, 0) else "it ended with exit code %s" % error.code
    except BaseException as error:
        ended = "it ended with %s: %s" % (type(error).__name__, error)
    return {
        "calls": {name: list(found.values()) for name, found in recorder.calls.items()},
        "left": {name: sorted(why) for name, why in recorder.left.items()},
        "counts": recorder.counts,
        "ended": ended,
    }
