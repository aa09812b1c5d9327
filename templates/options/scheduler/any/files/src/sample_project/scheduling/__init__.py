"""Scheduling: what is to run when, found from the intervals of the models; and `schedule`."""

from typing import Annotated, Literal

import typer

from ..bootstrap import Project, bootstrap
from ..clock import Interval
from ..pipelines import find_pipelines

cli = typer.Typer()


def intervals(project: Project) -> list[Interval]:
    """Return each distinct interval of the models; the runner skips what is not due."""
    return [Interval.parse(text) for text in sorted({m.interval for m in project.models.values()})]


def pipelines() -> list[str]:
    """Return what each fire starts, in this order; pipelines you added come last."""
    first = ["training", "scoring", "monitoring"]
    return [*first, *(name for name in find_pipelines() if name not in first)]


@cli.command()
def schedule(action: Annotated[Literal["show", "install", "remove"], typer.Argument()]) -> None:
    """Show, install (again after a change) or remove what starts runs when they are due."""
    from . import scheduler

    typer.echo(getattr(scheduler, action)(bootstrap()))
