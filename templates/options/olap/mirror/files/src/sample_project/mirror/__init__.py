"""`mirror`: a copy of all tables in one DuckDB file, for heavy questions away from the database."""

from typing import Annotated

import typer

from ..bootstrap import bootstrap

cli = typer.Typer()
Sql = Annotated[str | None, typer.Option(help="Ask the copy there is; make no new one.")]


@cli.command()
def mirror(sql: Sql = None) -> None:
    """Copy the database into data/mirror.duckdb, or ask the copy a question."""
    from .copy import ask, copy_tables

    project = bootstrap()
    if sql is not None:
        typer.echo(ask(project, sql))
        return
    for table, rows in copy_tables(project).items():
        typer.echo(f"{table}: {rows} rows")
