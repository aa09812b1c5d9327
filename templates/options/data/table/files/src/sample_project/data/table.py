"""Rows of a table or a query: each pull is a new Parquet file in the raw folder.

How far a pull came stands in its file, so that the two can't differ, whatever is killed.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from .. import MissingError, UserError
from ..logs import redact
from .connect import connected, source_url
from .rows import among
from .schema import FOLDER, Schema, Source, load_schema, load_source
from .shape import shaped
from .watermark import Mark, Place, back, most, not_ahead, plain, read_mark

if TYPE_CHECKING:
    from ..pipelines.runner import Run


def fetch(run: "Run") -> None:
    """Write the rows that are new, or are not as they were, to a file of their own."""
    project, dataset = run.project, run.model.dataset
    schema, source = load_schema(dataset), load_source(dataset)
    folder = project.catalog.path("raw", dataset=dataset)
    if (url := source_url(project.settings, dataset, source.url)) is None:
        run.log.info("not connected: the files that are there are all", dataset=dataset)
        return
    if schema.entity == "row":
        raise UserError(
            f"{dataset}: a row of a table must be known again. Give one column of its schema.yaml "
            "the role `id` (and set entity: id), or the role `time`."
        )
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(".*.pull"):  # of a run that was killed: runs never overlap
        left.unlink()
    before = sorted(folder.glob("pull-*.parquet"))
    try:
        with connected(project, url) as (connection, read):
            pull = _Pull(schema, source, connection, [(path, read_mark(path)) for path in before])
            batches = read(pull.statement(), project.settings.batch_rows)
            name = f"pull-{int(before[-1].stem[5:]) + 1 if before else 1:06}.parquet"
            rows = pull.write(batches, folder / name)
    except (SQLAlchemyError, pa.ArrowException, MissingError) as error:
        if isinstance(error, MissingError) and not error.__cause__:
            raise  # else it is told of the project's own database, which this need not be
        reason = redact(str(error.__cause__ or error)).strip()
        told = f"{dataset} can't be read from {pull_name(source)}: {reason}."
        raise MissingError(f"{told} Is {source.url} right, and is the table there?") from None
    run.log.info("pulled", dataset=dataset, rows=rows, read=pull.read, past=pull.low)
    if not rows and not before:
        raise MissingError(f"{pull_name(source)} has no rows yet, so there is nothing to do.")


def pull_name(source: Source) -> str:
    """Name what is read, as a person knows it."""
    return f"table {source.table}" if source.table else f"query {source.query}"


class _Pull:
    """One pull: what is asked for, and which of the answers are new."""

    def __init__(
        self,
        schema: Schema,
        source: Source,
        connection: sa.Connection,
        before: list[tuple[Path, Mark]],
    ) -> None:
        self.schema, self.source, self.connection, self.before = schema, source, connection, before
        self.last = before[-1][1] if before else Mark()
        self.quote = connection.dialect.identifier_preparer.quote_identifier
        self.names = [column.name for column in schema.read]
        if source.watermark and source.watermark not in self.names:
            self.names.append(source.watermark)
        self.read = 0
        self.low, self.waiting = self.last.high, self.last.waiting
        if self.low is not None:
            self.low = back(self.low, source.reread)
        if self.waiting is not None and source.targets is not None:
            self.waiting = max(self.waiting, back(self.last.high, source.targets))

    def origin(self) -> str:
        """Return the table, or the query in brackets, as SQL."""
        if self.source.table:
            return ".".join(map(self.quote, self.source.table.split(".")))
        path = FOLDER / self.schema.dataset / str(self.source.query)
        if not path.is_file():
            raise MissingError(f"There is no query {path}. Put it back, or mend source.toml.")
        return f"({path.read_text('utf-8').strip().rstrip(';')}\n) AS source_rows"

    def statement(self) -> sa.TextClause:
        """Return the query for all rows that could be new."""
        origin = self.origin()
        empty = f"SELECT * FROM {origin} WHERE 1 = 0"  # noqa: S608
        there = list(self.connection.execute(_text(empty)).keys())
        if gone := [name for name in self.names if name not in there]:
            raise UserError(
                f"{pull_name(self.source)} has no column {', '.join(map(repr, gone))}; it has: "
                f"{', '.join(there)}. Bring it back, name it in a query, or mend schema.yaml."
            )
        select = f"SELECT {', '.join(map(self.quote, self.names))} FROM {origin}"  # noqa: S608
        if self.low is None or not self.source.watermark:
            return _text(select)
        mark, target = self.quote(self.source.watermark), self.quote(self.schema.target)
        one = f"SELECT {mark} FROM {origin} WHERE {mark} IS NOT NULL LIMIT 1"  # noqa: S608
        found = self._first(one)
        if found is not None and isinstance(found, str) != isinstance(self.low, str):
            raise UserError(
                f"The watermark {self.source.watermark!r} was like {self.last.high!r} and is like "
                f"{found!r} now: its type has changed. Mend it, or move what was pulled out of the "
                "raw folder: then all is read anew."
            )
        wanted = [f"{mark} >= {self._literal(self.low)}", f"{mark} IS NULL"]
        if self.waiting is not None:
            late = f"{mark} >= {self._literal(self.waiting)}"
            wanted.append(f"({late} AND {target} IS NOT NULL)")
            lowest = f"SELECT MIN({mark}) FROM {origin} WHERE {late} AND {target} IS NULL"  # noqa: S608
            self.waiting = self._first(lowest)
        return _text(f"{select} WHERE {' OR '.join(wanted)}")

    def _first(self, sql: str) -> Place:
        # All of it is fetched: DuckDB does nothing else before a result is read to its end.
        return next((plain(row[0]) for row in self.connection.execute(_text(sql)).fetchall()), None)

    def _literal(self, value: Place) -> str:
        if not isinstance(value, str):
            return repr(value)
        kind: Any = sa.String()
        return str(kind.literal_processor(self.connection.dialect)(value))

    def write(self, batches: Iterator[pa.RecordBatch], path: Path) -> int:
        """Write what is new to a file that appears once it is whole; return how many rows."""
        known, draft, rows = self._known(), path.with_name(f".{path.name}.pull"), 0
        mark, writer, shape = Mark(self.last.high, None, self.waiting), None, None
        try:
            for given in batches:
                self.read += len(given)
                batch = shaped(given, self.schema, shape)
                frame = batch.to_pandas(date_as_object=False, integer_object_nulls=True)
                content = pd.util.hash_pandas_object(frame[self.names], index=False).to_numpy()
                new = ~among(content, known)
                mark = self._further(mark, batch.filter(pa.array(new)))
                if not new.any():
                    continue
                keys = frame[[name for name in (self.schema.id, self.schema.time) if name]]
                hashed = pd.util.hash_pandas_object(keys, index=False).to_numpy()
                batch = batch.append_column("_content", pa.array(content))
                batch = batch.append_column("_key", pa.array(hashed)).filter(pa.array(new))
                if writer is None:
                    shape = batch.schema
                    told = [one.name for one in shape if not pa.types.is_floating(one.type)]
                    writer = pq.ParquetWriter(draft, shape, use_dictionary=told[:-2])
                writer.write_batch(batch)
                rows += len(batch)
            if writer is not None:
                writer.add_key_value_metadata({"mark": json.dumps(asdict(mark))})
                writer.close()
                draft.replace(path)
        finally:
            if writer is not None:
                writer.close()
            draft.unlink(missing_ok=True)
        return rows

    def _known(self) -> Any:
        """Return what the newest version of each row looks like, as sorted hashes.

        Only of the files that may hold rows that are read again.
        """
        lows = [low for low in (self.low, self.waiting, self.last.waiting) if low is not None]
        newer, found = np.empty(0, "uint64"), [np.empty(0, "uint64")]
        for at, (path, mark) in reversed(list(enumerate(self.before))):
            if not mark.unmarked and mark.top is not None and lows and mark.top < min(lows):
                continue
            table = pq.read_table(path, columns=["_key", "_content"])
            keys = table["_key"].to_numpy()
            found.append(table["_content"].to_numpy()[~among(keys, newer)])
            if at:
                newer = np.unique(np.concatenate([newer, keys]))
        return np.sort(np.concatenate(found))

    def _further(self, mark: Mark, batch: pa.RecordBatch) -> Mark:
        """Return how far we have come with these rows, too."""
        if not self.source.watermark or not len(batch):
            return mark
        column = batch[self.source.watermark]
        top = plain(pc.max(column).as_py())
        unknown = batch.filter(pc.is_null(batch[self.schema.target]))
        waiting = plain(pc.min(unknown[self.source.watermark]).as_py())
        return Mark(
            most(max, mark.high, not_ahead(top)),
            most(max, mark.top, top),
            most(min, mark.waiting, waiting),
            mark.unmarked or column.null_count > 0,
        )


def _text(sql: str) -> sa.TextClause:
    return sa.text(sql.replace(":", r"\:"))
