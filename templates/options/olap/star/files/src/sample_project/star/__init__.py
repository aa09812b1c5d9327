"""Star views over what runs wrote, by day, model and slice, for SQL and notebooks; and `star`."""

from typing import Annotated

import typer

from ..bootstrap import bootstrap

cli = typer.Typer(name="star", help="Views by day, model and slice.", no_args_is_help=True)


@cli.command()
def refresh() -> None:
    """Make the views, or bring them up to date."""
    from .views import VIEWS, refresh_views

    refresh_views(bootstrap().store)
    typer.echo(f"Up to date: {', '.join(VIEWS)}.")


@cli.command()
def drop() -> None:
    """Take the views away, for instance before their definition changes."""
    from .views import drop_views

    drop_views(bootstrap().store)
    typer.echo("Dropped.")


@cli.command()
def show(view: str, limit: Annotated[int, typer.Option(min=1)] = 20) -> None:
    """Print rows of a view."""
    from .views import rows_of

    frame = rows_of(bootstrap().store, view, limit)
    typer.echo("No rows yet." if frame.empty else frame.to_string(index=False))
