"""Luigi: `luigi` does pipelines as its tasks, `luigid` serves the page that shows them."""

from typing import Annotated

import typer

from ..bootstrap import bootstrap
from ..clock import parse_as_of
from ..pipelines import load_steps

cli = typer.Typer()


@cli.command()
def luigi(
    pipelines: Annotated[list[str], typer.Argument(help="In this order.")],
    model: Annotated[str | None, typer.Option(help="Only this model.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Act as at this time (UTC).")] = None,
    force: Annotated[bool, typer.Option("--force", help="Run although it is not due.")] = False,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for another run.")] = 0,
    trigger: Annotated[str, typer.Option(help="What starts it; kept with the run.")] = "prompt",
    local_scheduler: Annotated[
        bool, typer.Option("--local-scheduler", help="Do without luigid and its page.")
    ] = False,
) -> None:
    """Run pipelines as Luigi tasks, one a step; a run that stopped goes on where it was."""
    from ..logs import configure_logs
    from ..pipelines.runner import run_lock
    from .tasks import fire, has_page

    project, at, code = bootstrap(), parse_as_of(as_of), 0
    configure_logs(project.settings)
    for name in pipelines:
        load_steps(name)  # a wrong name is refused before the first one runs
    paged = has_page(project) and not local_scheduler
    with run_lock(project.data_dir, wait):
        for name in pipelines:
            for result in fire(project, name, model, at, force, trigger, paged):
                typer.echo(str(result))
                code = code or result.exit_code
    raise typer.Exit(code)


@cli.command()
def luigid() -> None:
    """Serve Luigi's page of the runs, to this machine only, until it is stopped."""
    from ..logs import configure_logs
    from .tasks import serve

    project = bootstrap()
    configure_logs(project.settings)
    serve(project)
