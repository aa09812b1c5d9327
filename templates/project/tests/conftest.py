"""What the tests share: projects in folders of their own, so that nothing of yours is touched."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sample_project import settings
from sample_project.bootstrap import Project, bootstrap
from sample_project.data import schema as schemas
from sample_project.data.schema import NUMBERS, Column, Schema
from sample_project.demo import replayed
from sample_project.models import ModelSpec, find_models
from sample_project.pipelines.runner import Result, run_pipeline

ROOT = settings.find_home()
MODELS = find_models(settings.PACKAGE_DIR)
EMPTY = 0.05  # of the cells of a column that may be empty, in made-up data
# A server's option brings this: in a file, a project's database is its own anyway.
own_database = import_module("own_database").own_database if find_spec("own_database") else None
ROWS = 400  # of made-up data, for a dataset whose own data is not in git


@dataclass(frozen=True)
class Trained:
    """A project whose models were trained at the first of their moments, and scored at two."""

    project: Project
    at: dict[str, list[datetime]]

    def run(self, pipeline: str, moment: int, model: str | None = None) -> list[Result]:
        """Run a pipeline for each model as of a moment of its own; it must succeed."""
        at = {spec.name: self.at[spec.name][moment] for spec in self.project.chosen(model)}
        results = [run_pipeline(self.project, pipeline, one, at[one], force=True)[0] for one in at]
        assert {result.status for result in results} == {"succeeded"}, results
        return results


def has_real_data(dataset: str) -> bool:
    """Say whether a dataset's rows come with the repository, as the sample does."""
    return schemas.load_source(dataset).path is not None


def synthetic_rows(schema: Schema, rows: int, seed: int) -> pd.DataFrame:
    """Return rows typed as the reader types them; the same seed gives the same rows."""
    rng = np.random.default_rng(seed)
    made = pd.DataFrame({column.name: _values(column, rows, rng) for column in schema.read})
    for column in schema.features:
        if column.nullable:
            made[column.name] = made[column.name].mask(rng.random(rows) < EMPTY)
    return made


def _values(column: Column, rows: int, rng: np.random.Generator) -> Any:
    if column.role == "id":
        return [f"made-up-{number}" for number in range(rows)]
    if column.type == "datetime":
        end = pd.Timestamp(column.max or "2020-12-31").tz_localize(None).floor("D")
        days = pd.date_range(end=end, periods=rows, freq="D", unit="us", tz="UTC")
        return days if column.role == "time" else days[rng.permutation(rows)]
    if column.type in NUMBERS:
        low, high = float(column.min or 0), float(column.max or 1)
        values = rng.uniform(low, high, rows)
        return values.round() if column.type == "integer" else values
    if column.type == "boolean":
        return rng.integers(0, 2, rows).astype(float)
    known = np.array(column.categories or ("a", "b"), dtype=object)
    # Each in turn, then shuffled: no class is ever absent.
    return pd.array(rng.permutation(np.resize(known, rows)), dtype="str")


def synthetic_file(schema: Schema, path: Path, rows: int, seed: int) -> None:
    """Write such rows to a file that the reader takes, as the schema's `reading` says."""
    frame, reading = synthetic_rows(schema, rows, seed), schema.reading
    path.parent.mkdir(parents=True, exist_ok=True)
    if reading.format == "parquet":
        frame.to_parquet(path, index=False)
        return
    for column in schema.read:
        if column.type == "datetime":
            style = "%Y-%m-%dT%H:%M:%S" if column.format == "ISO8601" else column.format
            frame[column.name] = frame[column.name].dt.strftime(style)
        elif column.type == "boolean":
            frame[column.name] = frame[column.name].map({1.0: "true", 0.0: "false"})
    sep, decimal, encoding = reading.delimiter, reading.decimal, reading.encoding
    frame.to_csv(path, index=False, sep=sep, decimal=decimal, encoding=encoding)


def make_project(folder: Path) -> Project:
    """Make a project with this one's code and settings, and data that any clone has."""
    (folder / "src" / settings.PACKAGE.replace(".", "/")).mkdir(parents=True)
    shutil.copytree(ROOT / "conf", folder / "conf")
    if (ROOT / "data" / "sample").is_dir():
        shutil.copytree(ROOT / "data" / "sample", folder / "data" / "sample")
    for dataset in schemas.find_datasets():
        if not has_real_data(dataset):
            schema, raw = schemas.load_schema(dataset), folder / "data" / "01_raw" / dataset
            synthetic_file(schema, raw / f"made-up.{schema.reading.format}", ROWS, seed=1)
            with (folder / ".env").open("a") as env:  # a table's rows are made up, too
                env.write(f"SOURCE_{dataset.upper()}_URL=none\n")
    if own_database:
        own_database(folder)
    return bootstrap(settings.load_settings(folder))


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_yours() -> Iterator[None]:
    """Hide the variables that would lead the tests to your data, database or mailbox."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            ours = name in {"PROJECT_DIR", "ENVIRONMENT", "DATABASE_URL"}
            ours = ours or name.startswith(("ALERT_", "LOG_", "SMTP_"))
            if ours or (name.startswith("DATA_") and name.endswith("_PATH")):
                patch.delenv(name)
        yield


@pytest.fixture(params=MODELS)
def spec(request: pytest.FixtureRequest) -> ModelSpec:
    """Return each model in turn."""
    return MODELS[request.param]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a project in which nothing has run yet."""
    return make_project(tmp_path / "project")


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Return a trained project, made once: tests only read it."""
    project = make_project(tmp_path_factory.mktemp("trained") / "project")
    run_pipeline(project, "monitoring", force=True)  # takes in the data
    done = Trained(project, {key: replayed(project, one, 4) for key, one in project.models.items()})
    done.run("training", 0)
    done.run("scoring", 0)
    done.run("scoring", 1)
    return done


@pytest.fixture
def copied(trained: Trained, tmp_path: Path) -> Trained:
    """Return a copy of the trained project, to do with as a test likes."""
    shutil.copytree(trained.project.settings.project_dir, tmp_path / "copy")
    if own_database:
        own_database(tmp_path / "copy", trained.project.settings.project_dir)
    return Trained(bootstrap(settings.load_settings(tmp_path / "copy")), trained.at)


@pytest.fixture
def command() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return what runs the project's command in a folder, in a process of its own."""

    def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", settings.PACKAGE, *arguments]
        return subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)

    return run
