"""Calls: how one is written, how its function is found and its object made, and what became of it."""

from __future__ import annotations

import ast
import asyncio
import builtins
import inspect
import itertools
import sys
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Tuple

import values

if TYPE_CHECKING:
    from types import ModuleType

    from guard import Guard

# Arguments by place, and by name.
Given = Tuple[List[Any], Dict[str, Any]]
# Values of a generator that are looked at: some have no end.
FIRST = 100
NOTED = {
    "refused": "it tried to %(what)s",
    "lacked": "it tried to %(what)s",
    "wrote": "it writes %(what)s",
    "read": "it reads %(what)s",
    "compiled": "it calls compiled code (%(what)s), which nobody watches",
    "environment": "it reads the variable %(what)s",
}


class ToldError(Exception):
    """A reason why nothing can be said, with a word for it."""

    def __init__(self, code: str, why: str) -> None:
        """Keep both."""
        super().__init__(why)
        self.code = code


class Callee:
    """A function of a module, or a method with the class whose objects it needs."""

    def __init__(self, module: ModuleType, name: str) -> None:
        """Find it; `name` may lead through classes."""
        owner: Any = None
        thing: Any = module
        for part in name.split("."):
            if not hasattr(thing, part):
                raise ToldError("function", "there is no %s in it once it is imported" % name)
            owner, thing = thing, getattr(thing, part)
        if not callable(thing):
            raise ToldError("function", "%s is no function but a %s" % (name, type(thing).__name__))
        self.name = name.rpartition(".")[2]
        self.function: Callable[..., Any] = thing
        self.owner: type | None = owner if needs_object(owner, self.name) else None

    def read(self, case: dict[str, Any]) -> tuple[Given | None, Given]:
        """Read what a case passes, to make the object and to call it: literals only, nothing is evaluated."""
        if "args" in case:
            made = decoded(case["made"]) if self.owner and "made" in case else None
            return made, decoded(case)
        text = case["call"]
        try:
            if self.owner:
                outer = whole(text)
                inner = outer.func.value if outer and isinstance(outer.func, ast.Attribute) else None
                names = (self.owner.__name__, self.name)
                if outer and isinstance(inner, ast.Call) and (last(inner.func), last(outer.func)) == names:
                    return literals(inner), literals(outer)
            call = ast.parse("f(%s\n)" % text, mode="eval").body
            return ([], {}) if self.owner else None, literals(call)
        except (SyntaxError, ValueError, AttributeError, TypeError, MemoryError, RecursionError) as error:
            shape = "; of a method write %s(...).%s(...)" % (self.owner.__name__, self.name) if self.owner else ""
            raise ToldError("case", "%s is no list of Python literals: %s%s" % (text, error, shape)) from None


def needs_object(owner: Any, name: str) -> bool:
    """Say whether a name of a class is a method that needs an object."""
    if not isinstance(owner, type):
        return False
    return not isinstance(inspect.getattr_static(owner, name), (staticmethod, classmethod, type))


