"""PostgreSQL: how to connect, and the quickest ways to write and to read many rows."""

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from adbc_driver_manager import Error as ReadError
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import Connection, Engine, Executable, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql

from .. import LockedError, MissingError, UserError
from ..settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa

# What waiting may mend when we connect; a wrong password or name is told at once.
PASSING = re.compile(
    "refused|starting up|shutting down|too many|remaining connection|time|closed|reset|terminat"
)
# What a person can mend, by SQLSTATE.
FAULTS: dict[str, tuple[type[UserError], str]] = {
    "25006": (MissingError, "DATABASE_URL leads to a replica, or the database is read-only"),
    "42501": (MissingError, "grant this to the role of DATABASE_URL"),
    "53100": (MissingError, "make room on the server's disk, and run it again"),
    "53300": (MissingError, "lower DATABASE_POOL_SIZE, or raise max_connections"),
    "55P03": (LockedError, "another session holds a lock: end it, or raise DATABASE_LOCK_TIMEOUT"),
    "57014": (LockedError, "run it when less is going on, or raise DATABASE_STATEMENT_TIMEOUT"),
}


class Server(BaseSettings):
    """What may be set beside DATABASE_URL: variables DATABASE_<NAME>, times in seconds."""

    model_config = SettingsConfigDict(env_prefix="DATABASE_", extra="ignore", frozen=True)

    ca_file: Path | None = None  # given: only a server that this authority vouches for
    pool_size: int = Field(default=5, gt=0)
    retry: float = Field(default=20, ge=0)
    lock_timeout: float = Field(default=30, ge=0)
    statement_timeout: float = Field(default=600, ge=0)


def open_engine(settings: Settings) -> Engine:
    """Connect as DATABASE_URL says; lost connections are noticed, and made anew with patience."""
    server = Server(_env_file=settings.project_dir / ".env")  # type: ignore[call-arg]
    url = make_url(settings.database_url)
    if url.get_backend_name() not in {"postgresql", "postgres"}:
        raise UserError("DATABASE_URL must be postgresql://…: this project is made for PostgreSQL.")
    url = url.set(drivername="postgresql+psycopg")
    if server.ca_file:
        file = str(settings.project_dir / server.ca_file)
        url = url.update_query_dict({"sslmode": "verify-full", "sslrootcert": file})
    pool: dict[str, Any] = {"pool_size": server.pool_size, "pool_recycle": 1800}
    limits = {"connect_timeout": 10, "keepalives_idle": 60}
    engine = create_engine(url, pool_pre_ping=True, connect_args=limits, **pool)

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: object, _record: object, arguments: Any, options: Any) -> Any:
        until, pause = time.monotonic() + server.retry, 0.1
        while True:
            try:
                return psycopg.connect(*arguments, **options)
            except psycopg.OperationalError as error:
                if not PASSING.search(str(error)) or time.monotonic() + pause > until:
                    raise
            time.sleep(pause)
            pause = min(2 * pause, 5)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.execute("SET TIME ZONE 'UTC'")
        for name in ("lock_timeout", "statement_timeout"):
            connection.execute(f"SET {name} = {getattr(server, name) * 1000:.0f}")
        connection.commit()

    @event.listens_for(engine, "handle_error")
    def tell(context: Any) -> None:
        # A connection that was lost while it rested is made anew.
        _tell(None if context.is_pre_ping else context.original_exception)

    return engine


def _tell(error: BaseException | None) -> None:
    """Say what a person can mend in a sentence; a fault of ours is left as it is."""
    reason = " ".join(str(error).split())
    full = "53300" if re.search("too many|remaining connection", reason) else ""
    state = getattr(error, "sqlstate", None) or full  # to connect has no SQLSTATE
    state = "53100" if "could not extend file" in reason else state
    if state in FAULTS:
        kind, fix = FAULTS[state]
        raise kind(f"The database: {reason}; {fix}. Nothing was written.") from error
    if isinstance(error, psycopg.OperationalError | ReadError) and (state[:2] in {"", "08", "57"}):
        fix = "Is DATABASE_URL right, and the server up? Nothing was written: run it again."
        raise MissingError(f"The database can't be reached: {reason}. {fix}") from error


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except (psycopg.Error, ReadError) as error:
        _tell(error)
        raise


