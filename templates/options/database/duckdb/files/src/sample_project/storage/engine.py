"""DuckDB: how to connect, and the quickest ways to write and to read many rows."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from alembic.ddl.impl import DefaultImpl
from sqlalchemy import Connection, Engine, Executable, Table, create_engine, event, make_url
from sqlalchemy import types as sql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import NullPool

from .. import LockedError, MissingError, UserError
from ..settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa

# One process has the file; another that wants it waits so many seconds for it.
PATIENCE = 30
# So many rows are added at once: each time, the keys are held against all that are there.
AT_ONCE = 200_000
# What a person can mend: how DuckDB says it, and what it means.
FAULTS: dict[str, tuple[type[UserError], str]] = {
    "Could not set lock": (LockedError, "a run is at work, or a program reads: wait for its end"),
    "Conflict": (LockedError, "another transaction changed the same rows: run it again"),
    "No space left": (MissingError, "make room, and run it again"),
    "read-only": (MissingError, "the file, or its folder, must be writable"),
    "ermission denied": (MissingError, "the file, or its folder, must be writable"),
    "not a valid DuckDB": (MissingError, "is DATABASE_URL right? Else restore a copy"),
    "Cannot open file": (MissingError, "is DATABASE_URL right, and its folder there?"),
}


class DuckDBImpl(DefaultImpl):
    """What Alembic has to know of DuckDB: nothing special, and that text has no length there."""

    __dialect__ = "duckdb"
    transactional_ddl = True

    def compare_type(self, inspector_column: Any, metadata_column: Any) -> bool:
        """Say whether a column's type differs from what the code needs."""
        needed = metadata_column.type.compile(self.dialect).partition("(")[0]
        found = inspector_column.type.compile(self.dialect)
        return bool(found != {"TEXT": "VARCHAR"}.get(needed, needed))


@compiles(sql.DateTime, "duckdb")
def _time(_type: object, _compiler: Any, **_: Any) -> str:
    return "TIMESTAMP"  # UTC: with a zone, reading it would need another package


@compiles(sql.Float, "duckdb")
def _number(_type: object, _compiler: Any, **_: Any) -> str:
    return "DOUBLE"


def open_engine(settings: Settings) -> Engine:
    """Connect; a relative path in DATABASE_URL is taken from the project's folder.

    No connection is kept: the file is free again as soon as a transaction has ended.
    """
    url = make_url(settings.database_url)
    if url.get_backend_name() != "duckdb":
        raise UserError("DATABASE_URL must be duckdb:///path: this project is made for DuckDB.")
    file = Path(settings.project_dir, url.database or "data/database.duckdb")
    file.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url.set(database=str(file)), poolclass=NullPool)
    _adapt(engine.dialect)

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Any, _record: object, arguments: Any, options: Any) -> Any:
        until, pause = time.monotonic() + PATIENCE, 0.05
        while True:
            try:
                return dialect.connect(*arguments, **options)
            except duckdb.IOException as error:
                if "Could not set lock" not in str(error) or time.monotonic() > until:
                    raise
            time.sleep(pause)
            pause = min(2 * pause, 1)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.execute("SET TimeZone = 'UTC'")

    @event.listens_for(engine, "handle_error")
    def tell(context: Any) -> None:
        reason = str(context.original_exception)
        for said, (kind, fix) in FAULTS.items():
            if said in reason:
                raise kind(f"The database: {reason}; {fix}. Nothing was written.")

    return engine


def _adapt(dialect: Any) -> None:
    """Have duckdb-engine ask DuckDB only for what DuckDB has; it takes it for a PostgreSQL."""
    # There is but one level: every transaction sees a snapshot.
    dialect.set_isolation_level = lambda _connection, _level: None
    dialect.reset_isolation_level = lambda _connection: None
    constraints = ("unique_constraints", "check_constraints", "pk_constraint")
    for other in ("indexes", "table_options", "table_comment", *constraints):
        setattr(dialect, f"get_multi_{other}", _none)
    dialect.get_multi_columns, dialect.get_multi_foreign_keys = _columns, _references


def _columns(connection: Connection, **_: Any) -> Any:
    """Return the columns of each table, as SQLAlchemy reflects them."""
    times, texts = {"TIMESTAMP": sql.DateTime, "JSON": sql.JSON}, sql.VARCHAR
    kinds: dict[str, Any] = {"INTEGER": sql.INTEGER, "DOUBLE": sql.DOUBLE, **times}
    asked = "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns()"
    found = defaultdict[Any, list[Any]](list)
    for table, name, kind, empty in connection.exec_driver_sql(f"{asked} WHERE NOT internal"):
        about = {"name": name, "type": kinds.get(kind, texts)(), "nullable": empty}
        found[None, table].append(about | {"default": None})
    return found.items()


def _references(connection: Connection, **_: Any) -> Any:
    """Return the foreign keys of each table."""
    asked = (
        "SELECT table_name, constraint_column_names, referenced_table, referenced_column_names "
        "FROM duckdb_constraints() WHERE constraint_type = 'FOREIGN KEY'"
    )
    found: dict[Any, list[Any]] = {key: [] for key, _ in _columns(connection)}
    for table, names, other, others in connection.exec_driver_sql(asked):
        to = {"referred_schema": None, "referred_table": other, "referred_columns": others}
        about = {"name": None, "constrained_columns": names, "options": {}}
        found[None, table].append(about | to)
    return found.items()


def _none(connection: Connection, **_: Any) -> Any:
    return [(key, {}) for key, _ in _columns(connection)]


def insert_new(connection: Connection, table: Table, batches: "Iterable[pa.RecordBatch]") -> int:
    """Add the rows whose key is new, and return how many; memory is bounded.

    DuckDB has no savepoint to go back to, and its ON CONFLICT takes twice as long. So it is asked
    first, and rows of which none is known go straight in.
    """
    import pyarrow as pa

    added, held = 0, list[pa.RecordBatch]()
    for batch in batches:
        held.append(batch)
        if sum(map(len, held)) >= AT_ONCE:
            added += _add(connection, table, pa.Table.from_batches(held))
            held = []
    return added + (_add(connection, table, pa.Table.from_batches(held)) if held else 0)


def _add(connection: Connection, table: Table, rows: "pa.Table") -> int:
    keys = [column.name for column in table.primary_key]
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    many = rows.group_by(keys).aggregate([]).num_rows < len(rows)
    raw: Any = connection.connection.driver_connection
    raw.register("new_rows", rows)
    using = ", ".join(f'"{key}"' for key in keys)
    known = f'SELECT 1 FROM new_rows SEMI JOIN "{table.name}" USING ({using}) LIMIT 1'  # noqa: S608
    sql = f'INSERT INTO "{table.name}" ({names}) SELECT {names} FROM new_rows'  # noqa: S608
    if many or connection.exec_driver_sql(known).fetchone():
        sql += " ON CONFLICT DO NOTHING"
    result = connection.exec_driver_sql(sql).fetchone()
    raw.unregister("new_rows")
    return int(result[0]) if result else 0


def read_batches(
    connection: Connection, query: Executable, rows: int
) -> "Iterator[pa.RecordBatch]":
    """Yield the rows of a query, piece by piece, at the state it has when it is asked."""
    asked: Any = query
    whole = {"literal_binds": True}
    told = str(asked.compile(dialect=connection.dialect, compile_kwargs=whole))
    raw: Any = connection.connection.driver_connection
    with closing(raw.cursor()) as cursor:
        yield from cursor.sql(told).to_arrow_reader(rows)
