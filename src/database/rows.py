"""Stream the rows of a table or query to standard output, for a profile to be made of them.

A job in JSON comes in by standard input, so that no secret is in the list of processes. Out goes
one line of JSON that says what was found, or what went wrong, and then the rows as CSV: nothing is
an empty cell, times are UTC. Standard library only, but for the driver the job names.
"""

import csv
import importlib
import json
import math
import re
import socket
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import chain
from pathlib import Path
from types import NoneType
from typing import Any, NoReturn
from urllib.parse import parse_qsl, quote, unquote, urlsplit

FIRST, PIECE = 500, 5000
SHOWN = 500


def fail(code: str, why: object = "", **more: object) -> NoReturn:
    """Say what went wrong in the place of the first line."""
    said = " ".join(str(why).split())[:SHOWN]
    sys.stdout.write(json.dumps({"error": code, "why": said, **more}) + "\n")
    sys.stdout.flush()
    raise SystemExit(0)


def named(value: object) -> object:
    """Turn `module:Name` into what is meant: a driver's options hold classes, too."""
    if isinstance(value, str) and re.fullmatch(r"[a-z_.]+:[A-Za-z_]+", value):
        module, name = value.split(":")
        return getattr(importlib.import_module(module), name)
    return value


def connect(url: str, driver: dict[str, Any]) -> Any:
    """Connect, after a look whether there is anybody to connect to."""
    module = importlib.import_module(driver["module"])
    options = {key: named(value) for key, value in driver.get("options", {}).items()}
    parts = urlsplit(url)
    if driver["connect"] == "file":
        path = url.split(":///", 1)[1]
        if not Path(path).is_file():
            fail("no-file", path)
        place = driver.get("database", "{path}").format(path=path, quoted=quote(path))
        return module.connect(place, **options)
    try:
        port = parts.port or driver["port"]
    except ValueError as error:
        fail("url", error)
    if parts.hostname:
        try:
            socket.create_connection((parts.hostname, port), timeout=10).close()
        except OSError as error:
            fail("unreachable", error, place=f"{parts.hostname}:{port}")
    if driver["connect"] == "url":
        return module.connect(f"{driver['scheme']}:{url.split(':', 1)[1]}", **options)
    given = {
        "host": parts.hostname,
        "port": port,
        "user": parts.username and unquote(parts.username),
        "password": parts.password and unquote(parts.password),
        "database": unquote(parts.path.lstrip("/")),
        **{key: value == "true" or value for key, value in parse_qsl(parts.query)},
    }
    if "ssl_ca" in given:  # an authority that is named is asked; PyMySQL would only encrypt
        given = {"ssl_verify_cert": True, "ssl_verify_identity": True} | given
    return module.connect(**{key: value for key, value in given.items() if value}, **options)


def quoted(parts: list[str], mark: str) -> str:
    """Write a name as an identifier: whatever is in it, it is never read as SQL."""
    return ".".join(mark + part.replace(mark, mark * 2) + mark for part in parts)


def find(cursor: Any, job: dict[str, Any]) -> list[str]:
    """Return the table that is meant, as its schema, if that has to be said, and its name."""
    cursor.execute(job["driver"]["tables"])
    tables = [[part for part in row if part is not None] for row in cursor.fetchall()]
    wanted = job["table"]
    exact = [table for table in tables if table[-len(wanted) :] == wanted]
    if dotted := [part for table in exact[:1] for part in table if "." in part]:
        fail("query", f"the name {dotted[0]} has a point in it, which would part it from a schema")
    folded = [part.casefold() for part in wanted]
    alike = [t for t in tables if [part.casefold() for part in t[-len(wanted) :]] == folded]
    if wanted and exact:
        return exact[0]
    # The schema that is searched first is listed first.
    if wanted and len([t for t in alike if t[:-1] == alike[0][:-1]]) == 1:
        return alike[0]
    fail("table", tables=tables[:1000])


def _same(value: object) -> object:
    return value


def _number(value: float) -> object:
    if math.isnan(value):
        return None
    return int(value) if value.is_integer() else value


def _moment(value: datetime) -> str:
    if value.tzinfo is None:
        return value.isoformat()
    return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


# How values are written: as the emitted reader does. Bytes say nothing to a model.
SPELLED: dict[type, Callable[[Any], object]] = {
    NoneType: _same,
    str: _same,
    int: _same,
    bool: lambda value: "true" if value else "false",
    float: _number,
    Decimal: lambda value: None if value.is_nan() else value,
    datetime: _moment,
    date: date.isoformat,
    timedelta: timedelta.total_seconds,
    bytes: lambda _: None,
    bytearray: lambda _: None,
    memoryview: lambda _: None,
    dict: lambda value: json.dumps(value, default=str),
    list: lambda value: json.dumps(value, default=str),
}


def spelled(value: object) -> object:
    """Write a value; of a type that nobody thought of, as Python shows it."""
    for kind in type(value).__mro__:
        if kind in SPELLED:
            return SPELLED[kind](value)
    return str(value)


def pieces(cursor: Any) -> Iterator[list[Any]]:
    """Yield the rows; a small piece first, so that the first line is there soon."""
    size = FIRST
    while rows := cursor.fetchmany(size):
        yield rows
        size = PIECE


def main() -> None:
    """Do the job."""
    job = json.loads(sys.stdin.readline())
    driver = job["driver"]
    try:
        connection = connect(job["url"], driver)
        cursor = connection.cursor()
        for statement in driver.get("begin", []):
            cursor.execute(statement)
    except Exception as error:  # noqa: BLE001 - whatever a driver raises is told
        fail("login", error)
    try:
        table = find(cursor, job) if job["query"] is None else None
        mark = driver["quote"]
        source = quoted(table, mark) if table else f"(\n{job['query']}\n) as source_rows"
        limit = f" limit {int(job['limit'])}" if job["limit"] else ""
        cursor.close()
        reading = {key: named(value) for key, value in driver.get("cursor", {}).items()}
        cursor = connection.cursor(**reading)
        cursor.execute(f"select * from {source}{limit}")  # noqa: S608 - quoted, or the user's own
        found = pieces(cursor)
        first = next(found, [])
    except Exception as error:  # noqa: BLE001 - whatever a driver raises is told
        fail("query", error)
    if not first:
        fail("empty", table=table)
    names = [str(column[0]) for column in cursor.description]
    types = [
        sorted({type(value).__name__ for value in cells}) for cells in zip(*first, strict=True)
    ]
    sys.stdout.write(json.dumps({"table": table, "columns": names, "types": types}) + "\n")
    writer = csv.writer(sys.stdout)
    writer.writerow(names)
    try:
        for rows in chain([first], found):
            writer.writerows([spelled(value) for value in row] for row in rows)
    except Exception as error:  # noqa: BLE001 - a row that the driver can't turn into Python
        sys.stderr.write(f"\n{' '.join(str(error).split())[:SHOWN]}\n")
        raise SystemExit(3) from None
    sys.stdout.flush()


if __name__ == "__main__":
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8", newline="")
    main()
