"""Run functions of a copied tree and tell what they did. The job comes as JSON by standard input.

Runs under their interpreter, 3.8 or newer, with the standard library only; the answer is one JSON
document on standard output, where nothing that their code prints gets in.
"""

import ast
import builtins
import contextlib
import importlib
import io
import json
import os
import runpy
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [HERE] + [one for one in sys.path if os.path.abspath(one or ".") != HERE]

import guard as fences  # noqa: E402
import record as recorder  # noqa: E402
import sources  # noqa: E402
import values  # noqa: E402

sys.path.remove(HERE)
for name in ("guard", "record", "sources", "values"):
    del sys.modules[name]  # theirs may have the same names


class Told(Exception):
    """A reason why nothing can be said, with a word for it."""

    def __init__(self, code, why):
        """Keep both."""
        super().__init__(why)
        self.code = code


def load(job, guard):
    """Import their module from the copy, and make sure that it is that one."""
    sys.path.insert(0, job["root"])
    try:
        module = importlib.import_module(job["module"])
    except ModuleNotFoundError as error:
        raise Told("dependency", "it needs %s, which %s has not" % (error.name, sys.executable)) from None
    except SyntaxError as error:
        raise Told("syntax", "%s:%s: %s" % (os.path.basename(error.filename or "?"), error.lineno, error.msg)) from None
    except BaseException as error:
        raise Told("import", "importing it ends with %s: %s" % (type(error).__name__, error)) from None
    path = os.path.realpath(getattr(module, "__file__", None) or "")
    if path != os.path.realpath(job["file"]):
        raise Told("elsewhere", "the name %s belongs to another file: %s" % (job["module"], path))
    did = [note for note in (guard.notes if guard else []) if note["kind"] in ("refused", "wrote", "lacked")]
    if did:
        raise Told("effect", "; ".join("it tries to %(what)s at import, in %(where)s" % note for note in did))
    return module


def function_of(module, name):
    """Find a function, or a static or class method."""
    thing = module
    for part in name.split("."):
        if not hasattr(thing, part):
            raise Told("function", "there is no %s in it once it is imported" % name)
        thing = getattr(thing, part)
    if not callable(thing):
        raise Told("function", "%s is no function but a %s" % (name, type(thing).__name__))
    return thing


def arguments(case):
    """Read what a case passes: literals only, nothing is evaluated."""
    if "args" in case:
        return [values.decode(one) for one in case["args"]], {key: values.decode(one) for key, one in case["named"].items()}
    try:
        call = ast.parse("f(%s\n)" % case["call"], mode="eval").body
        if any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords):
            raise ValueError("stars are not literals")
        return [ast.literal_eval(one) for one in call.args], {one.arg: ast.literal_eval(one.value) for one in call.keywords}
    except (SyntaxError, ValueError, AttributeError, TypeError, MemoryError, RecursionError) as error:
        raise Told("case", "%s is no list of Python literals: %s" % (case["call"], error)) from None


def error_node(error):
    """An exception: its class as it can be named, and its text."""
    kind = type(error)
    known = getattr(builtins, kind.__name__, None) is kind
    home = sys.modules.get(kind.__module__)
    if not known and getattr(home, kind.__qualname__, None) is not kind:
        raise values.Unwritable("it raises a %s, which can't be imported" % kind.__qualname__)
    return {"module": "" if known else kind.__module__, "name": kind.__qualname__, "text": str(error)}


