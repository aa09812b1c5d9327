"""Airflow, in its own environment: the DAGs are read, and a run is done task by task."""

import json
import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from sample_project import UserError
from sample_project.bootstrap import Project, bootstrap
from sample_project.scheduling import scheduler
from sample_project.settings import PACKAGE_DIR, load_settings

from conftest import MODELS, Trained, own_database

[MODEL, *_] = MODELS
DAGS = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag()
dags = {
    name: {
        "cron": dag.timetable.expression,
        "catchup": dag.catchup,
        "runs": dag.max_active_runs,
        "tasks": {task.task_id: task.retries for task in dag.topological_sort()},
    }
    for name, dag in bag.dags.items()
}
print(json.dumps({"errors": bag.import_errors, "dags": dags, "modules": sorted(sys.modules)}))
"""


@pytest.fixture(scope="module")
def mine(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Return a trained project at a path that needs quoting, and its Airflow."""
    folder = tmp_path_factory.mktemp("airflow") / "it's mine; & yours"
    shutil.copytree(trained.project.settings.project_dir, folder)
    if own_database:  # else its runs would be in the one that all others copy
        own_database(folder, trained.project.settings.project_dir)
    project = bootstrap(load_settings(folder))
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AIRFLOW")]:
            patch.delenv(name)
        patch.setenv("AIRFLOW__CORE__DEFAULT_TASK_RETRIES", "1")
        patch.setenv("AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY", "1")
        scheduler.prepare(project)
        yield project


def run(project: Project, *pipelines: str) -> str:
    """Do a run of the first model's DAG in one process; a run that fails is an error."""
    conf = json.dumps({"pipelines": pipelines})
    return scheduler.call(project, "dags", "test", scheduler.dag_id(MODEL), "--conf", conf)


def test_what_is_found_is_a_dag_and_nothing_of_ours_is_imported(mine: Project) -> None:
    [python, *_] = scheduler.command()
    told = scheduler.checked([python, "-c", DAGS], scheduler.environment(mine))
    found: dict[str, Any] = json.loads(told.splitlines()[-1])
    plan = scheduler.plan(mine)
    tasks = [f"{name}.{step}" for name, steps in plan["pipelines"].items() for step in steps]
    assert found["errors"] == {}
    assert set(found["dags"]) == {scheduler.dag_id(model) for model in MODELS}
    for model, cron in plan["models"].items():
        dag = found["dags"][scheduler.dag_id(model)]
        assert (dag["cron"], dag["catchup"], dag["runs"]) == (cron, False, 1)
        assert list(dag["tasks"]) == [*tasks, "done"]
        assert set(dag["tasks"].values()) == {1}, "how often a task is tried again is a setting"
    assert PACKAGE_DIR.name not in found["modules"]


def test_a_run_scores_and_its_rows_lead_to_it(mine: Project) -> None:
    run(mine, "scoring")  # which may find no row that waits
    [newest] = mine.store.runs(1).to_dict("records")
    assert (newest["pipeline"], newest["status"]) == ("scoring", "succeeded")
    assert newest["trigger"].startswith("airflow manual__20")


def test_a_step_that_fails_twice_fails_the_run_and_is_one_alert(
    mine: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(mine.store.alerts()["alert_id"])
    monkeypatch.setenv(f"DATA_{MODELS[MODEL].dataset.upper()}_PATH", "nowhere.csv")
    with pytest.raises(UserError, match="ended with 1"):
        run(mine, "monitoring")
    told = [row for row in mine.store.alerts().to_dict("records") if row["alert_id"] not in before]
    assert [(row["kind"], row["subject"]) for row in told] == [("monitoring failed", MODEL)]
    assert mine.store.runs(1).iloc[0]["status"] == "failed"
