"""What every engine must keep alike; copied into the tests of an emitted project by databases.test.ts."""

import multiprocessing
import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from time import monotonic

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import sqlalchemy as sa

from sample_project import UserError, storage
from sample_project.bootstrap import Project, bootstrap
from sample_project.models import ModelSpec
from sample_project.models.predict import predict, spread
from sample_project.pipelines.runner import Run
from sample_project.storage import tables as t
from sample_project.storage.store import Store

from conftest import Trained

AT = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)  # an hour that is skipped in Europe
TEXTS = [
    "a", "A", "ä", "a ", " a", "å", "😀", "👩‍👩‍👧", "'; DROP TABLE run; --", '"quoted", "twice"', "NULL", "",
    "\\N", "\\", "tab\there", "line\nfeed", "return\rhere", "comma,s", "%s :model {x}", "日本語", "ﬀ", "ff",
    "18446744073709551616", "-0", "1e400", "x" * 255,
]


@pytest.fixture
def store(project: Project) -> Store:
    store = project.store
    store.start_run("r1", "scoring", "m", AT, AT)
    return store


def rows(entities: list[str], version: int = 1, **more: object) -> pd.DataFrame:
    frame = pd.DataFrame({"entity": entities, "model": "m", "version": version, "run_id": "r1"})
    frame["score"] = np.linspace(0, 1, len(entities))
    return frame.assign(**{"as_of": AT, "predicted_at": AT, "label": "yes"} | more)


def kept(store: Store) -> pd.DataFrame:
    return store.read(sa.select(t.prediction))


def test_texts_are_kept_as_they_are_and_are_different_keys(store: Store) -> None:
    assert store.write_batches("prediction", [rows(TEXTS, label=TEXTS)]) == len(TEXTS)
    assert store.write_batches("prediction", [rows(TEXTS, label=TEXTS)]) == 0
    found = kept(store)
    assert sorted(found["entity"]) == sorted(TEXTS)
    assert (found["entity"] == found["label"]).all()
    assert set(store.predictions("m")["entity"]) == set(TEXTS)


def test_a_key_that_comes_twice_in_one_batch_is_one_row(store: Store) -> None:
    assert store.write_batches("prediction", [rows(["a", "b", "a"]), rows(["b", "c"])]) == 3
    assert store.write_batches("prediction", [rows(["c", "d", "d"])]) == 1
    assert store.write_batches("prediction", [rows([])]) == 0
    assert sorted(kept(store)["entity"]) == ["a", "b", "c", "d"]


def test_another_version_adds_rows_and_the_view_takes_the_newest(store: Store) -> None:
    assert store.write_batches("prediction", [rows(["a", "b"])]) == 2
    assert store.write_batches("prediction", [rows(["a"], 2, predicted_at=AT + timedelta(microseconds=1))]) == 1
    assert dict(store.predictions("m")[["entity", "version"]].values) == {"a": 2, "b": 1}


def test_moments_are_utc_to_the_microsecond(store: Store) -> None:
    east = timezone(timedelta(hours=9, minutes=30))
    store.write_batches("prediction", [rows(["a"], as_of=AT.astimezone(east))])
    store.write_batches("prediction", [rows(["b"], as_of=pd.Timestamp(AT).as_unit("ns"))])
    assert set(kept(store)["as_of"]) == {pd.Timestamp(AT)}
    with pytest.raises(UserError, match="no time zone"):
        store.write_batches("prediction", [rows(["c"], as_of=AT.replace(tzinfo=None))])


def test_numbers_are_kept_to_the_last_bit(store: Store) -> None:
    numbers = [0.1 + 0.2, 1e308, 5e-324, -1.5, 2.0**53 + 1, 1 / 3]
    frame = rows([str(n) for n in range(len(numbers))]).assign(score=numbers, value=numbers)
    store.write_batches("prediction", [frame])
    found = kept(store).set_index("entity").sort_index()
    assert found["score"].tolist() == numbers
    assert found["value"].tolist() == numbers
    store.write_batches("prediction", [rows(["none"], value=np.nan, label=None)])
    none = kept(store).set_index("entity").loc["none"]
    assert pd.isna(none["value"])
    assert pd.isna(none["label"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"score": np.inf}, {"value": -np.inf}, {"score": np.nan}, {"entity": "x" * 256},
        {"entity": "nul\0"}, {"entity": None}, {"version": 2**40}, {"run_id": "no such run"},
    ],
    ids=str,
)
def test_what_no_engine_keeps_alike_is_refused_with_all_of_its_batch(store: Store, wrong: dict[str, object]) -> None:
    for ahead in ([], [rows(["a"])], [rows(["a", "a"])]):
        with pytest.raises(Exception):  # noqa: B017
            store.write_batches("prediction", [*ahead, rows(["b", "c"]).assign(**wrong)])
        assert kept(store).empty


def test_rows_and_the_runs_success_are_one_transaction(store: Store) -> None:
    def stop() -> None:
        with store.transaction():
            store.write_batches("prediction", [rows(["a", "b"])])
            store.finish_run("r1", "succeeded")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop()
    assert kept(store).empty
    assert store.runs()["status"].tolist() == ["running"]
    with store.transaction():
        store.write_batches("prediction", [rows(["a", "b"])])
        store.write_batches("prediction", [rows(["b", "c"])])
        store.finish_run("r1", "succeeded")
    assert len(kept(store)) == 3
    assert store.runs()["status"].tolist() == ["succeeded"]


def test_a_reader_does_not_wait_for_a_writer(store: Store, project: Project) -> None:
    other = bootstrap(project.settings).store
    with store.transaction():
        store.finish_run("r1", "succeeded")
        asked = monotonic()
        assert other.runs()["status"].tolist() == ["running"]
        assert list(other.read_batches("SELECT status FROM run"))[0]["status"].to_pylist() == ["running"]
        assert monotonic() - asked < 10
    assert other.runs()["status"].tolist() == ["succeeded"]


