"""Tests and functions as their source has them: read, never imported.

The standard library only, Python 3.8 and newer.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from pathlib import Path
from typing import Union

Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# What checks something, by the last part of its name: self.assertEqual, mock.assert_called, pytest.raises, self.fail.
CHECKS = re.compile(r"^_?(?:assert|expect)|^(?:raises|warns|deprecated_call|fail|check_call|check_output)$", re.I)


def read(path: Path) -> tuple[str, str]:
    """Return a file's text and its encoding."""
    raw = path.read_bytes()
    encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
    return raw.decode(encoding), encoding


def first_line(node: Function | ast.ClassDef) -> int:
    """Return the line that a function's code names: of its first decorator."""
    return min([node.lineno, *[one.lineno for one in node.decorator_list]])


class Sources:
    """Files of the copy, each parsed once."""

    def __init__(self, copy: str, helpers: dict[str, str]) -> None:
        """Look below `copy`; `helpers` are the paths of tests by module."""
        self.copy = Path(copy)
        self.helpers = helpers
        self.trees: dict[str, ast.Module | None] = {}
        self.judged: dict[tuple[str, int], bool] = {}

    def tree(self, path: str) -> ast.Module | None:
        """Return a file's tree, or nothing where it can't be parsed."""
        if path not in self.trees:
            try:
                self.trees[path] = ast.parse(read(self.copy / path)[0])
            except (OSError, SyntaxError, ValueError, RecursionError):
                self.trees[path] = None
        return self.trees[path]

    def function(self, path: str, line: int, name: str) -> Function | None:
        """Return a function by what its code says of itself."""
        for node in ast.walk(self.tree(path) or ast.Module([], [])):
            if isinstance(node, FUNCTIONS) and node.name == name and first_line(node) == line:
                return node
        return None

    def named(self, path: str, name: str) -> list[tuple[str, Function]]:
        """Return the functions of a name in a file, or where the file has it from."""
        found: list[tuple[str, Function]] = []
        for node in ast.walk(self.tree(path) or ast.Module([], [])):
            if isinstance(node, FUNCTIONS) and node.name == name:
                found.append((path, node))
            elif isinstance(node, ast.ImportFrom) and any((one.asname or one.name) == name for one in node.names):
                last = (node.module or "").rpartition(".")[2]
                original = next(one.name for one in node.names if (one.asname or one.name) == name)
                for module, other in self.helpers.items():
                    if module.rpartition(".")[2] == last and other != path:
                        found += [(other, one) for _, one in self.named(other, original)]
        return found

    def asserts(self, path: str, node: Function) -> bool:
        """Say whether a function checks anything: by itself, by a helper it calls, by a fixture it takes."""
        key = (path, node.lineno)
        if key not in self.judged:
            self.judged[key] = False  # while it is looked at: one that calls itself
            self.judged[key] = self.looks(path, node)
        return self.judged[key]

    def looks(self, path: str, node: Function) -> bool:
        """Look at a function once."""
        used = {argument.arg for argument in node.args.args + node.args.kwonlyargs} - {"self", "cls"}
        for one in ast.walk(node):
            if isinstance(one, ast.Assert):
                return True
            if isinstance(one, ast.Raise) and "AssertionError" in ast.dump(one):
                return True
            if isinstance(one, ast.Call):
                name = getattr(one.func, "attr", getattr(one.func, "id", ""))
                if CHECKS.search(name):
                    return True
                if any(word.arg == "check" and getattr(word.value, "value", None) is True for word in one.keywords):
                    return True
                used.add(name)
        for name in used:
            for other, helper in self.named(path, name):
                if helper is not node and self.asserts(other, helper):
                    return True
        return False


def is_hollow(node: Function) -> bool:
    """Say whether a function does nothing that could be broken."""
    body = [one for one in node.body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]
    if not body:
        return True
    first = body[0]
    if len(body) > 1:
        return False
    if isinstance(first, ast.Return):
        return first.value is None or getattr(first.value, "value", first) is None
    return isinstance(first, (ast.Pass, ast.Raise))


def broken(text: str, node: Function, instead: str) -> str:
    """Return a text with one function's body replaced."""
    lines = text.encode("utf-8").splitlines(keepends=True)
    begin, end = node.body[0], node.body[-1]
    # A decorated definition begins with its decorator.
    line = first_line(begin) if isinstance(begin, (*FUNCTIONS, ast.ClassDef)) else begin.lineno
    column = begin.col_offset if line == begin.lineno else len(lines[line - 1]) - len(lines[line - 1].lstrip())
    before = b"".join(lines[: line - 1]) + lines[line - 1][:column]
    final = end.end_lineno or end.lineno
    after = lines[final - 1][end.end_col_offset :] + b"".join(lines[final:])
    changed = (before + instead.encode() + after).decode("utf-8")
    ast.parse(changed)
    return changed
