"""The command `airflow`, and what the DAGs ask this project: what there is, and to alert."""

import json
import os
from typing import Annotated

import typer

from ..bootstrap import bootstrap

cli = typer.Typer()


@cli.command("airflow", add_help_option=False, context_settings={"ignore_unknown_options": True})
def airflow(arguments: Annotated[list[str] | None, typer.Argument()] = None) -> None:
    """Start Airflow's own command with this project's settings, e.g. `airflow standalone`."""
    from ..scheduling import scheduler

    line, environment = scheduler.command(), scheduler.environment(bootstrap())
    # In place of this process, so that it is Airflow that gets the signals.
    os.execve(line[0], [*line, *(arguments or [])], environment)  # noqa: S606


@cli.command("airflow-plan", hidden=True)
def plan() -> None:
    """Print the models with their intervals, and the pipelines with their steps, as JSON."""
    from ..scheduling import scheduler

    typer.echo(json.dumps(scheduler.plan(bootstrap())))


@cli.command("airflow-failed", hidden=True)
def failed(pipeline: str, model: str, message: str, run_id: str = "") -> None:
    """Alert, unless the failure has an alert already; the next success closes it."""
    from ..logs import configure_logs

    project = bootstrap()
    configure_logs(project.settings)
    # A step that was killed could not say so, and its run would look as if it were at work.
    run = project.store.find_run(run_id=run_id)
    if run and run["status"] == "running":
        project.store.finish_run(run_id, "failed", message)
    project.alert(f"{pipeline} failed", model, message)
