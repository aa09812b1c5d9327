"""Whole runs against a real database: what they leave behind, and what they never do."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from scipy.special import logit
from structlog.testing import capture_logs

from sample_project import LockedError
from sample_project.clock import Interval
from sample_project.features import build
from sample_project.models import ModelSpec
from sample_project.models.explain import explain_row
from sample_project.models.predict import score
from sample_project.models.register import load_version
from sample_project.monitoring.report import write_report
from sample_project.pipelines.runner import Run, run_lock, run_pipeline

from conftest import Trained

Command = Callable[..., subprocess.CompletedProcess[str]]


def all_predictions(trained: Trained) -> pd.DataFrame:
    """Return every row of the append-only table."""
    return trained.project.store.read("SELECT * FROM prediction ORDER BY model, version, as_of")


def test_scored_twice_adds_nothing(copied: Trained) -> None:
    before = all_predictions(copied)
    assert len(before) > 0
    assert before["predicted_at"].notna().all()
    copied.run("scoring", 1)
    pd.testing.assert_frame_equal(all_predictions(copied), before)


@pytest.mark.parametrize("lags", [True, False])
def test_small_batches_give_the_same_features(
    copied: Trained, spec: ModelSpec, monkeypatch: pytest.MonkeyPatch, lags: bool
) -> None:
    """Of most batches scoring wants no row; without lags each batch is built by itself."""
    features, made = build.features_of(spec), dict[int, pd.DataFrame]()
    plain = features if lags else features.model_copy(update={"lags": {}})
    monkeypatch.setattr(build, "features_of", lambda _: plain)
    for rows in (50_000, 50):
        settings = copied.project.settings.model_copy(update={"batch_rows": rows})
        project = replace(copied.project, settings=settings)
        build.build_features(Run(project, f"by-{rows}", "scoring", spec, copied.at[spec.name][2]))
        made[rows] = project.catalog.load("features", run_id=f"by-{rows}")
    assert len(made[50]) > 0
    pd.testing.assert_frame_equal(made[50], made[50_000])


def test_outcomes_arrive_and_are_monitored(copied: Trained, spec: ModelSpec) -> None:
    copied.run("monitoring", 3, spec.name)
    store = copied.project.store
    served = store.predictions(spec.name)
    actual = "outcome_value" if spec.task == "regression" else "outcome_label"
    assert served[actual].notna().any(), "targets that have become known are outcomes"
    metrics = store.read("SELECT name FROM metric WHERE model = :model", {"model": spec.name})
    assert {"age_in_intervals", "live_loss", "served_rows"} <= set(metrics["name"])


def test_explained_is_what_was_stored(trained: Trained, spec: ModelSpec) -> None:
    for row in trained.project.store.predictions(spec.name, limit=3).to_dict("records"):
        told = explain_row(trained.project, spec, row["entity"], row["as_of"])
        assert told.equal, (told.score, row["score"])
        if len(told.parts) and spec.task != "multiclass":
            # A linear model adds up to the number itself, or to the log-odds.
            added = told.score if spec.task == "regression" else logit(told.score)
            assert told.parts.sum() == pytest.approx(added, rel=1e-6)


def test_rolled_back_scores_as_before(copied: Trained, spec: ModelSpec) -> None:
    store = copied.project.store
    first, last = store.versions(spec.name)[0], store.versions(spec.name)[-1]
    for version in (first.version, last.version):
        store.promote(spec.name, version, "for the test")
    assert store.rollback(spec.name) == first
    [result] = copied.run("scoring", 2, spec.name)
    features = copied.project.catalog.load("features", run_id=result.run_id)
    expected = score(spec, load_version(copied.project, first), features)["score"].tolist()
    found = all_predictions(copied)
    found = found[found["run_id"] == result.run_id]
    assert set(found["version"]) == {first.version}
    assert sorted(found["score"]) == sorted(expected)


def test_a_failed_step_leaves_a_row_an_alert_and_nothing_else(
    copied: Trained, spec: ModelSpec
) -> None:
    project, before = copied.project, all_predictions(copied)
    champion = project.store.champion(spec.name)
    assert champion is not None
    artifact = project.catalog.path("model", model=spec.name, version=champion.version)
    artifact.write_bytes(artifact.read_bytes() + b"changed")
    [result] = run_pipeline(project, "scoring", spec.name, copied.at[spec.name][2], force=True)
    assert result.status == "failed"
    assert "is not the file that was registered" in result.message
    assert project.store.runs(1).iloc[0]["status"] == "failed"
    assert list(project.store.alerts()["kind"]) == ["scoring failed"]
    pd.testing.assert_frame_equal(all_predictions(copied), before)


def test_a_gap_is_told_and_filled(copied: Trained, spec: ModelSpec, command: Command) -> None:
    with capture_logs() as logs:
        copied.run("scoring", 3, spec.name)
    assert any(log.get("missed", 0) > 0 for log in logs)
    first = Interval.parse(spec.interval).slot(copied.at[spec.name][2])
    span = ["--from", first.isoformat(), "--to", copied.at[spec.name][3].isoformat()]
    folder = copied.project.settings.project_dir
    done = command(folder, "backfill", "scoring", "--model", spec.name, *span)
    assert done.returncode == 0, done.stderr
    told = done.stdout.splitlines()
    assert (": succeeded" in told[0], ": not due" in told[-1]) == (True, True), told
    found = copied.project.store.find_run(pipeline="scoring", model=spec.name, slot=first)
    assert found is not None
    assert (found["trigger"], found["status"]) == ("backfill", "succeeded")


def test_runs_exclude_each_other(copied: Trained, command: Command) -> None:
    folder = copied.project.settings.project_dir
    with run_lock(folder / "data"):
        refused = command(folder, "run", "scoring")
    assert refused.returncode == LockedError.exit_code
    assert "Another run is at work" in refused.stderr


def test_a_mistake_is_told_in_a_sentence(copied: Trained, command: Command) -> None:
    folder = copied.project.settings.project_dir
    done = command(folder, "run", "scoring", "--as-of", "yesterday")
    assert done.returncode == 3
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr


def test_the_report_stands_alone(copied: Trained) -> None:
    copied.run("monitoring", 1)
    newest = max(span[1] for span in copied.at.values())
    page = Path(write_report(copied.project, newest)).read_text("utf-8")
    assert page.count("<svg") >= 2
    assert all(model in page for model in copied.project.models)
    reports = {path.name for path in copied.project.catalog.path("report").parent.iterdir()}
    for one in copied.project.models.values():
        assert {f"model-card-{one.name}.md", f"data-card-{one.dataset}.md"} <= reports
    assert not re.findall(r"""(?:src|href)=["'](?!#|data:)""", page), "it must load nothing"
