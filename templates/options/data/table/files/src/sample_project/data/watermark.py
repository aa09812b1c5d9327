"""How far the reading of a table has come: places in its watermark column."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from .. import UserError
from ..clock import utc_now

# So far behind the highest watermark rows are read again, for some are committed late.
REREAD_DAYS, REREAD_STEPS = 1.0, 1000.0
# A number, a text that sorts as its time does, or None; of one column, so that they compare.
Place = Any


@dataclass(frozen=True)
class Mark:
    """How far the pulls had come when a file was written.

    `high` is the highest watermark of all pulls, `top` of this file; `waiting` the lowest of a
    row without a target; `unmarked` says whether rows of this file have no watermark.
    """

    high: Place = None
    top: Place = None
    waiting: Place = None
    unmarked: bool = False


def read_mark(path: Path) -> Mark:
    """Read how far the pulls had come when a file was written."""
    with pq.ParquetFile(path) as file:
        found = (file.metadata.metadata or {}).get(b"mark")
    if found is None:
        raise UserError(f"{path} was not written by a pull. Move it away, or rename it.")
    return Mark(**json.loads(found))


def most(choose: Any, *values: Place) -> Place:
    """Choose among the places that are there."""
    there = [value for value in values if value is not None]
    return choose(there) if there else None


def plain(value: Any) -> Place:
    """Return a watermark as JSON keeps it: a number, or a text that sorts as it does."""
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat(" ")
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _moment(place: Place) -> datetime | None:
    if not isinstance(place, str) or place[4:5] != "-":
        return None
    try:
        return datetime.fromisoformat(place)
    except ValueError:
        return None


def back(place: Place, by: float | None) -> Place:
    """Go back from a watermark: days from a time, steps from a number; other text stays."""
    if isinstance(place, int | float):
        return place - (REREAD_STEPS if by is None else by)
    if not (moment := _moment(place)):
        return place
    earlier = moment - timedelta(days=REREAD_DAYS if by is None else by)
    if len(str(place)) == len("2026-01-31"):
        return earlier.date().isoformat()
    return earlier.isoformat(str(place)[10], "seconds")


def not_ahead(place: Place) -> Place:
    """Keep a row with a time in the future from hiding all that come before then."""
    if not (moment := _moment(place)):
        return place
    now = utc_now() if moment.tzinfo else utc_now().replace(tzinfo=None)
    ahead = moment > now
    return now.isoformat(str(place)[10:11] or " ", "seconds") if ahead else place
