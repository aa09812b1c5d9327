"""Copies the tables, batch by batch: memory is bounded by the batch, not by the table."""

import os
from pathlib import Path
from typing import Any

import duckdb
import sqlalchemy as sa

from .. import MissingError, UserError
from ..bootstrap import Project
from ..pipelines.runner import run_lock
from ..storage import tables as t

WAIT = 900  # seconds for a run at work to end: what is copied belongs together


def file_of(project: Project) -> Path:
    """Return where the copy lies."""
    return project.data_dir / "mirror.duckdb"


def copy_tables(project: Project) -> dict[str, int]:
    """Replace the copy with a new one, and return how many rows each table has.

    No run works meanwhile, so the tables belong together; a copy that breaks half way is not seen.
    """
    path, counts = file_of(project), dict[str, int]()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with duckdb.connect(str(draft)) as copy, run_lock(project.data_dir, WAIT):
            for table in (*t.metadata.sorted_tables, t.current_prediction):
                counts[table.name] = _copy(project, copy, table)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return counts


def _copy(project: Project, copy: duckdb.DuckDBPyConnection, table: sa.Table) -> int:
    """Copy one table; of an empty one the columns."""
    count, query = 0, sa.select(*map(_plain, table.c))
    copy.register("batch", t.arrow_schema(query.selected_columns).empty_table())
    copy.execute(f'CREATE TABLE "{table.name}" AS SELECT * FROM batch')  # noqa: S608
    for batch in project.store.read_batches(query):
        copy.register("batch", batch)
        copy.execute(f'INSERT INTO "{table.name}" SELECT * FROM batch')  # noqa: S608
        count += len(batch)
    return count


def _plain(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """Have JSON as the text that it is written as: each row of it is of another shape."""
    if isinstance(column.type, sa.JSON):
        return sa.cast(column, sa.Text()).label(column.name)
    return column


def ask(project: Project, sql: str) -> str:
    """Return the answer of the copy to a question, as text."""
    path = file_of(project)
    if not path.is_file():
        raise MissingError("There is no copy yet. Make one with `mirror`.")
    with duckdb.connect(str(path), read_only=True) as copy:
        try:
            return str(copy.sql(sql))
        except duckdb.Error as error:
            raise UserError(f"The copy can't answer that: {error}") from None