def test_batches_go_in_and_come_back(store: Store) -> None:
    many = pa.RecordBatch.from_pandas(rows([f"e{n}" for n in range(12_345)]))
    assert store.write_batches("prediction", iter([many.slice(0, 5_000), many.slice(5_000)])) == 12_345
    p = t.prediction.c
    query = sa.select(p.entity, p.as_of, p.score, p.version, p.value).where(p.model == "m", p.as_of <= AT)
    batches = list(store.read_batches(query, rows=1_000))
    assert max(map(len, batches)) <= 1_000
    whole = pa.Table.from_batches(batches)
    assert whole.schema.field("as_of").type == pa.timestamp("us", "UTC")
    assert set(whole["as_of"].to_pylist()) == {AT}
    assert len(set(whole["entity"].to_pylist())) == 12_345
    assert sum(whole["score"].to_pylist()) == pytest.approx(12_345 / 2)
    text = "SELECT entity, score FROM prediction WHERE entity = :which"
    [one] = store.read_batches(text, which="e1")
    assert one.schema.names == ["entity", "score"]
    assert list(store.read_batches(text, which="'; DROP TABLE run; --\\")) == []
    assert sum(len(part) for part in store.unresolved("m", 500)) == 12_345


def test_the_tables_go_down_and_come_back_with_rows_in_them(store: Store) -> None:
    store.write_batches("prediction", [rows(["a"])])
    assert store.check() == []
    store.upgrade("base")
    assert store.check() != []
    store.upgrade()
    assert store.check() == []
    assert store.runs().empty


def test_the_command_goes_down_but_never_loses_rows_unasked(
    project: Project, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "bootstrap", lambda: project)
    store.write_batches("prediction", [rows(["a", "b"])])
    for to in ("base", "-1"):
        with pytest.raises(UserError, match=r"run: 1, .*prediction: 2.*--lose-rows"):
            storage.downgrade(to)
    assert len(kept(store)) == 2
    storage.downgrade("base", lose_rows=True)
    assert "nothing yet" in store.pending()
    with pytest.raises(UserError, match="can't go to"):
        storage.downgrade()
    store.upgrade()
    assert store.check() == []
    with pytest.raises(UserError, match="can't go to 0815"):
        storage.downgrade("0815")
    storage.downgrade()  # no rows, nothing to lose
    store.upgrade()
    assert kept(store).empty


def test_a_newer_database_is_told(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UserError, match="newer"):
        store.pending()


def scored(copied: Trained, spec: ModelSpec, shards: int, wrong: float | None = None) -> pd.DataFrame:
    """Score 420 made-up cases in pieces of 50, in a run that is whole or not at all; return its rows."""
    project = replace(copied.project, settings=copied.project.settings.model_copy(update={"shards": shards}))
    store, run_id = project.store, f"by-{shards}"
    store.promote(spec.name, store.versions(spec.name)[-1].version, "a baseline may score all alike")
    known = project.store.read("SELECT run_id FROM run WHERE pipeline = 'scoring' AND status = 'succeeded'")
    known = project.catalog.load("features", run_id=known["run_id"].iloc[0])
    rows = pd.concat([known] * 420, ignore_index=True).head(420).assign(_entity=[f"case {n}" for n in range(420)])
    number = next(name for name in rows if pd.api.types.is_float_dtype(rows[name]))
    rows[number] = np.random.default_rng(1).normal(size=420)
    if wrong is not None:
        rows.loc[410, number] = wrong
    project.catalog.save("features", [rows[at : at + 50] for at in range(0, 420, 50)], run_id=run_id)
    run = Run(project, run_id, "scoring", spec, AT)
    store.start_run(run_id, "scoring", spec.name, AT, AT)
    with store.transaction() as connection:
        connection.execute(sa.delete(t.prediction))
        predict(run)
        found = pd.DataFrame(connection.execute(sa.select(t.prediction).order_by("entity")).mappings())
        store.finish_run(run_id, "succeeded")
    return found.drop(columns=["run_id", "predicted_at"])


def test_shards_write_the_rows_that_one_process_writes(copied: Trained, spec: ModelSpec) -> None:
    one = scored(copied, spec, 1)
    assert len(one) == 420
    assert one["score"].nunique() > 1
    for shards in (2, 3):
        pd.testing.assert_frame_equal(scored(copied, spec, shards), one)


def test_a_shard_that_fails_fails_the_run_and_nothing_is_written(copied: Trained, spec: ModelSpec) -> None:
    before = kept(copied.project.store)
    with pytest.raises(ValueError, match="infinity"):
        scored(copied, spec, 2, wrong=np.inf)
    pd.testing.assert_frame_equal(kept(copied.project.store), before)


def gone(piece: int) -> int:
    return os._exit(9) if piece == 5 else piece


def test_a_shard_that_is_killed_is_told_and_the_others_are_ended() -> None:
    with pytest.raises(UserError, match="One of 3 shards was ended"):
        list(spread(gone, 100, 3))
    assert multiprocessing.active_children() == []


def test_a_wrong_number_of_shards_is_refused(
    copied: Trained, command: Callable[..., subprocess.CompletedProcess[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copied.project.settings.project_dir
    refused = command(folder, "run", "scoring", "--shards", "0")
    assert (refused.returncode, "'--shards'" in refused.stderr) == (2, True), refused.stderr
    monkeypatch.setenv("SHARDS", "none")
    refused = command(folder, "run", "scoring")
    assert (refused.returncode, "shards" in refused.stderr) == (3, True), refused.stderr
