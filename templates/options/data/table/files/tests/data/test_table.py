"""Rows read from a table: each once, none lost, whatever the table and the clock do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from sample_project import MissingError, UserError
from sample_project.bootstrap import Project
from sample_project.clock import utc_now
from sample_project.data import table
from sample_project.data.schema import Column, Reading, Schema, Source
from sample_project.models import ModelSpec
from sample_project.pipelines.runner import Run

NAME = "sources_tested"
DAY = timedelta(days=1)
MORNING = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # clocks go forward on this day
SCHEMA = Schema(
    dataset="tested",
    task="binary",
    entity="id",
    columns=(
        Column(name="id", type="text", role="id", nullable=False),
        Column(name="Amount, €", type="number", role="feature"),
        Column(name="late", type="category", role="target", categories=("no", "yes")),
    ),
    reading=Reading(format="parquet"),
    positive="yes",
)


@dataclass
class Case:
    """A table, and the pulls from it."""

    project: Project
    spec: ModelSpec
    engine: sa.Engine
    table: sa.Table

    def put(
        self, name: str, changed: datetime | None, late: str | None = None, **more: Any
    ) -> None:
        """Write a row, or write it anew."""
        moment = changed and changed.replace(tzinfo=None)
        row = {"id": name, "changed": moment, "late": late, "Amount, €": 1.5, "step": None, **more}
        with self.engine.begin() as connection:
            connection.execute(sa.delete(self.table).where(self.table.c.id == name))
            connection.execute(sa.insert(self.table).values(row))

    def pull(self) -> list[tuple[str, str | None]]:
        """Return id and target of the rows that a pull brings."""
        before = set(self.files())
        table.fetch(Run(self.project, "tested", "scoring", self.spec, utc_now()))
        frames = [pd.read_parquet(path) for path in self.files() if path not in before]
        rows = pd.concat(frames) if frames else pd.DataFrame({"id": [], "late": []})
        late = rows["late"].astype(object).where(rows["late"].notna(), None)
        return sorted(zip(rows["id"], late, strict=True))

    def files(self) -> list[Path]:
        """Return what pulls have left in the raw folder, hidden files included."""
        folder = self.project.catalog.path("raw", dataset=self.spec.dataset)
        return sorted(path for path in folder.glob("*") if "pull" in path.name)


def declare(patch: pytest.MonkeyPatch, **source: Any) -> None:
    """Let the dataset be read as a source.toml would say."""
    told = {"kind": "table", "table": NAME, "watermark": "changed", **source}
    found = Source.model_validate(told)
    patch.setattr(table, "load_source", lambda _dataset: found)
    patch.setattr(table, "load_schema", lambda _dataset: SCHEMA)


@pytest.fixture(params=["a file", "the project's"])
def tested(
    request: pytest.FixtureRequest,
    project: Project,
    spec: ModelSpec,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Case]:
    """Return an empty table, in an SQLite file and in the project's own database."""
    file, own = f"sqlite:///{tmp_path}/source.db", request.param != "a file"
    engine = project.store.engine if own else sa.create_engine(file)
    url = project.settings.database_url if own else file
    monkeypatch.setenv(f"SOURCE_{spec.dataset.upper()}_URL", url)
    declare(monkeypatch)
    made = sa.Table(
        NAME,
        sa.MetaData(),
        sa.Column("id", sa.String(20), primary_key=True),
        sa.Column("changed", sa.DateTime()),
        sa.Column("step", sa.Integer()),
        sa.Column("Amount, €", sa.Float()),
        sa.Column("late", sa.String(3)),
    )
    made.create(engine)
    yield Case(project, spec, engine, made)
    made.drop(engine, checkfirst=True)
    engine.dispose()


def test_each_row_comes_once(tested: Case) -> None:
    with pytest.raises(MissingError, match="has no rows yet"):
        tested.pull()
    tested.put("a", MORNING, "no")
    tested.put("b", MORNING + DAY)
    assert tested.pull() == [("a", "no"), ("b", None)]
    assert tested.pull() == []
    assert [path.name for path in tested.files()] == ["pull-000001.parquet"]
    tested.put("c", MORNING + 2 * DAY)
    assert tested.pull() == [("c", None)]