def run_case(function, case, guard):
    """Call once: what went in, what came out, what changed."""
    args, named = arguments(case)
    since = len(guard.notes)
    told = {"unpinned": []}
    try:
        before = {"args": [values.encode(one) for one in args], "named": {key: values.encode(one) for key, one in named.items()}}
    except values.Unwritable as error:
        return dict(told, unpinned=["an argument is " + str(error)])
    told["before"] = before
    try:
        result = function(*args, **named)
        told["kind"] = values.type_of(result)
        told["result"] = values.encode(result)
    except values.Unwritable as error:
        told["unpinned"].append("the result is " + str(error))
    except Exception as error:
        try:
            told["error"] = error_node(error)
        except values.Unwritable as why:
            told["unpinned"].append(str(why))
    except SystemExit as error:
        told["error"] = {"module": "", "name": "SystemExit", "text": str(error)}
    told["takes"] = {**{str(at): values.type_of(one) for at, one in enumerate(args)}, **{key: values.type_of(one) for key, one in named.items()}}
    try:
        told["after"] = {"args": [values.encode(one) for one in args], "named": {key: values.encode(one) for key, one in named.items()}}
    except values.Unwritable as error:
        told["unpinned"].append("it turns an argument into " + str(error))
    for note in guard.notes[since:]:
        what = {"refused": "it tried to %(what)s", "lacked": "it tried to %(what)s", "wrote": "it writes %(what)s", "read": "it reads %(what)s", "compiled": "it calls compiled code (%(what)s), which nobody watches", "environment": "it reads the variable %(what)s"}
        line = (what[note["kind"]] + ", in %(where)s") % note
        if line not in told["unpinned"]:
            told["unpinned"].append(line)
    return told


def as_text(told):
    """A told case as Python text for the test."""
    files, imports = [], set()
    if "before" not in told:
        return told
    say = lambda node: values.text(node, files, imports)
    before, after = told["before"], told.get("after", told["before"])
    told["text"] = {
        "args": [say(one) for one in before["args"]],
        "named": {key: say(one) for key, one in before["named"].items()},
        "after": {
            **{str(at): say(one) for at, one in enumerate(after["args"]) if one != before["args"][at]},
            **{key: say(one) for key, one in after["named"].items() if one != before["named"][key]},
        },
        "result": say(told["result"]) if "result" in told else None,
        "files": files,
        "imports": sorted(imports),
    }
    return told


def call(job, guard):
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
        function = function_of(module, name)
        numbered = list(enumerate(cases))
        told = {at: run_case(function, case, guard) for at, case in (reversed(numbered) if job["reverse"] else numbered)}
        found[name] = {"cases": [as_text(told[at]) for at, _ in numbered], "doc": (getattr(function, "__doc__", None) or "").strip()[:2000]}
    loaded = sorted({name.split(".")[0] for name, one in list(sys.modules.items()) if "site-packages" in (getattr(one, "__file__", None) or "")})
    return {"functions": found, "loaded": loaded, "environment": sorted(set(read))}


def verify(job):
    """Run the emitted tests, in the copy."""
    try:
        import pytest
    except ImportError:
        return {"pytest": None}
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = pytest.main(["-q", "-p", "no:cacheprovider", "-o", "addopts=", "--rootdir", job["tree"], job["test"]])
    return {"pytest": pytest.__version__, "code": int(code), "output": said.getvalue()[-4000:]}


def main():
    """Do the job."""
    job = json.load(sys.stdin)
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what they print is no answer
    sys.dont_write_bytecode = True
    os.chdir(job["cwd"])
    real = os.path.realpath(job["real"])
    if not job.get("live"):
        sys.path[:] = [one for one in sys.path if "site-packages" in one or not (os.path.realpath(one) + os.sep).startswith(real + os.sep)]
    guard = None if job.get("live") else fences.Guard(job["scratch"], job["tree"], real, job["left"])
    try:
        if guard:
            guard.start()
        if job["mode"] == "call":
            told = call(job, guard)
        elif job["mode"] == "verify":
            told = verify(job)
        else:
            told = recorder.record(job, values, error_node, runpy)
        told["notes"] = guard.notes if guard else []
    except Told as error:
        told = {"refused": error.code, "why": str(error)}
    except values.Unwritable as error:
        told = {"refused": "value", "why": str(error)}
    if guard:
        told["fences"] = guard.kernel
    told["python"] = "%d.%d.%d" % sys.version_info[:3]
    json.dump(told, answer)
    answer.close()
    sys.stderr.flush()
    if not job.get("live"):  # a live run ends as it would have: with its threads and exit handlers
        os._exit(0)


main()
