"""systemd: the units in this folder, filled in for the place the project is installed in."""

from pathlib import Path
from typing import Annotated

import typer

from ..bootstrap import bootstrap

cli = typer.Typer(name="systemd", help="Units for a server.", no_args_is_help=True)
KIND = "unit failed"
Unit = Annotated[str, typer.Argument(help="Its full name.")]


@cli.command()
def show() -> None:
    """Show the units."""
    from .units import units

    for name, text in units(bootstrap()).items():
        typer.echo(f"# {name}\n{text}")


@cli.command()
def write(
    folder: Annotated[Path | None, typer.Argument(help="By default data/systemd.")] = None,
) -> None:
    """Write the units, check them, and tell how to install them (again after a change)."""
    from .units import install_lines, units, verify

    project = bootstrap()
    to, found = folder or project.data_dir / "systemd", units(project)
    to.mkdir(parents=True, exist_ok=True)
    for name, text in found.items():
        (to / name).write_text(text, "utf-8")
    checked = verify(to, list(found))
    typer.echo("\n".join([f"Written to {to}, {checked}. To install:", *install_lines(to, found)]))


@cli.command()
def failed(unit: Unit) -> None:
    """Open an alert on a unit, unless the run could tell of its failure itself."""
    import os

    from ..logs import configure_logs, get_log

    project = bootstrap()
    configure_logs(project.settings)
    alerts = project.store.alerts()
    told = alerts["kind"].str.endswith(" failed") & alerts["closed_at"].isna()
    if told.any():
        get_log().info("an alert is open already", unit=unit)
        return
    how = os.environ.get("MONITOR_SERVICE_RESULT", "failed")
    project.alert(KIND, unit, f"{unit}: {how}. See `journalctl -u {unit}`.")


@cli.command()
def recovered(unit: Unit) -> None:
    """Close the alert on a unit, if there is one."""
    from ..logs import configure_logs

    project = bootstrap()
    configure_logs(project.settings)
    project.all_clear(KIND, unit)
