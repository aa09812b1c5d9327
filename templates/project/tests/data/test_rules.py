"""The rules of each dataset's schema.yaml: break one, and the row is refused with the reason."""

from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sample_project.bootstrap import Project
from sample_project.data import schema as schemas
from sample_project.data.read import read_chunks
from sample_project.data.validate import build_checks, sort_out
from sample_project.models import ModelSpec
from sample_project.pipelines.runner import run_pipeline

from conftest import synthetic_file, synthetic_rows

READABLE = ("integer", "number", "boolean", "datetime")
COLUMNS = [
    (name, column) for name in schemas.find_datasets() for column in schemas.load_schema(name).read
]
ids = [f"{name}-{column.name}" for name, column in COLUMNS]


@cache
def checks_of(dataset: str) -> Any:
    """Return the checks of a dataset; made once, for that takes a while."""
    return build_checks(schemas.load_schema(dataset), schemas.load_source(dataset))


def refused(dataset: str, path: Path) -> tuple[int, pd.DataFrame]:
    """Return how many rows of a file pass, and the faults of the others."""
    chunks = read_chunks(path, schemas.load_schema(dataset))
    sorted_out = [sort_out(chunk, checks_of(dataset)) for chunk in chunks]
    return sum(len(good) for good, _ in sorted_out), pd.concat([bad for _, bad in sorted_out])


def broken(column: schemas.Column, dataset: str) -> dict[str, Any]:
    """Return, by rule, a value of the column's type that breaks it."""
    source, values = schemas.load_source(dataset), dict[str, Any]()
    if isinstance(column.min, float) and isinstance(column.max, float):
        far = (1 + source.range_slack) * (column.max - column.min) + 1
        values |= {"above": column.max + far, "below": column.min - far}
    closed = column.role == "target" or source.new_categories == "quarantine"
    if column.categories and closed:
        values["category"] = "a category nobody has met"
    if not column.nullable and column.role != "target":
        values["null"] = None
    return values


@pytest.mark.parametrize("dataset", schemas.find_datasets())
def test_rows_made_from_the_schema_pass(dataset: str, tmp_path: Path) -> None:
    schema = schemas.load_schema(dataset)
    synthetic_file(schema, tmp_path / "rows", 50, seed=2)
    passed, faults = refused(dataset, tmp_path / "rows")
    assert (passed, faults["reason"].tolist()) == (50, [])


@pytest.mark.parametrize(("dataset", "column"), COLUMNS, ids=ids)
def test_a_row_that_breaks_a_rule_is_refused(
    dataset: str, column: schemas.Column, tmp_path: Path
) -> None:
    lists = [list(broken(column, dataset).values())]
    lists.append(["not what it says"] if column.type in READABLE else [])
    for values in filter(None, lists):
        rows = synthetic_rows(schemas.load_schema(dataset), len(values), seed=2)
        rows.assign(**{column.name: values}).to_parquet(tmp_path / "bad.parquet", index=False)
        passed, faults = refused(dataset, tmp_path / "bad.parquet")
        assert passed == 0, f"of {values}"
        assert sorted(faults["row_number"]) == [*range(1, len(values) + 1)]
        assert faults["reason"].str.contains(column.name, regex=False).all()


def test_a_few_bad_rows_are_set_aside_too_many_stop_the_run(
    project: Project, spec: ModelSpec
) -> None:
    schema = schemas.load_schema(spec.dataset)
    column = next((c for c in schema.read if c.type in READABLE and c.role != "target"), None)
    if column is None:
        return  # nothing but text: every cell can be read
    folder = project.catalog.path("raw", dataset=spec.dataset)
    rows = synthetic_rows(schema, 60, seed=4)
    rows[column.name] = rows[column.name].astype("str")
    rows.loc[7, column.name] = "?!"
    folder.mkdir(parents=True, exist_ok=True)
    rows.to_parquet(folder / "few.parquet", index=False)
    [result] = run_pipeline(project, "monitoring", spec.name, force=True)
    assert result.status == "succeeded"
    [found] = project.store.read("SELECT * FROM quarantine").to_dict("records")
    assert (found["part"].split(":")[0], found["row_number"]) == ("few.parquet", 8)
    assert column.name in found["reason"]

    rows.assign(**{column.name: "?!"}).to_parquet(folder / "many.parquet", index=False)
    [result] = run_pipeline(project, "monitoring", spec.name, force=True)
    assert result.status == "failed"
    assert "60 of 60 rows are bad" in result.message
    assert len(project.store.alerts()) == 1
