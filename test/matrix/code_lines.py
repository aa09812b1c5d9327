"""Reads a JSON list of Python files from standard input; prints how many lines hold code, and how many there are.

A line of code is one that is neither blank, nor only a comment, nor part of a docstring.
"""

import ast
import io
import json
import sys
import tokenize

LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def lines_of_code(text: str) -> int:
    docs: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node):
            docs |= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in LAYOUT:
            code |= set(range(token.start[0], token.end[0] + 1))
    return len(code - docs)


texts = json.load(sys.stdin)
print(json.dumps({"code": sum(map(lines_of_code, texts)), "all": sum(len(text.splitlines()) for text in texts)}))
