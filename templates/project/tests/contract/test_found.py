"""What every model, dataset and pipeline found must offer; a new folder is held to it at once."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from sample_project import UserError
from sample_project.clock import Interval
from sample_project.data import schema as schemas
from sample_project.features.build import build, features_of
from sample_project.models import ModelSpec, find_models
from sample_project.pipelines import find_pipelines, load_steps
from sample_project.settings import PACKAGE, PACKAGE_DIR

from conftest import synthetic_rows

HEAVY = ("matplotlib", "pandas", "pandera", "scipy", "skops", "sklearn", "sqlalchemy")


def test_a_model_is_whole(spec: ModelSpec) -> None:
    schema = schemas.load_schema(spec.dataset)
    assert (spec.target, spec.task) == (schema.target, schema.task)
    assert Interval.parse(spec.interval).cron
    whole = {"README.md", "expectations.yaml", "test_model.py"}
    assert {path.name for path in spec.folder.glob("*.*")} >= whole


def test_features_are_pure_and_whole(spec: ModelSpec) -> None:
    schema = schemas.load_schema(spec.dataset)
    rows = synthetic_rows(schema, 60, seed=3)
    times = pd.date_range("2026-01-01", periods=60, freq="D", tz="UTC", unit="us")
    rows = rows.assign(_entity="one", _as_of=times)
    before = rows.copy(deep=True)
    built = build(rows, features_of(spec))
    pd.testing.assert_frame_equal(rows, before)
    mixed = build(rows.sample(frac=1, random_state=0), features_of(spec)).loc[rows.index]
    pd.testing.assert_frame_equal(built, mixed)
    later = built.iloc[:40]
    pd.testing.assert_frame_equal(build(rows.iloc[:40], features_of(spec)), later)
    assert spec.target not in built, "a model must not see what it predicts"
    assert spec.baseline is None or spec.baseline in built


@pytest.mark.parametrize("dataset", schemas.find_datasets())
def test_a_dataset_is_whole(dataset: str) -> None:
    schema, source = schemas.load_schema(dataset), schemas.load_source(dataset)
    names = [column.name for column in schema.columns]
    assert schema.dataset == dataset
    assert len(set(names)) == len(names)
    assert schema.features
    assert [column.role for column in schema.columns].count("target") == 1
    assert 0 <= source.bad_rows < 1


@pytest.mark.parametrize("pipeline", find_pipelines())
def test_every_step_takes_a_run(pipeline: str) -> None:
    for step in load_steps(pipeline).values():
        assert list(inspect.signature(step).parameters) == ["run"], step.__name__


def test_a_broken_folder_is_an_error_not_skipped(tmp_path: Path) -> None:
    (tmp_path / "models" / "empty").mkdir(parents=True)
    with pytest.raises(UserError, match=r"params\.toml can't be used"):
        find_models(tmp_path)
    with pytest.raises(UserError, match="There are: "):
        load_steps("no_such_pipeline")


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    """What every command loads is light; steps are loaded when they run, and in any order."""

    def named(*patterns: str) -> list[str]:
        paths = [path.relative_to(PACKAGE_DIR) for p in patterns for path in PACKAGE_DIR.glob(p)]
        found = [".".join((PACKAGE, *path.with_suffix("").parts)) for path in paths]
        return sorted(name for name in found if not re.search(r"migrations|test_model$", name))

    code = (
        f"import importlib, sys, {PACKAGE.rpartition('.')[0] or 'sys'}; there = set(sys.modules)\n"
        f"for name in {named('*.py', '*/__init__.py')}: importlib.import_module(name)\n"
        f"heavy = [name for name in {HEAVY} if name in set(sys.modules) - there]\n"
        f"for name in {named('**/*.py')}: importlib.import_module(name)\n"
        "sys.exit(', '.join(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
    assert done.stdout == ""
