"""Run functions of a copied tree and tell what they did. The job comes as JSON by standard input.

Runs under their interpreter, 3.8 or newer, with the standard library only; the answer is one JSON
document on standard output, where nothing that their code prints gets in.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

HERE = os.path.dirname(os.path.abspath(__file__))
OURS = ("calls", "guard", "record", "sources", "values")
sys.path[:] = [HERE] + [one for one in sys.path if os.path.abspath(one or ".") != HERE]

import calls  # noqa: E402
import guard as fences  # noqa: E402
import record as recorder  # noqa: E402
import sources  # noqa: E402
import values  # noqa: E402

sys.path.remove(HERE)
for _name in OURS:
    del sys.modules[_name]  # theirs may have the same names


def load(job: dict[str, Any], guard: fences.Guard) -> ModuleType:
    """Import their module from the copy, and make sure that it is that one."""
    sys.path.insert(0, job["root"])
    try:
        module = importlib.import_module(job["module"])
    except ModuleNotFoundError as error:
        raise calls.ToldError("dependency", "it needs %s, which %s has not" % (error.name, sys.executable)) from None
    except SyntaxError as error:
        where = "%s:%s" % (os.path.basename(error.filename or "?"), error.lineno)
        raise calls.ToldError("syntax", "%s: %s" % (where, error.msg)) from None
    except BaseException as error:
        raise calls.ToldError("import", "importing it ends with %s: %s" % (type(error).__name__, error)) from None
    path = os.path.realpath(getattr(module, "__file__", None) or "")
    if path != os.path.realpath(job["file"]):
        raise calls.ToldError("elsewhere", "the name %s belongs to another file: %s" % (job["module"], path))
    did = [note for note in guard.notes if note["kind"] in ("refused", "wrote", "lacked")]
    if did:
        told = ("it tries to %(what)s at import, in %(where)s" % note for note in did)
        raise calls.ToldError("effect", "; ".join(told))
    return module


def call(job: dict[str, Any], guard: fences.Guard) -> dict[str, Any]:
    """Import and call every function with every case."""
    for name in job.get("preload", []):
        # Compiled libraries know the real clock's classes; only their own code gets the later one.
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    if job["later"]:
        sources.later(job["later"])
    sources.watch(guard.tree, guard.note)
    module = load(job, guard)
    read = [note["what"] for note in guard.notes if note["kind"] == "environment"]
    found = {}
    for name, cases in job["functions"].items():
        callee = calls.Callee(module, name)
        numbered = list(enumerate(cases))
        order = list(reversed(numbered)) if job["reverse"] else numbered
        told = {at: calls.run_case(callee, case, guard) for at, case in order}
        doc = (getattr(callee.function, "__doc__", None) or "").strip()[:2000]
        found[name] = {"cases": [calls.as_text(told[at]) for at, _ in numbered], "doc": doc}
    files = {name.split(".")[0]: getattr(one, "__file__", None) or "" for name, one in list(sys.modules.items())}
    loaded = sorted(name for name, file in files.items() if "site-packages" in file)
    return {"functions": found, "loaded": loaded, "environment": sorted(set(read))}


def verify(job: dict[str, Any]) -> dict[str, Any]:
    """Run the emitted tests, in the copy."""
    try:
        import pytest
    except ImportError:
        return {"pytest": None}
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = pytest.main(["-q", "-p", "no:cacheprovider", "-o", "addopts=", "--rootdir", job["tree"], job["test"]])
    return {"pytest": pytest.__version__, "code": int(code), "output": said.getvalue()[-4000:]}


def told_of(job: dict[str, Any]) -> dict[str, Any]:
    """Do the job behind the fences; a live run has none."""
    if job.get("live"):
        return dict(recorder.record(job), notes=[], fences=[])
    guard = fences.Guard(job["scratch"], job["tree"], job["real"], job["left"])
    # What lies in the tree itself is not theirs to find here; an environment in it is.
    sys.path[:] = [one for one in sys.path if "site-packages" in one or not within(one, guard.real)]
    guard.start()
    if job["mode"] == "call":
        told = call(job, guard)
    else:
        told = verify(job) if job["mode"] == "verify" else recorder.record(job)
    return dict(told, notes=guard.notes, fences=guard.kernel)


def within(path: str, folder: str) -> bool:
    """Say whether a path lies in a folder."""
    return (os.path.realpath(path) + os.sep).startswith(folder + os.sep)


def main() -> None:
    """Do the job, and answer."""
    job = json.load(sys.stdin)
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what they print is no answer
    sys.dont_write_bytecode = True
    os.chdir(job["cwd"])
    try:
        told = told_of(job)
    except calls.ToldError as error:
        told = {"refused": error.code, "why": str(error)}
    except values.UnwritableError as error:
        told = {"refused": "value", "why": str(error)}
    told["python"] = "%d.%d.%d" % sys.version_info[:3]
    json.dump(told, answer)
    answer.close()
    sys.stderr.flush()
    if not job.get("live"):  # a live run ends as it would have: with its threads and exit handlers
        os._exit(0)


main()
