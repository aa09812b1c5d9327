"""Values as plain JSON, and as Python text that reads them back. What can't be is said, never pickled.

A node is {"t": kind, "v": content}. NumPy and pandas are looked at only where their code has
imported them already.
"""

from __future__ import annotations

import ast
import base64
import datetime
import decimal
import fractions
import io
import math
import sys
import uuid
from typing import Any, Callable, Dict

Node = Dict[str, Any]
DEEPEST = 40
MOST = 20000
LITERALS = (type(None), bool, int, float, complex, str, bytes)
# By kind: how it becomes a text, and how that is read back.
WRITTEN: dict[Any, tuple[Callable[[Any], str], Callable[[str], Any]]] = {
    decimal.Decimal: (str, decimal.Decimal),
    fractions.Fraction: (str, fractions.Fraction),
    uuid.UUID: (str, uuid.UUID),
    datetime.datetime: (lambda one: one.isoformat(), datetime.datetime.fromisoformat),
    datetime.date: (lambda one: one.isoformat(), datetime.date.fromisoformat),
    datetime.time: (lambda one: one.isoformat(), datetime.time.fromisoformat),
}
NAMES: dict[Any, str] = {
    decimal.Decimal: "decimal.Decimal({!r})",
    fractions.Fraction: "fractions.Fraction({!r})",
    uuid.UUID: "uuid.UUID({!r})",
    datetime.datetime: "datetime.datetime.fromisoformat({!r})",
    datetime.date: "datetime.date.fromisoformat({!r})",
    datetime.time: "datetime.time.fromisoformat({!r})",
}
KINDS = {kind.__module__ + "." + kind.__qualname__: kind for kind in WRITTEN}
SEQUENCES: dict[str, Callable[[Any], Any]] = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}


class UnwritableError(Exception):
    """A value that no plain file holds."""


def encode(value: Any) -> Node:
    """Turn a value into a node; nothing but an UnwritableError comes of it."""
    try:
        return node_of(value, 0, [MOST])
    except UnwritableError:
        raise
    except Exception as error:  # a library's own, or a list that another thread changes
        raise UnwritableError("a value that can't be written down (%s: %s)" % (type(error).__name__, error)) from None


def node_of(value: Any, depth: int, budget: list[int]) -> Node:
    """Turn a part of a value into a node."""
    budget[0] -= 1
    if depth > DEEPEST or budget[0] < 0:
        raise UnwritableError("it is nested too deeply, or has more than %d parts" % MOST)
    kind = type(value)
    if kind is float and not math.isfinite(value):
        return {"t": "float", "v": repr(value)}
    if kind in LITERALS:
        text = repr(value)
        if kind is complex and ast.literal_eval(text) != value:
            raise UnwritableError("a complex number that no literal gives")
        return {"t": "literal", "v": text}

    def inner(one: Any) -> Node:
        return node_of(one, depth + 1, budget)

    if kind in (list, tuple):
        return {"t": kind.__name__, "v": [inner(one) for one in value]}
    if kind in (set, frozenset):
        nodes = [inner(one) for one in value]
        return {"t": kind.__name__, "v": sorted(nodes, key=str)}
    if kind is dict:
        return {"t": "dict", "v": [[inner(key), inner(one)] for key, one in value.items()]}
    if kind in WRITTEN:
        text = WRITTEN[kind][0](value)
        if WRITTEN[kind][1](text) == value or text in ("NaN", "sNaN"):
            return {"t": "written", "k": kind.__module__ + "." + kind.__qualname__, "v": text}
    if kind is datetime.timedelta:
        return {"t": "delta", "v": [value.days, value.seconds, value.microseconds]}
    return foreign(value, kind)


def attributes(it: object) -> dict[str, Node]:
    """Write down the attributes of an object that can be."""
    names = list(getattr(it, "__dict__", {}))
    for kind in type(it).__mro__:
        slots = getattr(kind, "__slots__", ())
        names += [slots] if isinstance(slots, str) else slots
    found = {}
    for name in names:
        if name.isidentifier() and hasattr(it, name):
            try:
                found[name] = encode(getattr(it, name))
            except UnwritableError:
                continue  # what no file holds can't be compared
    return found


def foreign(value: Any, kind: Any) -> Node:
    """Values of NumPy and pandas."""
    numpy: Any = sys.modules.get("numpy")
    pandas: Any = sys.modules.get("pandas")
    if numpy is not None and isinstance(value, numpy.generic) and value.dtype.kind in "biufc":
        return {"t": "scalar", "k": value.dtype.name, "v": repr(value.item())}
    if numpy is not None and kind is numpy.ndarray and value.dtype.kind in "biufcSUmM":
        out = io.BytesIO()
        numpy.save(out, value, allow_pickle=False)
        return {"t": "array", "v": base64.b64encode(out.getvalue()).decode()}
    if pandas is not None and kind is pandas.DataFrame:
        return frame(value, pandas)
    if pandas is not None and kind is pandas.Series:
        node = frame(value.to_frame("value"), pandas)
        return dict(node, t="series", name=encode(value.name))
    raise UnwritableError("a value of %s.%s, which no plain file holds" % (kind.__module__, kind.__qualname__))


