"""Step `validate`: good rows to the valid dataset, bad ones to quarantine with their reasons."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from .. import UserError
from ..pipelines.runner import Run
from .ingest import RawFile, seen
from .read import Chunk, faults_of, read_chunks
from .rows import record_outcomes
from .schema import Schema, Source, load_schema, load_source

FEW = 2  # so few bad rows never stop a batch, whatever their share is


def validate(run: Run) -> None:
    """Check every file that has not been checked as it is now; then record what came true."""
    catalog, dataset = run.project.catalog, run.model.dataset
    for file in seen(run.project, dataset).files:
        if not catalog.path("valid", dataset=dataset, part=file.part).is_file():
            catalog.save("valid", _good_rows(run, file), dataset=dataset, part=file.part)
    record_outcomes(run)


def _good_rows(run: Run, file: RawFile) -> Iterator[pd.DataFrame]:
    dataset, store = run.model.dataset, run.project.store
    schema, source = load_schema(dataset), load_source(dataset)
    checks, good, bad, reason = build_checks(schema, source), 0, 0, ""
    for chunk in read_chunks(Path(file.path), schema, run.project.settings.batch_rows):
        frame, faults = sort_out(chunk, checks)
        good, bad = good + len(frame), bad + len(faults)
        if len(faults):
            reason = reason or f"row {faults.iloc[0]['row_number']}: {faults.iloc[0]['reason']}"
            # A file that was mended, but not well, is told about anew.
            named = f"{file.name[:100]}:{file.part[:8]}"
            store.add("quarantine", faults, dataset=dataset, part=named, run_id=run.run_id)
        if bad > FEW + source.bad_rows * (good + bad):
            told = f"{file.name}: {bad} of {good + bad} rows are bad, and source.toml allows"
            way_out = "All are in the table quarantine. Mend the file, or schema.yaml."
            raise UserError(f"{told} {source.bad_rows:.0%}. First, {reason}. {way_out}")
        yield frame
    run.log.info("validated", file=file.name, rows=good, quarantined=bad)


def sort_out(chunk: Chunk, checks: pa.DataFrameSchema) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows that pass, and the faults of all that do not."""
    frame = chunk.frame
    try:
        checks.validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases.sort_values("index", kind="stable")
        told = cases.apply(_tell, axis=1).groupby(cases["index"]).agg("; ".join)
        faults = faults_of(frame.loc[told.index].drop(columns="_row"), told)
        return frame.drop(index=told.index), pd.concat([chunk.bad, faults], ignore_index=True)
    return frame, chunk.bad


def _tell(case: pd.Series) -> str:
    if case["check"] == "not_nullable":
        return f"{case['column']}: is missing"
    return f"{case['column']}: {case['failure_case']} is not {case['check']}"


def build_checks(schema: Schema, source: Source) -> pa.DataFrameSchema:
    """Make the checks of a schema: nullability, limits with their slack, categories."""
    columns: dict[str, pa.Column] = {}
    for column in schema.read:
        checks, target = [], column.role == "target"
        if isinstance(column.min, float) and isinstance(column.max, float):
            slack = source.range_slack * (column.max - column.min)
            low, high = column.min - slack, column.max + slack
            checks.append(pa.Check.in_range(low, high, error=f"within {low:g} … {high:g}"))
        if column.categories and (target or source.new_categories == "quarantine"):
            checks.append(pa.Check.isin(column.categories, error="one of the known categories"))
        columns[column.name] = pa.Column(nullable=column.nullable or target, checks=checks)
    return pa.DataFrameSchema(columns)
