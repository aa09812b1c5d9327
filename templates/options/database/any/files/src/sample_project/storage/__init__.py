"""The database: its tables and their migrations, the one class that uses them, and `db`."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .. import MissingError, UserError
from ..bootstrap import bootstrap
from ..clock import utc_now
from ..logs import redact
from ..settings import Settings

if TYPE_CHECKING:
    from .store import Store

cli = typer.Typer(name="db", help="The database: up, down and check.", no_args_is_help=True)


@dataclass(frozen=True)
class Version:
    """A registered version of a model: its file, and what was known when it was trained."""

    model: str
    version: int
    kind: str
    artifact: str
    sha256: str
    run_id: str
    as_of: datetime
    trained_rows: int
    facts: dict[str, Any]
    created_at: datetime = field(default_factory=utc_now)


def open_store(settings: Settings, ready: bool = True) -> "Store":
    """Open the database; when it must be `ready`, its tables are those that this code needs.

    In development they are made so on the way; in production that is a step of its own.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from .store import Store

    try:
        store = Store(settings)
        behind = ready and store.pending()
    except (SQLAlchemyError, OSError) as error:
        reason = redact(str(getattr(error, "orig", None) or error))
        message = f"The database can't be opened: {reason}. Is DATABASE_URL right, and is it there?"
        raise MissingError(message) from None
    if behind and settings.environment == "production":
        raise MissingError(f"The database is not up to date ({behind}). Run `db upgrade` first.")
    if behind:
        store.upgrade()
    return store


@cli.command()
def upgrade() -> None:
    """Make the tables, or bring them to what this code needs."""
    store = open_store(bootstrap().settings, ready=False)
    behind = store.pending()
    store.upgrade()
    typer.echo(f"Upgraded: {behind}." if behind else "The database was up to date.")


@cli.command()
def downgrade(
    revision: Annotated[str, typer.Argument(help="As in migrations/; `base`: no tables.")] = "-1",
    lose_rows: Annotated[bool, typer.Option("--lose-rows", help="Even when rows go.")] = False,
) -> None:
    """Bring the tables back to an earlier revision, by default to the one before."""
    store = open_store(bootstrap().settings, ready=False)
    if (held := store.held()) and not lose_rows:
        rows = ", ".join(f"{name}: {count}" for name, count in held.items())
        advice = "Back the database up, then add --lose-rows."
        raise UserError(f"Going down may lose rows ({rows}), so nothing was done. {advice}")
    store.upgrade(revision)
    typer.echo("Downgraded. In development the next command upgrades it again.")


@cli.command()
def check() -> None:
    """Compare the database with the code; exit 2 when they differ."""
    findings = open_store(bootstrap().settings, ready=False).check()
    typer.echo("\n".join(findings) or "The database is as the code needs it.")
    raise typer.Exit(2 if findings else 0)