def insert_new(connection: Connection, table: Table, batches: "Iterable[pa.RecordBatch]") -> int:
    """Add the rows whose key is new, and return how many; memory is bounded by the batch.

    COPY knows no conflicts: it goes straight into the table, and from the first key that is there
    already on through a temporary one.
    """
    added, target, known = 0, f'"{table.name}"', False
    for batch in batches:
        with _telling():
            if not known:
                try:
                    with connection.begin_nested():
                        added += _copy(connection, target, batch)
                    continue
                except psycopg.errors.UniqueViolation:
                    known = True
            new = f'"new_{table.name}"'
            make = f"CREATE TEMP TABLE IF NOT EXISTS {new} (LIKE {target}) ON COMMIT DROP"
            add = f"INSERT INTO {target} SELECT * FROM {new} ON CONFLICT DO NOTHING"  # noqa: S608
            connection.exec_driver_sql(make)
            _copy(connection, new, batch)
            added += connection.exec_driver_sql(add).rowcount
            connection.exec_driver_sql(f"TRUNCATE {new}")
    return added


def _copy(connection: Connection, target: str, batch: "pa.RecordBatch") -> int:
    raw: Any = connection.connection.driver_connection
    names = ", ".join(f'"{name}"' for name in batch.schema.names)
    with raw.cursor() as cursor:
        with cursor.copy(f"COPY {target} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
            copy.write(_binary(batch))
            copy.write(b"\xff\xff")
        return int(cursor.rowcount)


def _binary(batch: "pa.RecordBatch") -> Any:
    """Write rows as COPY reads them: the count of fields, then each with its length before it.

    Arrow joins whole columns; in Python no row is ever looked at.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    count, end = (pa.scalar(part, pa.binary()) for part in (len(batch.schema).to_bytes(2), b""))
    rows = pc.binary_join_element_wise(count, *map(_field, batch.columns), end)
    ends = np.frombuffer(rows.buffers()[1], np.int32)
    return rows.buffers()[2][: ends[len(batch)]] if len(batch) else b""


def _field(column: "pa.Array") -> "pa.Array":
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    null = pa.scalar(b"\xff\xff\xff\xff", pa.binary())
    if pa.types.is_string(column.type):
        lengths = pc.binary_length(column).fill_null(0).to_numpy().astype(">i4")
        values = pc.binary_join_element_wise(_cells(lengths), column.cast(pa.binary()), b"")
    else:
        kind, plain = ">i4", column
        if pa.types.is_timestamp(column.type):  # microseconds since the year 2000
            kind, plain = ">i8", pc.subtract(column.cast(pa.int64()), 946_684_800_000_000)
        elif pa.types.is_floating(column.type):
            kind = ">f8"
        cells = np.empty(len(column), dtype=[("length", ">i4"), ("value", kind)])
        cells["length"], cells["value"] = int(kind[-1]), plain.fill_null(0).to_numpy()
        values = _cells(cells)
    return pc.if_else(column.is_valid(), values, null) if column.null_count else values


def _cells(values: Any) -> "pa.Array":
    """See equally long cells as an Arrow array of bytes."""
    import pyarrow as pa

    cells = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(values.itemsize), len(values), [None, pa.py_buffer(values)]
    )
    return cells.cast(pa.binary())


def read_batches(
    connection: Connection, query: Executable, rows: int
) -> "Iterator[pa.RecordBatch]":
    """Yield the rows of a query, piece by piece, over a connection of their own."""
    from adbc_driver_postgresql import dbapi

    dialect: Any = postgresql.dialect
    asked: Any = query
    compiled = asked.compile(dialect=dialect(paramstyle="numeric_dollar"))
    values = [compiled.params[name] for name in compiled.positiontup or ()]
    url = connection.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with _telling(), dbapi.connect(url) as reader, reader.cursor() as cursor:
        for name in ("lock_timeout", "statement_timeout"):
            limit = connection.exec_driver_sql(f"SHOW {name}").scalar()
            cursor.execute(f"SET {name} = '{limit}'")
        cursor.execute(str(compiled), values or None)
        for batch in cursor.fetch_record_batch():
            for first in range(0, len(batch), rows):
                yield batch.slice(first, rows)
