"""Brings the batches of a database to one shape: that of the first ones."""

import pyarrow as pa

from .. import UserError
from .schema import Schema


def shaped(batch: pa.RecordBatch, schema: Schema, shape: pa.Schema | None) -> pa.RecordBatch:
    """Bring columns to the types of the file, which its first rows have settled."""
    columns, kinds = [], {column.name: column for column in schema.read}
    for name, given in zip(batch.schema.names, batch.columns, strict=True):
        kind, role = (kinds[name].type, kinds[name].role) if name in kinds else ("", "")
        found = given.type
        if pa.types.is_dictionary(found):
            found = found.value_type
        if shape is not None:
            found = shape.field(name).type
        elif kind in {"integer", "number", "boolean"} and not pa.types.is_string(found):
            found = pa.float64()
        elif pa.types.is_timestamp(found) or pa.types.is_date(found):
            found = pa.timestamp("us", getattr(found, "tz", None))
        elif pa.types.is_null(found) or role == "id" or pa.types.is_nested(found):
            found = pa.string()
        try:
            columns.append(given if given.type == found else _cast(given, found))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise UserError(
                f"{schema.dataset}: the column {name!r} holds {given.type}, and {found} in "
                f"the rows before ({error}). Read it by a query that casts it to one type."
            ) from None
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _cast(values: pa.Array, kind: pa.DataType) -> pa.Array:
    if pa.types.is_decimal(values.type) and pa.types.is_string(kind):
        return pa.array([None if v is None else str(v) for v in values.to_pylist()], kind)
    if pa.types.is_boolean(values.type) and pa.types.is_floating(kind):
        values = values.cast(pa.int8())
    return values.cast(kind, safe=not pa.types.is_floating(kind))
