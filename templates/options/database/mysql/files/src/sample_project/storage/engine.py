"""MySQL and MariaDB: how to connect, and the quickest ways to write and to read many rows."""

import re
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pymysql
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import Connection, Engine, Executable, Table, create_engine, event, make_url
from sqlalchemy import types as sql
from sqlalchemy.dialects import mysql
from sqlalchemy.ext.compiler import compiles

from .. import LockedError, MissingError, UserError
from ..settings import Settings
from .load import fill

if TYPE_CHECKING:
    import pyarrow as pa

# What waiting may mend when we connect: no server there yet, or one that is full or going down.
PASSING = (1040, 1053, 1203, 2002, 2003, 2006, 2013)
# What a person can mend, by the server's number; 2xxx is the client's, the connection itself.
FAULTS: dict[int, tuple[type[UserError], str]] = {
    **dict.fromkeys([1044, 1045, 1049, 1142, 1227, 1698], (MissingError, "mend DATABASE_URL")),
    **dict.fromkeys([1040, 1203, 1226], (MissingError, "raise max_connections, or try later")),
    **dict.fromkeys([1021, 1114, 3], (MissingError, "make room on the server's disk")),
    **dict.fromkeys([1290, 1792, 1836], (MissingError, "it is read-only: is it a replica?")),
    **dict.fromkeys([1205, 1213], (LockedError, "another session holds a lock: try again later")),
    **dict.fromkeys([1969, 3024], (LockedError, "raise DATABASE_STATEMENT_TIMEOUT")),
    **dict.fromkeys([0, 1053, 1927, 2002, 2003, 2006, 2013, 4031], (MissingError, "is it up?")),
}


@compiles(sql.DateTime, "mysql")
def _time(_type: object, _compiler: Any, **_: Any) -> str:
    return "DATETIME(6)"  # UTC, which the engine does not know


@compiles(sql.Float, "mysql")
def _number(_type: object, _compiler: Any, **_: Any) -> str:
    return "DOUBLE"


@compiles(sql.String, "mysql")
@compiles(sql.Text, "mysql")
def _text(kind: sql.String, compiler: Any, **_: Any) -> str:
    """Text in which `a`, `A`, `ä` and `a ` are four keys, and an emoji is a character."""
    collation = "utf8mb4_nopad_bin" if compiler.dialect.is_mariadb else "utf8mb4_0900_bin"
    size = "MEDIUMTEXT" if isinstance(kind, sql.Text) else f"VARCHAR({kind.length or 255})"
    return f"{size} CHARACTER SET utf8mb4 COLLATE {collation}"


class Server(BaseSettings):
    """What may be set beside DATABASE_URL: variables DATABASE_<NAME>, times in seconds."""

    model_config = SettingsConfigDict(env_prefix="DATABASE_", extra="ignore", frozen=True)

    ca_file: Path | None = None  # given: only a server that this authority vouches for
    pool_size: int = Field(default=5, gt=0)
    retry: float = Field(default=20, ge=0)
    lock_timeout: int = Field(default=30, gt=0)
    statement_timeout: float = Field(default=600, ge=0)


def open_engine(settings: Settings) -> Engine:
    """Connect as DATABASE_URL says; lost connections are noticed, and made anew with patience."""
    server = Server(_env_file=settings.project_dir / ".env")  # type: ignore[call-arg]
    url = make_url(settings.database_url)
    if url.get_backend_name() not in {"mysql", "mariadb"}:
        raise UserError("DATABASE_URL must be mysql://…: this project is made for MySQL.")
    options: dict[str, Any] = {"connect_timeout": 10, "local_infile": True, "charset": "utf8mb4"}
    if server.ca_file:
        options["ssl"] = ssl.create_default_context(cafile=settings.project_dir / server.ca_file)
    pool: dict[str, Any] = {"pool_size": server.pool_size, "pool_recycle": 1800}
    url = url.set(drivername="mysql+pymysql")
    engine = create_engine(url, pool_pre_ping=True, connect_args=options, **pool)

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: object, _record: object, arguments: Any, options: Any) -> Any:
        until, pause = time.monotonic() + server.retry, 0.1
        while True:
            try:
                return pymysql.connect(*arguments, **options)
            except pymysql.OperationalError as error:
                if error.args[0] not in PASSING or time.monotonic() + pause > until:
                    raise
            time.sleep(pause)
            pause = min(2 * pause, 5)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            wait = server.lock_timeout
            cursor.execute(f"SET time_zone = '+00:00', innodb_lock_wait_timeout = {wait}")
            cursor.execute(f"SET lock_wait_timeout = {wait}")
            if "mariadb" in connection.get_server_info().lower():
                cursor.execute(f"SET max_statement_time = {server.statement_timeout}")
            else:  # of MySQL's statements, reading ones only
                cursor.execute(f"SET max_execution_time = {server.statement_timeout * 1000:.0f}")

    @event.listens_for(engine, "handle_error")
    def tell(context: Any) -> None:
        # A connection that was lost while it rested is made anew.
        _tell(None if context.is_pre_ping else context.original_exception)

    return engine


