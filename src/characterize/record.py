"""Wrap functions as their module is imported, run a program, and keep what each call took."""

import functools
import importlib.abc
import os
import sys
import threading


class Wrapping(importlib.abc.MetaPathFinder):
    """Finds as the others do; when the module has run, its functions are wrapped."""

    def __init__(self, module, wrap):
        """Look out for one module."""
        self.module, self.wrap, self.busy = module, wrap, False

    def find_spec(self, name, path=None, target=None):
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

        def exec_module(module):
            run(module)
            wrap(module)

        spec.loader.exec_module = exec_module
        return spec


def record(job, values, error_node, runpy):
    """Run the program once, whatever its end; calls beyond the limit are counted, not kept."""
    calls = {name: {} for name in job["functions"]}
    left = {name: [] for name in job["functions"]}
    counts = {name: 0 for name in job["functions"]}
    busy = threading.local()

    def keep(name, function, args, named):
        counts[name] += 1
        try:
            before = {"args": [values.encode(one) for one in args], "named": {key: values.encode(one) for key, one in named.items()}}
        except values.Unwritable as error:
            left[name].append("an argument is " + str(error))
            return function(*args, **named)
        key = repr(before)
        if key in calls[name] or len(calls[name]) >= job["limit"]:
            return function(*args, **named)
        told = dict(before)
        calls[name][key] = told
        try:
            result = function(*args, **named)
        except BaseException as error:
            try:
                told["error"] = error_node(error)
            except values.Unwritable as why:
                told["unwritable"] = str(why)
            raise
        try:
            told["result"] = values.encode(result)
        except values.Unwritable as why:
            told["unwritable"] = str(why)
        return result

    def wrapped(name, function):
        @functools.wraps(function)
        def call(*args, **named):
            if getattr(busy, "on", False):  # what it calls itself is its own business
                return function(*args, **named)
            busy.on = True
            try:
                return keep(name, function, args, named)
            finally:
                busy.on = False

        return call

    def wrap(module):
        for name in calls:
            if callable(getattr(module, name, None)):
                setattr(module, name, wrapped(name, getattr(module, name)))

    import importlib.util  # noqa: F401

    sys.meta_path.insert(0, Wrapping(job["module"], wrap))
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
        "calls": {name: list(found.values()) for name, found in calls.items()},
        "left": {name: sorted(set(why)) for name, why in left.items()},
        "counts": counts,
        "ended": ended,
    }