def whole(text: str) -> ast.Call | None:
    """Return a text that is one call, such as Bill(3).total(2)."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return None
    return tree if isinstance(tree, ast.Call) else None


def last(node: ast.expr) -> str:
    """Return the last part of a name."""
    return str(getattr(node, "attr", getattr(node, "id", "")))


def literals(call: ast.expr) -> Given:
    """Return the arguments of a call."""
    if not isinstance(call, ast.Call):
        raise ValueError("it is no call")
    args: list[Any] = []
    named: dict[str, Any] = {}
    for one in call.args:
        if isinstance(one, ast.Starred):
            raise ValueError("stars are not literals")
        args.append(ast.literal_eval(one))
    for word in call.keywords:
        if word.arg is None:
            raise ValueError("stars are not literals")
        named[word.arg] = ast.literal_eval(word.value)
    return args, named


def decoded(given: dict[str, Any]) -> Given:
    """Read recorded arguments."""
    args = [values.decode(one) for one in given["args"]]
    return args, {key: values.decode(one) for key, one in given["named"].items()}


def encoded(given: Given) -> dict[str, Any]:
    """Write arguments down."""
    args, named = given
    by_name = {key: values.encode(one) for key, one in named.items()}
    return {"args": [values.encode(one) for one in args], "named": by_name}


def error_node(error: BaseException) -> dict[str, str]:
    """Tell of an exception: its class as it can be named, and its text."""
    kind = type(error)
    known = getattr(builtins, kind.__name__, None) is kind
    home = sys.modules.get(kind.__module__)
    if not known and getattr(home, kind.__qualname__, None) is not kind:
        raise values.UnwritableError("it raises a %s, which can't be imported" % kind.__qualname__)
    try:
        said = str(error)
    except Exception:
        raise values.UnwritableError("it raises a %s, which can't be written" % kind.__qualname__) from None
    return {"module": "" if known else kind.__module__, "name": kind.__qualname__, "text": said}


def settled(result: Any, how: list[str]) -> Any:
    """Await what is awaited, and list what is yielded; `how` says which."""
    if inspect.iscoroutine(result):
        how.append("awaited")
        result = asyncio.run(result)
    if inspect.isgenerator(result):
        how.append("listed")
        result = list(itertools.islice(result, FIRST))
    return result


def run_case(callee: Callee, case: dict[str, Any], guard: Guard) -> dict[str, Any]:
    """Call once: what went in, what came out, what changed."""
    made, given = callee.read(case)
    since = len(guard.notes)
    unpinned: list[str] = []
    told: dict[str, Any] = {"unpinned": unpinned, "how": []}
    if callee.owner and made is None:
        unpinned.append("it is not known how its object was made")
        return told
    try:
        told["before"] = dict(encoded(given), made=encoded(made) if made else None)
    except values.UnwritableError as error:
        unpinned.append("an argument is %s" % error)
        return told
    it: object = None
    function, state = callee.function, {}
    if callee.owner and made is not None:
        try:
            it = callee.owner(*made[0], **made[1])
        except Exception as error:
            unpinned.append("making its object ends with %s: %s" % (type(error).__name__, error))
            return told
        function, state = getattr(it, callee.name), values.attributes(it)
    call(function, given, told)
    args, named = given
    passed = {**{str(at): one for at, one in enumerate(args)}, **named}
    told["takes"] = {key: values.type_of(one) for key, one in passed.items()}
    if callee.owner:
        told["state"] = {name: node for name, node in values.attributes(it).items() if state.get(name) != node}
    try:
        told["after"] = encoded(given)
    except values.UnwritableError as error:
        unpinned.append("it turns an argument into %s" % error)
    for note in guard.notes[since:]:
        line = (NOTED[note["kind"]] + ", in %(where)s") % note
        if line not in unpinned:
            unpinned.append(line)
    return told


def call(function: Callable[..., Any], given: Given, told: dict[str, Any]) -> None:
    """Call it, and tell what comes back or is raised."""
    try:
        result = settled(function(*given[0], **given[1]), told["how"])
        kind = values.type_of(result)
        told["kind"] = "generator" + kind[len("list") :] if "listed" in told["how"] else kind
        told["result"] = values.encode(result)
    except values.UnwritableError as error:
        told["unpinned"].append("the result is %s" % error)
    except Exception as error:
        try:
            told["error"] = error_node(error)
        except values.UnwritableError as why:
            told["unpinned"].append(str(why))
    except SystemExit as error:
        told["error"] = {"module": "", "name": "SystemExit", "text": str(error)}


def as_text(told: dict[str, Any]) -> dict[str, Any]:
    """Add the Python text of a told case for the test."""
    files: list[dict[str, str]] = []
    imports: set[str] = set()
    if "before" not in told:
        return told

    def say(node: values.Node) -> str:
        return values.text(node, files, imports)

    def both(given: dict[str, Any]) -> dict[str, Any]:
        by_name = {key: say(one) for key, one in given["named"].items()}
        return {"args": [say(one) for one in given["args"]], "named": by_name}

    before, after = told["before"], told.get("after", told["before"])
    told["text"] = {
        **both(before),
        "made": both(before["made"]) if before["made"] else None,
        "after": {
            **{str(at): say(one) for at, one in enumerate(after["args"]) if one != before["args"][at]},
            **{key: say(one) for key, one in after["named"].items() if one != before["named"][key]},
        },
        "state": {name: say(one) for name, one in told.get("state", {}).items()},
        "result": say(told["result"]) if "result" in told else None,
        "how": told["how"],
        "files": files,
        "imports": sorted(imports),
    }
    return told
