"""The project's command; a folder whose package has a `cli` adds it, as storage/ adds `db`."""

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from . import UserError
from .bootstrap import Project, bootstrap
from .clock import Interval, parse_as_of, utc_now
from .logs import configure_logs, redact
from .pipelines import find_pipelines, load_steps

app = typer.Typer(
    help="Train, predict, monitor and report.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: starts quicker, and reads at any width
    add_completion=False,
)
Pipelines = Annotated[list[str], typer.Argument(help=f"{', '.join(find_pipelines())}; in order.")]
Model = Annotated[str | None, typer.Option(help="Only this model.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="Act as at this time (UTC); now if not.")]
Force = Annotated[bool, typer.Option("--force", help="Run although it is not due.")]
Shards = Annotated[int | None, typer.Option(min=1, max=64, help="Score in so many processes.")]
Wait = Annotated[float, typer.Option(min=0, help="Seconds to wait for another run to end.")]


@contextmanager
def at_work(wait: float, shards: int | None = None) -> Iterator[Project]:
    """Open the project with its log, and hold its lock."""
    from .pipelines.runner import run_lock

    project = bootstrap()
    if shards:
        project.settings = project.settings.model_copy(update={"shards": shards})
    configure_logs(project.settings)
    with run_lock(project.data_dir, wait):
        yield project


@app.command()
def run(
    pipelines: Pipelines,
    model: Model = None,
    as_of: AsOf = None,
    force: Force = False,
    wait: Wait = 0,
    trigger: Annotated[str, typer.Option(help="What starts it; kept with the run.")] = "prompt",
    shards: Shards = None,
) -> None:
    """Run pipelines for every model that is due."""
    from .pipelines.runner import run_pipeline

    code = 0
    for name in pipelines:
        load_steps(name)  # a wrong name is refused before the first one runs
    with at_work(wait, shards) as project:
        at = parse_as_of(as_of)
        for name in pipelines:
            for result in run_pipeline(project, name, model, at, force, trigger):
                typer.echo(str(result))
                code = code or result.exit_code
    raise typer.Exit(code)


@app.command()
def backfill(
    pipelines: Pipelines,
    since: Annotated[str, typer.Option("--from", help="The first slot, in UTC.")],
    until: Annotated[str, typer.Option("--to", help="The last one.")],
    model: Model = None,
    force: Force = False,
    wait: Wait = 0,
) -> None:
    """Run pipelines as of each slot of a time gone by, oldest first; skip what is done."""
    from .pipelines.runner import run_pipeline

    code = 0
    start, end = parse_as_of(since) - timedelta(minutes=1), min(parse_as_of(until), utc_now())
    with at_work(wait) as project:
        for spec in project.chosen(model):
            for slot in Interval.parse(spec.interval).between(start, end):
                for name in pipelines:
                    for result in run_pipeline(project, name, spec.name, slot, force, "backfill"):
                        typer.echo(f"{slot:%Y-%m-%d %H:%M} {result}")
                        code = code or result.exit_code
    raise typer.Exit(code)


@app.command()
def predictions(limit: int = 10, model: Model = None) -> None:
    """Show the newest predictions."""
    frame = bootstrap().store.predictions(model, limit=limit).dropna(axis=1, how="all")
    typer.echo("No predictions yet." if frame.empty else frame.to_string(index=False))


@app.command()
def report(as_of: AsOf = None) -> None:
    """Write the report: one HTML page with data, models, drift and history."""
    from .monitoring.report import write_report

    typer.echo(write_report(bootstrap(), parse_as_of(as_of)))


@app.command()
def demo(intervals: int = 14) -> None:
    """Replay the last intervals: train, predict, outcomes arrive, monitor, report."""
    from .demo import run_demo

    run_demo(bootstrap(), intervals)


def main() -> None:
    """Run the command; a person's mistake is told in a sentence, without a stack trace."""
    try:
        for file in sorted(Path(__file__).parent.glob("*/__init__.py")):
            cli = getattr(import_module(f".{file.parent.name}", __package__), "cli", None)
            if isinstance(cli, typer.Typer):
                app.add_typer(cli)
        app()
    except UserError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    except Exception:  # noqa: BLE001
        typer.echo(redact(traceback.format_exc()), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
