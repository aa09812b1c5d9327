"""Reads data files as the schema says: the same code for every dataset, piece by piece."""

import csv
import gzip
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import pandas as pd
import pyarrow.parquet as pq
from pandas.api import types

from .. import UserError
from .schema import NUMBERS, Column, Reading, Schema

BLANK = " \t\n\v\f\r\u00a0"
TRUTH = {"true": 1.0, "t": 1.0, "yes": 1.0, "y": 1.0, "false": 0.0, "f": 0.0, "no": 0.0, "n": 0.0}
LONGEST_CELL = 8 * 1024 * 1024
FAULT = ["row_number", "reason", "content"]


@dataclass(frozen=True)
class Chunk:
    """Some rows: the typed ones, with `_row`, their number in the file; and `faults_of` others."""

    frame: pd.DataFrame
    bad: pd.DataFrame


def read_chunks(path: Path, schema: Schema, rows: int = 50_000) -> Iterator[Chunk]:
    """Read a file in pieces of so many rows; there is always at least one, if an empty one."""
    with path.open("rb") as file:
        mark = file.read(4)
    if mark == b"PAR1":
        yield from _parquet(path, schema, rows)
        return
    opened: Any = gzip.open if mark[:2] == b"\x1f\x8b" else open
    encoding = schema.reading.encoding
    with opened(path, "rt", encoding=encoding, newline="") as text:
        try:
            yield from _delimited(path, text, schema, rows)
        except (UnicodeError, csv.Error, EOFError, gzip.BadGzipFile) as error:
            said = f"{path.name} can't be read as {encoding} text: {error}."
            raise UserError(f"{said} See `reading` in the dataset's schema.yaml.") from None


def _delimited(path: Path, text: TextIO, schema: Schema, rows: int) -> Iterator[Chunk]:
    csv.field_size_limit(LONGEST_CELL)
    lines = (line for line in csv.reader(text, delimiter=schema.reading.delimiter) if line)
    header = [name.strip(BLANK + "\ufeff") for name in next(lines, [])]
    _check_header(path, header, schema)
    first = 1
    while (piece := list(islice(lines, rows))) or first == 1:
        fit = {at: row for at, row in enumerate(piece, first) if len(row) == len(header)}
        ragged = [
            (at, f"{len(row)} cells instead of {len(header)}", json.dumps(row, ensure_ascii=False))
            for at, row in enumerate(piece, first)
            if at not in fit
        ]
        cells = pd.DataFrame(list(fit.values()), columns=header, index=list(fit), dtype="str")
        yield _chunk(cells, schema, ragged)
        first += max(1, len(piece))


def _parquet(path: Path, schema: Schema, rows: int) -> Iterator[Chunk]:
    with pq.ParquetFile(path, pre_buffer=False) as file:  # else all of it is read at once
        _check_header(path, file.schema_arrow.names, schema)
        names = [c.name for c in schema.read if c.name in file.schema_arrow.names]
        number = 0
        batches: Iterable[Any] = file.iter_batches(batch_size=rows, columns=names)
        for batch in batches if file.metadata.num_rows else [file.schema_arrow.empty_table()]:
            cells = batch.to_pandas(date_as_object=False, integer_object_nulls=True)
            cells.index = range(number + 1, number + len(cells) + 1)
            yield _chunk(cells, schema, [])
            number += len(cells)


def _check_header(path: Path, header: list[str], schema: Schema) -> None:
    """Allow the target to be absent, and columns that nobody asked for; nothing else."""
    needed = [column.name for column in schema.read if column.role != "target"]
    if absent := [name for name in needed if name not in header]:
        said = f"{path.name} has no column {', '.join(map(repr, absent))}"
        raise UserError(f"{said}. It needs {needed}, separated by {schema.reading.delimiter!r}.")


def _chunk(cells: pd.DataFrame, schema: Schema, ragged: list[tuple[int, str, str]]) -> Chunk:
    nothing = pd.Series(index=cells.index, dtype="str")
    typed: dict[str, pd.Series] = {}
    unread = [nothing[:0]]
    for column in schema.read:
        given = cells.get(column.name, nothing)
        if column.type in (*NUMBERS, "boolean") and types.is_numeric_dtype(given):
            typed[column.name] = given.astype("float64")
            continue
        if column.type == "datetime" and types.is_datetime64_any_dtype(given):
            typed[column.name] = pd.to_datetime(given, utc=True).astype("datetime64[us, UTC]")
            continue
        text = _present(given, schema.reading)
        typed[column.name] = values = _typed(text, column, schema.reading)
        wrong = text[values.isna() & text.notna()]
        unread.append(f"{column.name}: " + wrong.map(repr) + f" is no {column.type}")
    reasons = pd.concat(unread).groupby(level=0).agg("; ".join)
    frame = pd.DataFrame(typed, index=cells.index)
    frame["_row"] = cells.index.to_numpy(dtype="int64")
    bad = [pd.DataFrame(ragged, columns=FAULT), faults_of(cells.loc[reasons.index], reasons)]
    return Chunk(frame.drop(index=reasons.index), pd.concat(bad).sort_values("row_number"))


def faults_of(rows: pd.DataFrame, reasons: pd.Series) -> pd.DataFrame:
    """Return the number, the reason and the content of rows that can't be used, as a FAULT each."""
    content = [json.dumps(row, default=str, ensure_ascii=False) for row in rows.to_dict("records")]
    return pd.DataFrame({"row_number": rows.index, "reason": reasons, "content": content})


def _typed(text: pd.Series, column: Column, reading: Reading) -> pd.Series:
    """Turn text into the column's type; what can't be read becomes missing.

    Integers and numbers become float64, booleans 1.0 and 0.0, dates UTC, all else text.
    """
    if column.type in NUMBERS:
        return _numbers(text, reading)
    if column.type == "boolean":
        return text.str.lower().map(TRUTH).astype("float64")
    if column.type == "datetime":
        read = pd.to_datetime(text, errors="coerce", utc=True, format=column.format)
        return read.astype("datetime64[us, UTC]")
    return text


def _present(cells: pd.Series, reading: Reading) -> pd.Series:
    """Spell cells as the profiler does (1.0 is `1`, true is `true`), and strip white space.

    The spellings of nothing become missing.
    """
    if cells.dtype == object or not types.is_string_dtype(cells.dtype):
        there = cells[cells.notna()]
        dated = types.is_datetime64_any_dtype(cells)
        spelled = there.dt.strftime("%Y-%m-%dT%H:%M:%S.%f") if dated else there.map(_spell)
        cells = spelled.astype("str").reindex(cells.index)
    text = cells.str.strip(BLANK)
    return text.mask(text.isin(("", *reading.missing)))


def _spell(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _numbers(text: pd.Series, reading: Reading) -> pd.Series:
    point, between = re.escape(reading.decimal), re.escape(reading.thousands)
    whole = rf"(?:\d+|\d{{1,3}}(?:{between}\d{{3}})+)" if between else r"\d+"
    pattern = rf"[+-]?(?:{whole}(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d+)?"
    if reading.thousands == " ":
        text = text.str.replace("[\u00a0\u202f]", " ", regex=True)
    plain = text.where(text.str.fullmatch(pattern, na=False))
    if between:
        plain = plain.str.replace(reading.thousands, "", regex=False)
    plain = plain.str.replace(reading.decimal, ".", regex=False)
    return pd.to_numeric(plain, errors="coerce").astype("float64")