def _tell(error: BaseException | None) -> None:
    """Say what a person can mend in a sentence; a fault of ours is left as it is."""
    if isinstance(error, pymysql.Error) and error.args and error.args[0] in FAULTS:
        kind, fix = FAULTS[error.args[0]]
        reason = str(error.args[-1]) or "the connection was lost"
        raise kind(f"The database: {reason}; {fix}. Nothing was written.") from error


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except pymysql.Error as error:
        _tell(error)
        raise


def insert_new(connection: Connection, table: Table, batches: "Iterable[pa.RecordBatch]") -> int:
    """Add the rows whose key is new, and return how many; memory is bounded by the batch.

    LOAD DATA turns whatever is wrong into a warning. So one with a warning is taken back, and from
    then on rows go through a table without a key: a warning there is bad data, and an error.
    """
    added, known, raw = 0, False, connection.connection.driver_connection
    keys = [column.name for column in table.primary_key]
    for batch in batches:
        with _telling():
            if not known:
                with connection.begin_nested() as savepoint:
                    if not fill(raw, table.name, batch):
                        added += len(batch)
                        continue
                    savepoint.rollback()
                known = True
            added += _add(connection, raw, table.name, keys, batch)
    return added


def _add(
    connection: Connection, raw: Any, name: str, keys: list[str], batch: "pa.RecordBatch"
) -> int:
    import pyarrow as pa

    plain = [column for column in batch.schema.names if column not in keys]
    first = pa.Table.from_batches([batch]).group_by(keys, use_threads=False)
    rows = first.aggregate([(column, "first") for column in plain])
    rows = rows.rename_columns([*keys, *plain]).combine_chunks()
    connection.exec_driver_sql("DROP TEMPORARY TABLE IF EXISTS `new_rows`")
    make = f"CREATE TEMPORARY TABLE `new_rows` AS SELECT * FROM `{name}` LIMIT 0"  # noqa: S608
    connection.exec_driver_sql(make)
    for part in rows.to_batches():
        if warning := fill(raw, "new_rows", part):
            raise UserError(f"{name}: {warning}; nothing is written.")
    same = " AND ".join(f"old.`{key}` = new.`{key}`" for key in keys)
    drop = f"DELETE new FROM `new_rows` new JOIN `{name}` old ON {same}"
    connection.exec_driver_sql(drop)
    add = f"INSERT INTO `{name}` SELECT * FROM `new_rows`"  # noqa: S608
    return connection.exec_driver_sql(add).rowcount


def read_batches(
    connection: Connection, query: Executable, rows: int
) -> "Iterator[pa.RecordBatch]":
    """Yield the rows of a query, piece by piece, over a connection of their own."""
    import connectorx
    import pyarrow as pa

    asked: Any = query
    if connection.exec_driver_sql("SHOW STATUS LIKE 'Ssl_cipher'").one()[1]:
        # Encrypted; ConnectorX takes no certificates: slower, but as safe as everything else.
        with connection.engine.connect() as safe:
            result = safe.execution_options(stream_results=True).execute(query)
            for part in result.mappings().partitions(rows):
                yield pa.RecordBatch.from_pylist([dict(row) for row in part])
        return
    told = asked.compile(
        dialect=mysql.dialect(paramstyle="named"),
        compile_kwargs={"literal_binds": True},
    )
    url = connection.engine.url.set(drivername="mysql", query={})
    place = url.render_as_string(hide_password=False)
    dialect: Any = connection.dialect
    most = "max_statement_time" if dialect.is_mariadb else "max_execution_time"
    limits = [
        f"SET {name} = {connection.exec_driver_sql(f'SELECT @@{name}').scalar()}"
        for name in ("lock_wait_timeout", most)
    ]
    how: Any = {"return_type": "arrow_stream", "pre_execution_query": limits}
    try:
        batches = connectorx.read_sql(place, str(told), batch_size=rows, **how)
        yield from (batch for batch in batches if len(batch))
    except RuntimeError as error:
        if said := re.search(r"ERROR (\d+)|DriverError|IoError|timed out", str(error)):
            _tell(pymysql.OperationalError(int(said[1] or 2013), str(error)))
        raise