def test_a_row_with_the_same_or_an_earlier_watermark_may_come_later(
    tested: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    tested.put("a", MORNING, "no")
    tested.pull()
    tested.put("tie", MORNING, "no")
    tested.put("late commit", MORNING - DAY / 2, "no")
    tested.put("three days late", MORNING - 3 * DAY, "no")
    assert tested.pull() == [("late commit", "no"), ("tie", "no")]
    declare(monkeypatch, reread=5)  # so far back as source.toml says rows are read again
    assert tested.pull() == [("three days late", "no")]


def test_a_target_that_comes_later_is_brought_however_late(
    tested: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(40):
        tested.put(f"d{day:02}", MORNING + day * DAY)
    tested.pull()
    tested.put("d03", MORNING + 3 * DAY, "yes")
    assert tested.pull() == [("d03", "yes")]
    tested.put("d00", MORNING, "no")
    assert tested.pull() == [("d00", "no")]
    assert tested.pull() == []
    declare(monkeypatch, targets=10)
    tested.put("d01", MORNING + DAY, "no")
    tested.put("d35", MORNING + 35 * DAY, "no")
    assert tested.pull() == [("d35", "no")]  # after ten days nobody waits any longer


def test_a_target_that_was_mended_and_mended_back_is_as_it_was_last(tested: Case) -> None:
    for late in ("no", "yes", "no", None, "no"):
        tested.put("a", MORNING, late)
        assert tested.pull() == [("a", late)]


def test_rows_without_a_watermark_come_too(tested: Case) -> None:
    tested.put("a", MORNING, "no")
    tested.put("never changed", None, "no")
    assert tested.pull() == [("a", "no"), ("never changed", "no")]
    tested.put("nor this", None)
    assert tested.pull() == [("nor this", None)]
    assert tested.pull() == []


def test_a_clock_that_is_ahead_hides_no_row(tested: Case) -> None:
    tested.put("a", MORNING, "no")
    tested.put("from 2099", MORNING.replace(year=2099), "no")
    tested.pull()
    tested.put("now", utc_now(), "no")
    assert tested.pull() == [("now", "no")]


def test_a_number_can_be_the_watermark(tested: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    declare(monkeypatch, watermark="step", reread=10)
    for step in (5, 100):
        tested.put(f"s{step}", None, "no", step=step)
    tested.pull()
    tested.put("s95", None, "no", step=95)
    tested.put("s50", None, "no", step=50)
    assert tested.pull() == [("s95", "no")]


def test_a_query_is_read_as_a_table_is(
    tested: Case, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "tested").mkdir()
    text = f"SELECT * FROM {NAME} WHERE id LIKE 'a%' AND ':x' <> '' -- 100 %\n ;\n"  # noqa: S608
    (tmp_path / "tested" / "rows.sql").write_text(text, "utf-8")
    monkeypatch.setattr(table, "FOLDER", tmp_path)
    declare(monkeypatch, table=None, query="rows.sql")
    tested.put("a1", MORNING)
    tested.put("b1", MORNING)
    assert tested.pull() == [("a1", None)]
    tested.put("a1", MORNING, "yes")
    assert tested.pull() == [("a1", "yes")]


def test_without_a_watermark_all_is_read_and_only_what_differs_kept(
    tested: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(monkeypatch, watermark=None)
    tested.put("a", None)
    tested.put("b", None, "no")
    assert len(tested.pull()) == 2
    tested.put("a", None, "yes")
    assert tested.pull() == [("a", "yes")]


def test_what_is_gone_is_named(tested: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    tested.put("a", MORNING, "no")
    tested.pull()
    declare(monkeypatch, watermark="edited")
    with pytest.raises(UserError, match="no column 'edited'; it has: id, changed"):
        tested.pull()
    declare(monkeypatch, watermark="step")
    tested.put("b", MORNING, "no", step=3)
    with pytest.raises(UserError, match="its type has changed"):
        tested.pull()
    declare(monkeypatch)
    tested.table.drop(tested.engine)
    with pytest.raises(UserError, match=f"table {NAME}"):
        tested.pull()
    assert len(tested.files()) == 1


def test_what_a_killed_pull_leaves_is_no_data(tested: Case) -> None:
    tested.put("a", MORNING, "no")
    folder = tested.project.catalog.path("raw", dataset=tested.spec.dataset)
    folder.mkdir(parents=True, exist_ok=True)
    left = folder / ".pull-000001.parquet.pull"
    left.write_bytes(b"PAR1 and no more")
    assert tested.pull() == [("a", "no")]
    assert not left.exists()


def test_a_pull_that_fails_at_its_end_leaves_nothing(
    tested: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    tested.put("a", MORNING, "no")
    tested.put("b", MORNING, "no")
    with monkeypatch.context() as patch:
        patch.setattr(table, "json", None)  # nothing can be said about the rows that are written
        with pytest.raises(AttributeError):
            tested.pull()
    assert tested.files() == []
    assert len(tested.pull()) == 2
