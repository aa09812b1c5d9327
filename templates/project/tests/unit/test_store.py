"""What the database promises: whole or not at all, nothing twice, and a way back."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pandas as pd
import pytest

from sample_project import UserError
from sample_project.bootstrap import Project
from sample_project.storage import Version
from sample_project.storage.store import Store

AT = datetime(2026, 3, 18, tzinfo=UTC)


@pytest.fixture
def store(project: Project) -> Store:
    """Return an empty database with one run and two versions of a model."""
    store = project.store
    store.start_run("r1", "training", "m", AT, AT)
    for number, kind in enumerate(("baseline", "challenger"), start=1):
        about = ("file", "0" * 64, "r1", AT, 10, {"metrics": {"auc": 0.7}})
        store.add_version(Version("m", number, kind, *about))
    return store


def rows(entities: list[str], version: int = 1) -> pd.DataFrame:
    frame = pd.DataFrame({"entity": entities, "model": "m", "version": version, "run_id": "r1"})
    frame["score"] = [0.1 * number for number in range(len(entities))]
    return frame.assign(as_of=AT, predicted_at=AT)


def test_the_tables_are_what_the_code_says_and_can_be_taken_back(store: Store) -> None:
    assert store.check() == []
    store.upgrade("base")
    assert store.check() != []
    store.upgrade()
    assert store.check() == []


def test_the_same_key_adds_nothing_another_version_adds_rows(store: Store) -> None:
    assert store.write_batches("prediction", [pd.concat([rows(["a"]), rows(["b"])])]) == 2
    assert store.write_batches("prediction", [rows(["b", "c"])]) == 1
    assert store.write_batches("prediction", [rows(["a", "b"], version=2)]) == 2
    current = store.predictions("m").set_index("entity")
    assert current["version"].to_dict() == {"a": 2, "b": 2, "c": 1}
    assert set(current["as_of"]) == {AT}, "aware, or it would not be equal"
    assert len(store.read("SELECT * FROM prediction")) == 5


def test_a_run_that_breaks_half_way_leaves_no_row(store: Store) -> None:
    def batches() -> Iterator[pd.DataFrame]:
        yield rows(["a"])
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk is full"):
        store.write_batches("prediction", batches())
    assert store.predictions("m").empty


def test_the_trail_of_champions_is_kept(store: Store) -> None:
    assert store.champion("m") is None
    store.promote("m", 1, "first")
    store.promote("m", 2, "better")
    assert store.rollback("m") == store.champion("m") == store.versions("m")[0]
    assert [row["version"] for row in store.champions("m")] == [1, 2, 1]
    with pytest.raises(UserError, match="no version 9"):
        store.promote("m", 9, "there is none")


def test_an_incident_is_told_once(store: Store) -> None:
    assert store.open_alert("drift", "m", "column a moved")
    assert not store.open_alert("drift", "m", "column a moved further")
    assert store.close_alert("drift", "m")
    assert store.open_alert("drift", "m", "column b moved")
    assert len(store.alerts()) == 2
