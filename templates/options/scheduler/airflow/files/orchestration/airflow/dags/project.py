"""A DAG for each model found, in it a task for each step of each pipeline. Nothing to edit here.

The project is not imported: its own command says what there is, and does each step. So its packages
and Airflow's never meet.
"""

import hashlib
import json
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.providers.standard.hooks.subprocess import SubprocessHook
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, BaseOperator, Param, TaskGroup, chain
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

ROOT = Path(__file__).resolve().parents[3]
[PACKAGE] = (path.parent for path in (ROOT / "src").glob("*/pipelines"))
PYTHON = os.environ.get("PROJECT_PYTHON") or str(ROOT / ".venv" / "bin" / "python")
FOLDER = os.environ.get("PROJECT_DIR") or str(ROOT)
REFUSED = 3  # an exit code that says: trying again won't help


def command(*arguments: str) -> list[str]:
    """Return the project's own command; as a list it needs no quoting, whatever is in a path."""
    return [PYTHON, "-m", PACKAGE.name, *arguments]


def variables() -> dict[str, str]:
    """Return the environment of the project's command."""
    return {**os.environ, "PROJECT_DIR": FOLDER}


def plan() -> dict[str, Any]:
    """Return the models with their intervals and the pipelines with their steps.

    Asked for once for each state of the code: Airflow reads this file for every task, too.
    """
    code = [*PACKAGE.rglob("*.py"), *PACKAGE.glob("models/*/params.toml")]
    state = "\n".join(f"{path} {path.stat().st_mtime_ns}" for path in sorted(code))
    name = hashlib.sha256(f"{PYTHON}\n{FOLDER}\n{state}".encode()).hexdigest()[:16]
    kept = Path(os.environ["AIRFLOW_HOME"], "plans", f"{name}.json")
    if not kept.is_file():
        asked = subprocess.run(  # noqa: S603
            command("airflow-plan"), env=variables(), capture_output=True, text=True, check=False
        )
        if asked.returncode:
            raise AirflowException(f"The project can't say what there is to run: {asked.stderr}")
        kept.parent.mkdir(parents=True, exist_ok=True)
        draft = kept.with_suffix(f".{os.getpid()}")
        draft.write_text(asked.stdout, "utf-8")
        draft.replace(kept)
    found: dict[str, Any] = json.loads(kept.read_text("utf-8"))
    return found


def as_of(run: Any) -> datetime:
    """Return the moment a run looks at: one started by hand has no logical date."""
    moment: datetime = run.logical_date or run.run_after
    return moment


def run_id(run: Any, pipeline: str) -> str:
    """Return the project's id, the same for each step and each try: so a run is gone on with."""
    digest = hashlib.sha256(f"{run.dag_id} {run.run_id} {pipeline}".encode()).hexdigest()
    return f"{as_of(run):%Y%m%dT%H%M%S}-{digest[:8]}"


class Step(BaseOperator):  # type: ignore[misc]
    """One step of a pipeline for one model, in a process of the project's own."""

    def __init__(self, *, pipeline: str, step: str, model: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pipeline, self.step, self.model = pipeline, step, model

    def execute(self, context: dict[str, Any]) -> None:
        """Do the step; what it prints is this task's log."""
        run, params = context["dag_run"], context["params"]
        if self.pipeline not in params["pipelines"]:
            raise AirflowSkipException(f"{self.pipeline} was not asked for in this run.")
        how = ["--run-id", run_id(run, self.pipeline), "--as-of", as_of(run).isoformat()]
        how += ["--trigger", (params["trigger"] or f"airflow {run.run_id}")[:64], "--wait", "900"]
        how += ["--force"] if run.run_type == "manual" else []
        line = command("step", self.pipeline, self.step, "--model", self.model, *how)
        self.hook = SubprocessHook()
        code, said = self.hook.run_command(line, env=variables(), cwd=FOLDER)
        if code:
            kind = AirflowFailException if code == REFUSED else AirflowException
            raise kind(f"{self.step} of {self.pipeline} ended with {code}; its lines are above.")
        if ": not due" in said:
            raise AirflowSkipException(said)

    def on_kill(self) -> None:
        """End the step with its task."""
        self.hook.send_sigterm()


def failed(context: dict[str, Any]) -> None:
    """Tell the project of a failed run: if a task died before our code ran, it doesn't know."""
    task, run = context.get("task"), context.get("dag_run")
    pipeline = task.task_id.split(".")[0] if task else next(iter(PLAN["pipelines"]))
    what = task.task_id if task else context.get("reason")
    told = f"Airflow's run {context['run_id']} of {context['dag'].dag_id} failed: {what}"
    about = [context["dag"].dag_id.removeprefix(f"{PACKAGE.name}."), told]
    about += ["--run-id", run_id(run, pipeline)] if run else []
    line = command("airflow-failed", pipeline, *about)
    subprocess.run(line, env=variables(), cwd=FOLDER, check=True)  # noqa: S603


def dag_of(model: str, cron: str, pipelines: dict[str, list[str]]) -> DAG:
    """Return a model's DAG: its pipelines one after the other, also when one of them fails."""
    known = list(pipelines)
    with DAG(
        f"{PACKAGE.name}.{model}",
        schedule=cron,
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        catchup=False,
        max_active_runs=1,
        is_paused_upon_creation=False,
        tags=[PACKAGE.name],
        params={
            "pipelines": Param(known, type="array", items={"enum": known}, title="Run only these"),
            "trigger": Param("", type="string", maxLength=64, title="Why, kept with the run"),
        },
        default_args={
            "retry_exponential_backoff": 2.0,
            "max_retry_delay": timedelta(hours=1),
        },
        on_failure_callback=failed,
    ) as dag:
        # Fails with any of them: without it only the last pipeline would decide about the run.
        done = EmptyOperator(task_id="done", trigger_rule="none_failed")
        before: Step | None = None
        for pipeline, steps in pipelines.items():
            with TaskGroup(pipeline):
                tasks = [
                    Step(
                        task_id=step,
                        pipeline=pipeline,
                        step=step,
                        model=model,
                        trigger_rule="all_success" if at else "all_done",
                    )
                    for at, step in enumerate(steps)
                ]
            chain(*([before] if before else []), *tasks)
            before = tasks[-1]
            before >> done
    return dag


PLAN = plan()
for _model, _cron in PLAN["models"].items():
    # Airflow takes every DAG that is a name of this file.
    globals()[f"dag_{_model}"] = dag_of(_model, _cron, PLAN["pipelines"])
