"""SQLite: how to connect, and the quickest ways to write and to read many rows."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, Executable, Table, create_engine, event, make_url

from .. import LockedError, MissingError, UserError
from ..settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa

# Readers never wait for the writer (WAL), and a writer waits for another one for half a minute.
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000")
# What a person can mend: how sqlite3 says it, and what it means.
FAULTS: dict[str, tuple[type[UserError], str]] = {
    "database is locked": (LockedError, "another program has been writing for half a minute"),
    "disk is full": (MissingError, "make room, and run it again"),
    "readonly database": (MissingError, "the file, or its folder, must be writable"),
    "unable to open": (MissingError, "is DATABASE_URL right, and its folder there?"),
    "not a database": (MissingError, "is DATABASE_URL right? Else restore a copy"),
}


def open_engine(settings: Settings) -> Engine:
    """Connect; a relative path in DATABASE_URL is taken from the project's folder."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        raise UserError("DATABASE_URL must be sqlite:///path: this project is made for SQLite.")
    if url.database and url.database != ":memory:":
        file = Path(settings.project_dir, url.database)
        file.parent.mkdir(parents=True, exist_ok=True)
        url = url.set(database=str(file))
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # BEGIN is ours to say: migrations are whole, too
        connection.executescript("".join(f"PRAGMA {pragma};" for pragma in PRAGMAS))

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if "isolation_level" not in connection.get_execution_options():  # a reader must not wait
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "handle_error")
    def tell(context: Any) -> None:
        reason = str(context.original_exception)
        for said, (kind, fix) in FAULTS.items():
            if said in reason:
                raise kind(f"The database: {reason}; {fix}. Nothing was written.")

    return engine


def insert_new(connection: Connection, table: Table, batches: "Iterable[pa.RecordBatch]") -> int:
    """Add the rows whose key is new, and return how many; memory is bounded by the batch."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    marks = ", ".join("?" * len(table.columns))
    # Not OR IGNORE: that would also drop rows that break a rule, without a word.
    sql = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING'  # noqa: S608
    added = 0
    for batch in batches:
        rows = list(zip(*map(_values, batch.columns), strict=True))
        added += connection.exec_driver_sql(sql, rows).rowcount if rows else 0
    return added


def _values(column: "pa.Array") -> list[Any]:
    """Return values as sqlite3 wants them; times as SQLAlchemy writes them."""
    import pyarrow as pa

    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us")).cast(pa.string())
    whole = column.null_count == 0 or pa.types.is_string(column.type)
    return list(column.to_numpy(zero_copy_only=False).tolist() if whole else column.to_pylist())


def read_batches(
    connection: Connection, query: Executable, rows: int
) -> "Iterator[pa.RecordBatch]":
    """Yield the rows of a query, piece by piece."""
    import pyarrow as pa

    result = connection.execute(query)
    names = list(result.keys())
    for part in result.partitions(rows):
        yield pa.RecordBatch.from_pylist([dict(zip(names, row, strict=True)) for row in part])
