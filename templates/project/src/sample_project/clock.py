"""Time: always UTC, and cut into slots by a model's interval."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile

from cronsim import CronSim, CronSimError

from . import UserError

NAMED = {"hour": "0 * * * *", "day": "0 0 * * *", "week": "0 0 * * 1", "month": "0 0 1 * *"}


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def parse_as_of(text: str | None) -> datetime:
    """Read `--as-of`: an ISO date or time, taken as UTC unless it says otherwise; None is now."""
    if text is None:
        return utc_now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UserError(f"{text!r} is not a time. Write it as 2026-01-31T06:00, in UTC.") from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


@dataclass(frozen=True)
class Interval:
    """How often a model is due: hour, day, week, month or a cron expression, read in UTC."""

    name: str
    cron: str

    @classmethod
    def parse(cls, text: str) -> "Interval":
        """Read an interval, refusing an expression that is malformed or can never fire."""
        cron = NAMED.get(text, text)
        try:
            if len(cron.split()) != 5:
                raise CronSimError("a cron expression has five fields")
            next(CronSim(cron, utc_now()))
        except (CronSimError, StopIteration) as error:
            choices = "hour, day, week, month or a cron expression such as '0 6 * * 1-5'"
            why = f"The interval {text!r} can't be used ({str(error) or 'it never fires'})"
            raise UserError(f"{why}. Write {choices}.") from None
        return cls(text, cron)

    def slot(self, at: datetime) -> datetime:
        """Return the start of the slot that holds this moment."""
        return next(self._fires(at + timedelta(minutes=1), reverse=True))

    def next(self, at: datetime) -> datetime:
        """Return the start of the slot after the one that holds this moment."""
        return next(self._fires(at))

    def count(self, start: datetime, end: datetime) -> int:
        """Count the slots that begin after `start` and not after `end`."""
        return sum(1 for _ in self.between(start, end))

    def between(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """Yield the slots that begin after `start` and not after `end`, oldest first."""
        return takewhile(lambda fire: fire <= end, self._fires(start))

    def last(self, at: datetime, number: int) -> list[datetime]:
        """Return the starts of the last slots that were over at a moment, newest first."""
        return list(islice(self._fires(self.slot(at), reverse=True), number))

    def _fires(self, at: datetime, reverse: bool = False) -> CronSim:
        whole = at.astimezone(UTC).replace(second=0, microsecond=0)
        return CronSim(self.cron, whole, reverse=reverse)
