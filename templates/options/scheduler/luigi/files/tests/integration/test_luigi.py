"""Luigi: what it does after a kill and a failure, and with a luigid that is wrong or away."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.request import urlopen

import pytest
import sqlalchemy as sa

from sample_project import LockedError
from sample_project.bootstrap import Project
from sample_project.clock import utc_now
from sample_project.luigi import tasks
from sample_project.pipelines import load_steps
from sample_project.pipelines.runner import run_lock
from sample_project.scheduling import scheduler
from sample_project.settings import PACKAGE
from sample_project.storage import tables as t

from conftest import MODELS, Trained

Command = Callable[..., subprocess.CompletedProcess[str]]
LUIGI = [sys.executable, "-m", PACKAGE]
TRAINING = list(load_steps("training"))
[MODEL, *_] = MODELS


@pytest.fixture
def mine(copied: Trained) -> Project:
    """Return a trained project without anything of this slot done."""
    return copied.project


@pytest.fixture
def page(mine: Project) -> Iterator[str]:
    """Start a luigid of the project's own; return where its page is."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    cfg = mine.settings.project_dir / "conf" / "luigi.cfg"
    text = cfg.read_text("utf-8").replace("local_scheduler = true", "local_scheduler = false")
    cfg.write_text(text.replace("= 8082", f"= {port}"), "utf-8")
    folder, quiet = cfg.parents[1], subprocess.DEVNULL
    with subprocess.Popen([*LUIGI, "luigid"], cwd=folder, stdout=quiet, stderr=quiet) as server:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        server.terminate()


def newest(project: Project, pipeline: str = "training") -> dict[str, Any]:
    """Return the newest run of a pipeline."""
    return project.store.find_run(pipeline=pipeline, model=MODEL) or {}


def done(project: Project, pipeline: str = "training") -> dict[str, datetime]:
    """Return when each of its steps was done."""
    run_id = newest(project, pipeline)["run_id"]
    rows = project.store.read(sa.select(t.step).filter_by(run_id=run_id))
    return dict(zip(rows["name"], rows["finished_at"], strict=True))


def forget(project: Project, run_id: str, *steps: str) -> None:
    """Make the database one that was restored from a moment before these steps."""
    before = {"status": "running", "finished_at": None}
    with project.store.transaction() as connection:
        connection.execute(sa.delete(t.step).where(t.step.c.name.in_(steps)))
        connection.execute(sa.update(t.run).filter_by(run_id=run_id).values(before))


def luigi(project: Project, pipeline: str = "training") -> str:
    """Run a pipeline for one model; return how it ended."""
    paged = tasks.has_page(project)
    [told] = tasks.fire(project, pipeline, MODEL, utc_now(), True, "test", paged)
    return told.status


def test_killed_in_the_middle_only_the_rest_runs(mine: Project, command: Command) -> None:
    folder = mine.settings.project_dir
    line = [*LUIGI, "luigi", "training", "--model", MODEL, "--force"]
    with subprocess.Popen(line, cwd=folder, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert any('"features built"' in text for text in process.stderr)
        process.kill()
    killed, before = newest(mine), done(mine)
    assert killed["status"] == "running"
    assert 0 < len(before) < len(TRAINING)
    again = command(folder, "luigi", "training", "--model", MODEL, "--force")
    assert again.returncode == 0, again.stderr
    assert newest(mine)["run_id"] == killed["run_id"]
    assert newest(mine)["status"] == "succeeded"
    after = done(mine)
    assert set(after) == set(TRAINING)
    assert {name: after[name] for name in before} == before, "what was done is not done again"
    ran = {json.loads(text).get("step") for text in again.stderr.splitlines() if text[0] == "{"}
    assert ran - {None} == set(TRAINING) - set(before)


def test_a_failed_step_is_not_exit_0(mine: Project, command: Command) -> None:
    champion = mine.store.champion(MODEL)
    assert champion is not None
    file = mine.catalog.path("model", model=MODEL, version=champion.version)
    file.write_bytes(file.read_bytes() + b"changed")
    ended = command(mine.settings.project_dir, "luigi", "scoring", "--model", MODEL, "--force")
    assert ended.returncode == 30, ended.stderr
    assert "is not the file that was registered" in ended.stdout
    assert "scoring failed" in set(mine.store.alerts()["kind"])


def test_runs_exclude_each_other_and_are_not_done_twice(mine: Project, command: Command) -> None:
    folder = mine.settings.project_dir
    with run_lock(folder / "data"):
        refused = command(folder, "luigi", "scoring")
    assert refused.returncode == LockedError.exit_code
    first, second = (command(folder, "luigi", "scoring") for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0)
    assert second.stdout.count("not due") == len(MODELS)


def test_the_page_shows_the_steps_and_the_run(mine: Project, page: str) -> None:
    assert luigi(mine) == "succeeded"
    with urlopen(f'{page}/api/task_list?data={{"status":"DONE","upstream_status":""}}') as answer:  # noqa: S310
        tasks_done = json.load(answer)["response"].values()
    steps = [task["params"] for task in tasks_done if "step" in task["params"]]
    assert {step["step"] for step in steps} == set(TRAINING)
    assert {step["run_id"] for step in steps} == {newest(mine)["run_id"]}
    assert "luigid" not in set(mine.store.alerts()["kind"])
    assert "luigid" in scheduler.show(mine), "it is started with the machine"


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("same_fire", [False, True])
def test_a_luigid_that_remembers_too_much_stops_nothing(
    mine: Project, monkeypatch: pytest.MonkeyPatch, same_fire: bool
) -> None:
    """It takes for done what the database, restored from before, says is not."""
    if same_fire:  # else a fire has tasks of its own, which no luigid has seen
        moment = utc_now()
        monkeypatch.setattr(tasks, "utc_now", lambda: moment)
    assert luigi(mine, "scoring") == "succeeded"
    run_id, before = newest(mine, "scoring")["run_id"], done(mine, "scoring")
    forget(mine, run_id, "build_features", "predict")
    assert luigi(mine, "scoring") == "succeeded"
    assert newest(mine, "scoring")["run_id"] == run_id
    after = done(mine, "scoring")
    assert {name for name in after if after[name] != before[name]} == {"build_features", "predict"}
    assert ("luigid" in set(mine.store.alerts()["kind"])) == same_fire


def test_without_luigid_the_run_goes_on_and_tells_so(mine: Project, page: str) -> None:
    port = page.rpartition(":")[2]
    cfg = mine.settings.project_dir / "conf" / "luigi.cfg"
    cfg.write_text(cfg.read_text("utf-8").replace(f"= {port}", "= 9"), "utf-8")
    assert luigi(mine) == "succeeded"
    assert "luigid" in set(mine.store.alerts()["kind"])
