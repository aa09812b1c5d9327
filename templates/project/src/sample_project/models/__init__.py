"""Models: each folder here with a `params.toml` is one, found by `find_models`."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from pydantic import AliasPath, Field

from .. import MissingError, UserError
from ..bootstrap import bootstrap
from ..data.schema import Declared

cli = typer.Typer(name="models", help="List and choose versions.", no_args_is_help=True)


class ModelSpec(Declared):
    """What a model predicts, from what, how often; `params.toml` explains each key."""

    name: str
    folder: Path
    dataset: str
    target: str
    task: Literal["binary", "multiclass", "regression"]
    interval: str
    metric: Literal["log_loss", "rmse", "mae"]
    positive: str | None = None
    seed: int = 20
    holdout: float = Field(0.25, gt=0, lt=0.9)
    features: str | None = None
    baseline: str | None = Field(None, validation_alias=AliasPath("baseline", "column"))
    params: dict[str, Any] = Field({}, validation_alias="model")
    monitoring: dict[str, Any] = Field({})


def read_spec(folder: Path) -> ModelSpec:
    """Read and check one model's `params.toml`."""
    path = folder / "params.toml"
    spec = ModelSpec.from_toml(path, name=folder.name, folder=folder)
    if spec.task == "binary" and spec.positive is None:
        raise UserError(f"{path}: state `positive`, the class whose probability is the score.")
    return spec


def find_models(package_dir: Path) -> dict[str, ModelSpec]:
    """Find every model folder of the package; a broken one is an error, not skipped."""
    where = package_dir / "models"
    found = [path for path in where.iterdir() if path.is_dir() and path.name[0] not in "_."]
    if not found:
        raise MissingError(f"No model in {where}: add a folder with a params.toml.")
    return {folder.name: read_spec(folder) for folder in sorted(found)}


@cli.command("list")
def list_models() -> None:
    """List the models with their versions; a star marks the champion."""
    project = bootstrap()
    # Asked for once: there may be hundreds of models. The newest comes last, and stays.
    champions = {row["model"]: row["version"] for row in project.store.champions()[::-1]}
    versions = project.store.versions()
    for name, spec in project.models.items():
        typer.echo(f"{name}: {spec.target} of {spec.dataset}, {spec.task}, each {spec.interval}")
        for version in [one for one in versions if one.model == name]:
            star = "*" if version.version == champions.get(name) else " "
            trained = f"{version.trained_rows} rows as of {version.as_of:%Y-%m-%d %H:%M}"
            typer.echo(f" {star} {version.version:>3} {version.kind:<10} {trained}")
        if name not in champions:
            typer.echo("   no version yet: run training")


@cli.command()
def promote(
    model: str,
    version: int,
    reason: Annotated[str, typer.Option(help="Kept in the audit trail.")] = "by hand",
) -> None:
    """Make a version the champion."""
    [spec] = (project := bootstrap()).chosen(model)
    project.store.promote(spec.name, version, reason)
    typer.echo(f"Version {version} of {model} is the champion.")


@cli.command()
def rollback(model: str) -> None:
    """Go back to the champion before the present one."""
    [spec] = (project := bootstrap()).chosen(model)
    champion = project.store.rollback(spec.name)
    typer.echo(f"Version {champion.version} of {model} is the champion again.")


@cli.command("explain")
def explain_row(
    identity: Annotated[str, typer.Argument(help="An id, ID@TIME or a time.", metavar="ID")],
    model: Annotated[str | None, typer.Option(help="By default the first.")] = None,
) -> None:
    """Show the way of one prediction: raw values, features, score."""
    from .explain import explain

    typer.echo(explain(project := bootstrap(), project.chosen(model)[0], identity))
