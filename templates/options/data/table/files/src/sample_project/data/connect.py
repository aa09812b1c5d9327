"""Connects to the database that a dataset is read from; it is only ever read."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import sqlalchemy as sa
from pydantic_settings import BaseSettings, DotEnvSettingsSource
from sqlalchemy.exc import ArgumentError

from .. import MissingError, UserError
from ..settings import Settings
from ..storage.engine import open_engine, read_batches

if TYPE_CHECKING:
    from ..bootstrap import Project

# The drivers to look for, where a URL names none, for a database that is not the project's own.
DRIVERS = {
    "postgresql": ("psycopg", "psycopg2"),
    "mysql": ("pymysql", "mysqldb"),
    "mariadb": ("pymysql", "mysqldb"),
}
NOT_CONNECTED = "none"
Reader = Callable[[sa.Executable, int], Iterator[pa.RecordBatch]]


def source_url(settings: Settings, dataset: str, variable: str) -> str | None:
    """Return where a dataset is read from: SOURCE_<DATASET>_URL, else the variable it names.

    `none` means: from nowhere, the raw folder has all there is.
    """
    dotenv = DotEnvSettingsSource(BaseSettings, env_file=settings.project_dir / ".env").env_vars
    for name in (f"SOURCE_{dataset.upper()}_URL", variable):
        value = os.environ.get(name) or dotenv.get(name.lower())
        if name == "DATABASE_URL":
            value = settings.database_url
        if value:
            return None if value == NOT_CONNECTED else value
    raise MissingError(f"{variable} is not set. Put the database's URL into .env, under this name.")


@contextmanager
def connected(project: "Project", url: str) -> Iterator[tuple[sa.Connection, Reader]]:
    """Connect, and say how rows are read: by the project's own way where it has one."""
    settings = project.settings
    try:
        found, own = sa.make_url(url), sa.make_url(settings.database_url)
    except (ArgumentError, ValueError):
        raise UserError("The URL of the source is none: it begins like postgresql://.") from None
    alike = found.get_backend_name() == own.get_backend_name()
    level: dict[str, Any] = {"isolation_level": "AUTOCOMMIT"}
    if url == settings.database_url:
        engine = project.store.engine
    elif alike and found.host:
        engine = open_engine(settings.model_copy(update={"database_url": url}))
    else:  # its cursor stays on the server, which takes a transaction
        engine, level = _open(found, settings.project_dir), {}
    with engine.connect() as plain:
        connection = plain.execution_options(**level)

        # A column of SQLite may hold values of several types, which only our own way can read.
        quick = read_batches if alike and connection.dialect.name != "sqlite" else _read
        yield connection, lambda query, rows: quick(connection, query, rows)
    if engine is not project.store.engine:
        engine.dispose()


def _open(url: sa.URL, folder: Path) -> sa.Engine:
    """Connect to a file, which must be there and is only read; or to a server of another kind."""
    kind, options = url.get_backend_name(), dict[str, Any]()
    if not url.host and url.database:
        file = Path(folder, url.database)
        if not file.is_file():
            raise MissingError(f"There is no database {file}. Put it back, or mend the URL.")
        if kind == "sqlite":
            url = url.set(database=f"file:{file}", query={"mode": "ro", "uri": "true"})
        else:
            url, options = url.set(database=str(file)), {"connect_args": {"read_only": True}}
    elif "+" not in url.drivername:
        found = [driver for driver in DRIVERS.get(kind, ()) if find_spec(driver)]
        url = url.set(drivername=f"{kind}+{found[0]}") if found else url
    try:
        return sa.create_engine(url, **options)
    except (ImportError, sa.exc.NoSuchModuleError):
        driver = DRIVERS.get(kind, (kind,))[0]
        told = f"Nothing here can read {kind}"
        raise MissingError(f"{told}: add its driver, as in `uv add {driver}`.") from None


def _read(connection: sa.Connection, query: sa.Executable, rows: int) -> Iterator[pa.RecordBatch]:
    """Read from any database that SQLAlchemy can talk to, piece by piece."""
    result = connection.execution_options(yield_per=rows).execute(query)
    names = list(result.keys())
    for part in result.partitions(rows):  # asked for by name: else it fetches all at once
        columns = zip(*part, strict=True)
        yield pa.RecordBatch.from_arrays([_array(values) for values in columns], names=names)


def _array(values: tuple[Any, ...]) -> pa.Array:
    """Return values as Arrow; what has no type in common, or none there, is text."""
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([None if value is None else str(value) for value in values])
