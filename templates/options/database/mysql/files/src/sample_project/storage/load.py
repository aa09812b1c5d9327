"""Rows into a table of MySQL or MariaDB: LOAD DATA, or INSERT where it takes no files."""

import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pymysql

from ..logs import get_log

if TYPE_CHECKING:
    import pyarrow as pa

DUPLICATE = 1062


def fill(raw: Any, name: str, batch: "pa.RecordBatch") -> str:
    """Load rows into a table; return the first warning, or nothing when all went well."""
    names = ", ".join(f"`{column}`" for column in batch.schema.names)
    with raw.cursor() as cursor:
        cursor.execute("SELECT @@local_infile")
        if not cursor.fetchone()[0]:
            _slow()
            return _insert(cursor, f"`{name}` ({names})", batch)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "rows")
            file.write_bytes(text_of(batch))
            cursor.execute(
                f"LOAD DATA LOCAL INFILE %s INTO TABLE `{name}` CHARACTER SET utf8mb4 FIELDS"
                f""" TERMINATED BY ',' OPTIONALLY ENCLOSED BY '"' ESCAPED BY '' ({names})""",
                [file.as_posix()],
            )
        cursor.execute("SHOW WARNINGS LIMIT 1")
        return str((cursor.fetchone() or [""])[-1])


@cache
def _slow() -> None:
    get_log().warning("local_infile is off on the server: rows go in by INSERT, which is slower")


def _insert(cursor: Any, target: str, batch: "pa.RecordBatch") -> str:
    """Insert many rows a statement: where the server takes no files (local_infile is off)."""
    marks = ", ".join(["%s"] * batch.num_columns)
    rows = list(zip(*(column.to_pylist() for column in batch.columns), strict=True))
    try:
        cursor.executemany(f"INSERT INTO {target} VALUES ({marks})", rows)  # noqa: S608
    except pymysql.IntegrityError as error:
        if error.args[0] != DUPLICATE:
            raise
        return str(error.args[-1])
    return ""


def text_of(batch: "pa.RecordBatch") -> Any:
    """Write rows as LOAD DATA reads them; Arrow joins whole columns, Python looks at no row."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    parts: list[Any] = []
    for number, column in enumerate(batch.columns):
        values = column
        if pa.types.is_timestamp(column.type):
            values = column.cast(pa.timestamp("us"))
        values = values.cast(pa.string())
        if pa.types.is_string(column.type):
            whole = pc.replace_substring(values, '"', '""')
            values = pc.binary_join_element_wise('"', whole, '"', "")
        parts += ["," if number else "", values.fill_null("NULL")]
    rows = pc.binary_join_element_wise(*parts, "\n", "")
    ends = np.frombuffer(rows.buffers()[1], np.int32)
    return rows.buffers()[2][: ends[len(batch)]] if len(batch) else b""
