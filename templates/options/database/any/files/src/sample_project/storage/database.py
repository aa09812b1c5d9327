"""The database below the tables' meaning: transactions, rows in and out, migrations."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from .. import MissingError, UserError
from ..settings import Settings
from . import tables as t
from .engine import insert_new, open_engine, read_batches

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

MIGRATIONS = str(Path(__file__).parent / "migrations")
OURS: dict[str, Any] = {  # for others' tables may lie in the same database
    "version_table": "alembic_version",
    "include_name": lambda name, kind, _: kind != "table" or name in t.metadata.tables,
}


class Database:
    """A connection, and how rows go through it. A method writes all of its rows, or none."""

    def __init__(self, settings: Settings) -> None:
        self.engine = open_engine(settings)
        self._open: sa.Connection | None = None
        self._later: list[Callable[[], None]] = []

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """Group writes: all of them become visible at the end, or none. May be nested."""
        if self._open is not None:
            yield self._open
            return
        self._later = []
        with self.engine.begin() as connection:
            self._open = connection
            try:
                yield connection
            finally:
                self._open = None
        for act in self._later:
            act()

    def afterwards(self, act: Callable[[], None]) -> None:
        """Do something once all that was written can be seen: at once, or after the transaction."""
        if self._open is None:
            act()
        else:
            self._later.append(act)

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        if self._open is not None:
            yield self._open
        else:
            with self.engine.connect() as connection:
                yield connection.execution_options(isolation_level="AUTOCOMMIT")

    def _rows(self, query: sa.Select[Any]) -> list[dict[str, Any]]:
        with self._reading() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def _add(self, table: sa.Table, **values: Any) -> None:
        with self.transaction() as connection:
            connection.execute(sa.insert(table).values(values))

    def pending(self) -> str:
        """Say which migrations are missing, or nothing."""
        table = sa.table(OURS["version_table"], sa.column("version_num", sa.String()))
        with self._reading() as connection:
            known = sa.inspect(connection).has_table(table.name)
            found = set(connection.scalars(sa.select(table.c.version_num))) if known else set()
        if found == {f"{len([*Path(MIGRATIONS, 'versions').glob('*.py')]):04}"}:
            return ""  # they are numbered one by one: Alembic, which loads slowly, isn't needed
        from alembic.script import ScriptDirectory

        script = ScriptDirectory(MIGRATIONS)
        at, needed = ", ".join(found) or "nothing yet", set(script.get_heads())
        if found - {one.revision for one in script.walk_revisions()}:
            message = f"The database is at revision {at}, which this code doesn't have: newer code"
            raise MissingError(f"{message} upgraded it. Deploy that version here, too.")
        return "" if found == needed else f"it is at {at}, the code at {', '.join(needed)}"

    def upgrade(self, revision: str = "head") -> None:
        """Bring the tables up, or down, to a revision; by default the newest."""
        from alembic import command, config, util

        with self.transaction() as connection:
            told = config.Config(attributes={"connection": connection, **OURS})
            told.set_main_option("script_location", MIGRATIONS.replace("%", "%%"))
            try:
                (command.upgrade if revision == "head" else command.downgrade)(told, revision)
            except util.CommandError as error:
                raise UserError(f"The database can't go to {revision}: {error}") from None

    def held(self) -> dict[str, int]:
        """Count the rows of the tables that have any."""
        with self._reading() as connection:
            there = sa.inspect(connection).get_table_names()
            tables = [table for table in t.metadata.sorted_tables if table.name in there]
            count = sa.select(sa.func.count())
            counts = {one.name: connection.scalar(count.select_from(one)) or 0 for one in tables}
        return {name: rows for name, rows in counts.items() if rows}

    def check(self) -> list[str]:
        """List what a migration would have to do, to make the database what the code needs."""
        from alembic import autogenerate, migration

        if behind := self.pending():
            return [f"migrations are missing: {behind}"]
        with self._reading() as connection:
            context = migration.MigrationContext.configure(connection, opts=OURS)
            found = autogenerate.produce_migrations(context, t.metadata).upgrade_ops
            views = sa.inspect(connection).get_view_names()
        todo = autogenerate.render_python_code(found).splitlines() if found else []
        todo += [] if t.current_prediction.name in views else ["the view current_prediction"]
        return [line.strip() for line in todo if not line.strip().startswith(("#", "pass"))]

    def write_batches(self, table: str, batches: "Iterable[pa.RecordBatch | pd.DataFrame]") -> int:
        """Add rows in one transaction, leaving rows with a known key alone; return how many."""
        target = t.metadata.tables[table]
        with self.transaction() as connection:
            return insert_new(connection, target, (t.as_batch(target, rows) for rows in batches))

    def read_batches(
        self, query: sa.Select[Any] | str, rows: int = 50_000, **params: Any
    ) -> "Iterator[pa.RecordBatch]":
        """Yield the committed rows of a query: memory is bounded by `rows`, not by their number."""
        asked = sa.text(query).bindparams(**params) if isinstance(query, str) else query
        with self._reading() as connection:
            for batch in read_batches(connection, asked, rows):
                if not isinstance(query, str):
                    batch = batch.cast(t.arrow_schema(query.selected_columns))  # noqa: PLW2901
                yield batch

    def read(
        self, query: sa.Select[Any] | str, params: Mapping[str, Any] | None = None
    ) -> "pd.DataFrame":
        """Run a query, and return its rows; times come back in UTC when it is made of tables."""
        import pandas as pd

        with self._reading() as connection:
            asked = sa.text(query) if isinstance(query, str) else query
            result = connection.execute(asked, params or {})
            frame = pd.DataFrame.from_records(result.fetchall(), columns=list(result.keys()))
        for column in () if isinstance(query, str) else query.selected_columns:
            if isinstance(column.type, t.UtcDateTime):
                frame[column.name] = pd.to_datetime(frame[column.name], utc=True)
        return frame