def frame(value: Any, pandas: Any) -> Node:
    """Write a frame as CSV with its types, if that gives it back."""
    if value.index.nlevels > 1 or value.columns.nlevels > 1 or not all(type(one) is str for one in value.columns):
        raise UnwritableError("a frame whose columns are not plain names, or with an index of several levels")
    node = {
        "t": "frame",
        "v": value.reset_index(drop=True).to_csv(index=False),
        "types": {name: str(kind) for name, kind in value.dtypes.items()},
        "index": encode(value.index.tolist()),
    }
    if len(value.columns) == 0:
        raise UnwritableError("a frame without columns")
    try:
        pandas.testing.assert_frame_equal(decode(node), value, check_index_type=False, check_names=False, rtol=1e-12)
    except Exception:
        raise UnwritableError("a frame that CSV does not give back") from None
    return node


def read_frame(content: str, types: dict[str, str], index: Any) -> Any:
    """Read a frame back; the emitted test has the same lines."""
    import pandas

    times = [name for name, kind in types.items() if kind.startswith("datetime64")]
    plain = {name: kind for name, kind in types.items() if name not in times}
    back = pandas.read_csv(io.StringIO(content), dtype=plain, parse_dates=times, float_precision="round_trip")
    back = back.astype(types)
    back.index = index
    return back


def decode(node: Node) -> Any:
    """Turn a node into its value again."""
    kind, content = node["t"], node["v"]
    if kind == "literal":
        return ast.literal_eval(content)
    if kind == "float":
        return float(content)
    if kind in SEQUENCES:
        return SEQUENCES[kind](decode(one) for one in content)
    if kind == "dict":
        return {decode(key): decode(one) for key, one in content}
    if kind == "written":
        return WRITTEN[KINDS[node["k"]]][1](content)
    if kind == "delta":
        return datetime.timedelta(*content)
    if kind == "scalar":
        number = float(content) if "n" in content[:4] else ast.literal_eval(content)
        return getattr(sys.modules["numpy"], node["k"])(number)
    if kind == "array":
        return sys.modules["numpy"].load(io.BytesIO(base64.b64decode(content)), allow_pickle=False)
    table = read_frame(content, node["types"], decode(node["index"]))
    if kind == "frame":
        return table
    return table["value"].rename(decode(node["name"]))


def text(node: Node, files: list[dict[str, str]], imports: set[str]) -> str:
    """Write a node as Python. Arrays and frames go into `files`, named by their number."""
    kind, content = node["t"], node["v"]

    def inner(one: Node) -> str:
        return text(one, files, imports)

    if kind == "literal":
        return str(content)
    if kind == "float":
        return 'float("%s")' % content
    if kind in ("list", "tuple"):
        parts = ", ".join(inner(one) for one in content)
        return "[%s]" % parts if kind == "list" else "(%s%s)" % (parts, "," if len(content) == 1 else "")
    if kind in ("set", "frozenset"):
        parts = "{%s}" % ", ".join(inner(one) for one in content)
        return "%s()" % kind if not content else parts if kind == "set" else "frozenset(%s)" % parts
    if kind == "dict":
        return "{%s}" % ", ".join("%s: %s" % (inner(key), inner(one)) for key, one in content)
    if kind == "written":
        imports.add(node["k"].split(".")[0])
        return NAMES[KINDS[node["k"]]].format(content)
    if kind == "delta":
        imports.add("datetime")
        return "datetime.timedelta(days=%d, seconds=%d, microseconds=%d)" % tuple(content)
    imports.add("numpy" if kind in ("scalar", "array") else "pandas")
    if kind == "scalar":
        return "numpy.%s(%s)" % (node["k"], content if "n" not in content[:4] else 'float("%s")' % content)
    at = len(files)
    files.append({"end": "npy" if kind == "array" else "csv", "content": content})
    if kind == "array":
        return "array_of(<%d>)" % at
    table = "frame_of(<%d>, %r, %s)" % (at, node["types"], inner(node["index"]))
    return table if kind == "frame" else '%s["value"].rename(%s)' % (table, inner(node["name"]))


def type_of(value: Any) -> str:
    """Name a value's type, with what a list holds."""
    kind = type(value)
    name = kind.__qualname__ if kind.__module__ == "builtins" else kind.__module__ + "." + kind.__qualname__
    if kind in (list, tuple, set) and value:
        return "%s of %s" % (name, " or ".join(sorted({type(one).__name__ for one in value})))
    return name
