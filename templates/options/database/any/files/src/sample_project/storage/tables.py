"""The tables, the same on every engine. A change here needs a new file in migrations/versions/."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from .. import UserError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

metadata = sa.MetaData()


class UtcDateTime(sa.TypeDecorator[datetime]):
    """A moment in UTC, aware in Python whatever the engine keeps."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a time without a zone: it could mean anything."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Give back what went in, also where the engine forgets the zone."""
        moment: datetime | None = value
        return moment and (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


TIMES = "as_of slot started_at finished_at created_at since predicted_at recorded_at"
# A column is of one type wherever it stands; those not named here are short text.
TYPES: dict[str, Any] = {
    **dict.fromkeys([*TIMES.split(), "opened_at", "closed_at"], UtcDateTime()),
    **dict.fromkeys(["version", "number", "trained_rows", "row_number"], sa.Integer()),
    **dict.fromkeys(["artifact", "content", "error", "message", "reason"], sa.Text()),
    **dict.fromkeys(["value", "score"], sa.Float()),
    **dict.fromkeys(["entity", "label", "part", "slice"], sa.String(255)),
    "facts": sa.JSON(),
}


def _table(name: str, columns: str) -> sa.Table:
    """Describe a table: a column with `*` is part of the key, one with `?` may be empty."""
    parts = []
    for column in columns.split():
        plain, key, maybe = column.rstrip("*?"), column[-1] == "*", column[-1] == "?"
        refers = [sa.ForeignKey("run.run_id")] if plain == "run_id" and name != "run" else []
        kind = TYPES.get(plain, sa.String(64))
        parts.append(sa.Column(plain, kind, *refers, primary_key=key, nullable=maybe))
    return sa.Table(name, metadata, *parts)


CASE = "entity* as_of* label? value?"
# status is running, succeeded or failed; slot is where the interval's slot of as_of begins; trigger
# is what started it: "prompt" for a person.
run = _table(
    "run", "run_id* pipeline model as_of slot trigger status started_at finished_at? error?"
)
# The steps of a run that are done, when each is a process of its own.
step = _table("step", "run_id* name* finished_at")
# kind is baseline or challenger; facts are what was measured when it was trained.
model_version = _table(
    "model_version",
    "model* version* kind artifact sha256 run_id as_of trained_rows facts created_at",
)
# Append-only: the highest number is the champion of today, the others are the audit trail.
champion = _table("champion", "model* number* version since reason run_id?")
champion.append_constraint(
    sa.ForeignKeyConstraint(["model", "version"], ["model_version.model", "model_version.version"])
)
# Append-only. label: the predicted class; value: the predicted number; score: the number, or the
# probability of the positive class (of the predicted one when there are more than two).
prediction = _table("prediction", f"model* version* {CASE} score run_id predicted_at")
# A view: the newest prediction of each (model, entity, as_of).
current_prediction = sa.Table(
    "current_prediction", sa.MetaData(), *(sa.Column(one.name, one.type) for one in prediction.c)
)
outcome = _table("outcome", f"model* {CASE} run_id? recorded_at")
# version 0: of no version, such as the drift of the inputs.
metric = _table("metric", "run_id* model* version* slice* name* value? recorded_at")
quarantine = _table("quarantine", "dataset* part* row_number* reason content run_id? recorded_at")
alert = _table("alert", "alert_id* kind subject message opened_at closed_at?")


def arrow_schema(columns: "Iterable[sa.ColumnElement[Any]]") -> "pa.Schema":
    """Return columns as Arrow types; what is no number and no time is text."""
    import pyarrow as pa

    kinds = {UtcDateTime: pa.timestamp("us", "UTC"), sa.Integer: pa.int32(), sa.Float: pa.float64()}
    return pa.schema([(one.name, kinds.get(type(one.type), pa.string())) for one in columns])


def as_batch(table: sa.Table, rows: "pa.RecordBatch | pd.DataFrame") -> "pa.RecordBatch":
    """Bring rows to a table's columns; what the engines would keep differently is refused."""
    import pyarrow as pa
    import pyarrow.compute as pc

    # Of a frame that was put together from several, a column of text comes in pieces.
    batch = rows if isinstance(rows, pa.RecordBatch) else pa.Table.from_pandas(rows)
    columns = []
    for field, column in zip(arrow_schema(table.c), table.c, strict=True):
        found = field.name in batch.schema.names
        values = batch[field.name] if found else pa.nulls(batch.num_rows, field.type)
        values = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
        if pa.types.is_timestamp(values.type) and values.type.tz is None:
            raise UserError(f"{table.name}.{field.name}: a time has no time zone.")
        values, wrong = values.cast(field.type, safe=not pa.types.is_timestamp(field.type)), False
        if pa.types.is_floating(field.type):  # not a number is no number: empty
            values = pc.if_else(pc.is_nan(values), None, values)
            wrong = pc.any(pc.is_inf(values)).as_py()
        elif pa.types.is_string(field.type):
            length = pc.max(pc.utf8_length(values)).as_py() or 0
            wrong = length > (getattr(column.type, "length", None) or length)
            wrong = wrong or pc.any(pc.match_substring(values, "\0")).as_py()
        if wrong:
            message = f"{table.name}.{field.name} ({column.type}): a value is infinite, too long"
            raise UserError(f"{message}, or holds a null character; nothing is written.")
        columns.append(values)
    return pa.RecordBatch.from_arrays(columns, schema=arrow_schema(table.c))
