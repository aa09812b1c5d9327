"""For each project of the tests a schema of its own on a real server, dropped at the end.

The server is that of TEST_DATABASE_URL, or else the project's own: nothing else in it is touched.
"""

import atexit
import os
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from sample_project import MissingError
from sample_project.bootstrap import bootstrap
from sample_project.settings import find_home, load_settings
from sample_project.storage.engine import open_engine
from sample_project.storage.tables import metadata

SETTINGS = load_settings(find_home())
URL = os.environ.get("TEST_DATABASE_URL") or SETTINGS.database_url
SERVER = open_engine(SETTINGS.model_copy(update={"database_url": URL}))


def _run(*commands: str) -> None:
    try:
        with SERVER.begin() as connection:
            for command in commands:
                connection.execute(sa.text(command))
    except MissingError as error:
        start = "docker run -d -p 5432:5432 -e POSTGRES_HOST_AUTH_METHOD=trust postgres"
        address = "TEST_DATABASE_URL=postgresql://postgres@localhost/postgres"
        pytest.exit(f"The tests need a server. {error} For one: `{start}`, {address}.", 4)


def own_database(folder: Path, like: Path | None = None) -> None:
    """Give the project in a folder a database of its own, perhaps with the rows of another."""
    schema = f"test_{uuid4().hex}"
    _run(f"CREATE SCHEMA {schema}")
    atexit.register(_run, f"DROP SCHEMA {schema} CASCADE")
    own = sa.make_url(URL).update_query_dict({"options": f"-csearch_path={schema}"})
    before = like and sa.make_url(load_settings(like).database_url).query["options"]
    line = f"DATABASE_URL='{own.render_as_string(hide_password=False)}'\n"
    with (folder / ".env").open("a") as env:  # the last one counts
        env.write(line)
    if before:
        bootstrap(load_settings(folder)).store.upgrade()
        source = str(before).partition("=")[2]
        names = [table.name for table in metadata.sorted_tables]
        _run(*(f"INSERT INTO {schema}.{name} SELECT * FROM {source}.{name}" for name in names))  # noqa: S608
