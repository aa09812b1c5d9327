"""Which rows, and which targets, are known at a moment: the only door from data to models."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from .. import MissingError
from ..bootstrap import Project
from ..clock import Interval
from ..logs import get_log
from ..pipelines.runner import Run
from .ingest import seen
from .schema import load_schema, load_source

# So many intervals before the first ingest are replayed, so that there is a recent past to look at.
REPLAYED = 28
# Without a time column: the share of the first file that is let out piece by piece.
LATE = 0.25
KEYS = {"_entity": "str", "_as_of": "datetime64[us, UTC]"}
DAY = timedelta(days=1)


def known_rows(
    project: Project, dataset: str, as_of: datetime, features: list[str] | None = None
) -> pd.DataFrame:
    """Return the rows of `row_batches` all at once, oldest first."""
    known = pd.concat(list(row_batches(project, dataset, as_of, features)))
    return known.sort_values(["_as_of", "_entity"], kind="stable", ignore_index=True)


def row_batches(
    project: Project, dataset: str, as_of: datetime, features: list[str] | None = None
) -> Iterator[pd.DataFrame]:
    """Yield the valid rows that had arrived by `as_of`, with these features or all, as they lie.

    Adds `_entity` and `_as_of` (when it happened, or first arrived). A target not known yet is
    missing. Of rows with equal keys the newest file's is kept; 24 bytes of each row are in memory.
    """
    names = list(KEYS) if load_schema(dataset).time else ["_entity"]
    found = [
        pd.DataFrame({"key": row_keys(rows[names]), "at": rows["_as_of"]})
        for rows in _arrived(project, dataset, as_of, [])
    ]
    if not any(len(rows) for rows in found):
        raise MissingError(f"No row of {dataset!r} had arrived by {as_of:%Y-%m-%d %H:%M} UTC.")
    keys = pd.concat(found).loc[lambda known: known["key"].duplicated(keep=False)]
    first = keys.groupby("key")["at"].transform("min")
    outdated = keys.index[keys["key"].duplicated(keep="last")]
    if load_source(dataset).kind == "replay":
        last = max(rows["at"].max() for rows in found if len(rows))
        if simulated(project, dataset, as_of) > last + DAY:
            get_log().warning("the replay is used up: no more rows will arrive", dataset=dataset)
    del found, keys
    for rows in _arrived(project, dataset, as_of, features):
        newest = rows[~rows.index.isin(outdated)]
        yield newest.assign(_as_of=first.reindex(newest.index).fillna(newest["_as_of"]))


def row_keys(keys: pd.DataFrame) -> Any:
    """Return 64 bits for each row; of a million rows two share them with a chance of 3 in 10⁸."""
    plain = keys.astype({name: KEYS[name] for name in keys.columns})
    return pd.util.hash_pandas_object(plain, index=False, categorize=False).to_numpy()


def among(values: Any, known: Any) -> Any:
    """Say which values are among sorted ones."""
    return np.searchsorted(known, values, "right") > np.searchsorted(known, values)


def _arrived(
    project: Project, dataset: str, as_of: datetime, features: list[str] | None
) -> Iterator[pd.DataFrame]:
    """Yield the rows that had arrived, numbered through all files, outdated ones included."""
    schema, source, raw = load_schema(dataset), load_source(dataset), seen(project, dataset)
    slots = pd.DatetimeIndex(replayed_slots(project, dataset))
    now = simulated(project, dataset, as_of)
    delay = now - interval_of(project, dataset).last(now, 1)[0]
    if source.delay_days is not None:
        delay = source.delay_days * DAY
    names = [c.name for c in schema.read if c.role != "feature" or features is None]
    names = list(dict.fromkeys([*names, *(features or ()), "_row"]))
    count = 0
    for file in raw.files:
        part: dict[str, Any] = {"dataset": dataset, "part": file.part}
        place, late = 0, None
        if schema.time is None and file is raw.files[0]:
            size = sum(map(len, project.catalog.batches("valid", columns=["_row"], **part)))
            late = _pieces(size)
        for rows in project.catalog.batches("valid", project.settings.batch_rows, names, **part):
            arrived: Any = pd.Series(pd.Timestamp(file.first_seen), index=rows.index)
            told = arrived
            if schema.time:
                arrived = rows[schema.time]
                told = arrived + delay
            elif late is not None:
                piece = late[place : place + len(rows)]
                # History is known from the start; a late row's target comes with the next piece.
                arrived, told = slots[piece], slots[np.where(piece, piece + 1, 0)]
            place += len(rows)
            if schema.entity == "id":
                rows["_entity"] = rows[schema.id]
            elif schema.entity == "time":
                rows["_entity"] = dataset
            else:
                rows["_entity"] = f"{file.name}:" + rows["_row"].astype("str")
            rows["_as_of"] = arrived
            rows[schema.target] = rows[schema.target].mask(told > now)
            known = rows[rows["_as_of"] <= now].drop(columns="_row").astype(KEYS)
            known.index = pd.RangeIndex(count, count + len(known))
            count += len(known)
            yield known


def _pieces(size: int) -> Any:
    """Return, for each row of a file without a time, in which piece it is let out; 0: history."""
    early = int(size * (1 - LATE))
    late = np.arange(size) - early
    return np.maximum(0, 1 + late * REPLAYED // max(1, size - early))


def interval_of(project: Project, dataset: str) -> Interval:
    """Return the interval of the first model on a dataset: its clock ticks by it."""
    found = (spec.interval for spec in project.models.values() if spec.dataset == dataset)
    return Interval.parse(next(found, "day"))


def replayed_slots(project: Project, dataset: str) -> list[datetime]:
    """Return the slots of a replay, oldest first: the last but one holds the first ingest."""
    return _slots(interval_of(project, dataset), seen(project, dataset).anchor)


@cache
def _slots(interval: Interval, anchor: datetime) -> list[datetime]:
    return [*interval.last(anchor, REPLAYED)[::-1], interval.slot(anchor), interval.next(anchor)]


def simulated(project: Project, dataset: str, as_of: datetime) -> datetime:
    """Return the moment in the data's own time: a replay goes one day per interval.

    Up to its `start` a replay's history is as it was; `start` is the first slot that is replayed.
    """
    source = load_source(dataset)
    if source.kind != "replay" or source.start is None:
        return as_of
    start = datetime.fromisoformat(source.start).replace(tzinfo=as_of.tzinfo)
    if as_of <= start:
        return as_of
    first = replayed_slots(project, dataset)[0]
    return start + interval_of(project, dataset).count(first, as_of) * DAY


def waiting_keys(run: Run, **which: Any) -> Any:
    """Return the `row_keys`, sorted, of the model's predictions whose outcome has not come."""
    found = run.project.store.unresolved(run.model.name, **which)
    keys = [row_keys(rows.set_axis(list(KEYS), axis="columns")) for rows in found]
    return np.sort(np.concatenate([np.empty(0, "uint64"), *keys]))


def record_outcomes(run: Run) -> None:
    """Write down the targets, known by now, of rows that were predicted before."""
    spec, store = run.model, run.project.store
    keys, added = waiting_keys(run), 0
    if not len(keys):
        return
    told = "value" if spec.task == "regression" else "label"
    with store.transaction():
        for rows in row_batches(run.project, spec.dataset, run.as_of, []):
            known = rows[rows[spec.target].notna()]
            known = known[among(row_keys(known[list(KEYS)]), keys)]
            found = {"entity": known["_entity"], "as_of": known["_as_of"], told: known[spec.target]}
            added += store.add("outcome", pd.DataFrame(found), model=spec.name, run_id=run.run_id)
    run.log.info("outcomes recorded", rows=added)
