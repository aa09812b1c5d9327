"""Steps one by one, each in a process of its own, as a scheduler does them."""

import subprocess
from collections.abc import Callable
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from sample_project import LockedError
from sample_project.models import ModelSpec
from sample_project.pipelines import load_steps, runner
from sample_project.pipelines.runner import run_pipeline
from sample_project.storage import store as stores

from conftest import Trained

Command = Callable[..., subprocess.CompletedProcess[str]]


def predicted(trained: Trained) -> int:
    """Count the rows of the append-only table."""
    return len(trained.project.store.read("SELECT * FROM prediction"))


def test_a_step_of_a_run_that_there_is_not_is_refused(
    copied: Trained, spec: ModelSpec, command: Command
) -> None:
    folder, at = copied.project.settings.project_dir, copied.at[spec.name][2].isoformat()
    about = ["--model", spec.name, "--run-id", "r-typo", "--as-of", at]
    done = command(folder, "step", "scoring", "predict", *about)
    assert done.returncode == 3, done.stderr
    assert "no run r-typo to go on with" in done.stdout


def test_single_steps_go_on_where_they_stopped(
    copied: Trained, spec: ModelSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, at, steps = copied.project, copied.at[spec.name][2], list(load_steps("scoring"))
    before = predicted(copied)

    def do(step: str, run_id: str) -> runner.Result:
        one, *none = run_pipeline(project, "scoring", spec.name, at, False, "test", step, run_id)
        assert not none
        return one

    assert [do(step, "one").status for step in steps[:2]] == ["succeeded"] * 2
    assert do(steps[-1], "one").status == "failed", "a step was left out"
    assert do(steps[0], "one").status == "succeeded"
    [refused] = run_pipeline(project, "scoring", spec.name, at)
    assert (refused.status, refused.exit_code) == ("failed", LockedError.exit_code)
    assert predicted(copied) == before
    resumed = runner.open_run(project, "scoring", spec, at)
    assert resumed is not None
    assert resumed.run_id == "one"
    with capture_logs() as logs:
        assert {do(step, "one").status for step in steps} == {"succeeded"}
    assert [log["event"] for log in logs].count("step is done already") == 2
    assert predicted(copied) > before
    row = project.store.find_run(run_id="one")
    assert row is not None
    assert (row["status"], row["trigger"]) == ("succeeded", "test")
    assert {do(step, "two").status for step in (steps[0], steps[-1])} == {"not due"}
    assert runner.open_run(project, "scoring", spec, at) is None
    runner.open_run(project, "scoring", spec, at, "killed", force=True)
    project.store.add_step("killed", steps[0])
    monkeypatch.setattr(stores, "BETWEEN", timedelta(0))
    copied.run("scoring", 2, spec.name)
    assert "killed" in str((project.store.find_run(run_id="killed") or {})["error"])
