"""Steps: the command `step` does one of a run's steps, as a scheduler with its own tasks does."""

from typing import Annotated

import typer

from ..bootstrap import bootstrap
from ..clock import parse_as_of
from ..logs import configure_logs

cli = typer.Typer()


@cli.command()
def step(
    pipeline: str,
    name: Annotated[str, typer.Argument(metavar="STEP")],
    model: Annotated[str, typer.Option(help="Of this model.")],
    run_id: Annotated[str, typer.Option(help="The same for all steps of a run.")],
    as_of: Annotated[str | None, typer.Option(help="Act as at this time (UTC).")] = None,
    force: Annotated[bool, typer.Option("--force", help="Run although it is not due.")] = False,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for another run.")] = 0,
    trigger: Annotated[str, typer.Option(help="What starts it; kept with the run.")] = "prompt",
) -> None:
    """Do one step of a pipeline in a process of its own, as a scheduler does."""
    from ..pipelines.runner import run_lock, run_pipeline

    project = bootstrap()
    configure_logs(project.settings)
    with run_lock(project.data_dir, wait):
        how = (parse_as_of(as_of), force, trigger, name, run_id)
        [result] = run_pipeline(project, pipeline, model, *how)
    typer.echo(f"{name}, {result}")
    raise typer.Exit(result.exit_code)
