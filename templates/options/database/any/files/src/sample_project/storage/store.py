"""All that is kept, and asked for, in the database. A method writes all of its rows, or none."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import sqlalchemy as sa

from .. import LockedError, UserError
from ..clock import utc_now
from . import Version
from . import tables as t
from .database import Database

if TYPE_CHECKING:
    import pandas as pd

ROLLBACK = "rolled back"
# So long a run may rest between steps that are processes of their own.
BETWEEN = timedelta(minutes=15)


class Store(Database):
    """The project's tables."""

    def start_run(
        self,
        run_id: str,
        pipeline: str,
        model: str,
        as_of: datetime,
        slot: datetime,
        trigger: str = "prompt",
    ) -> None:
        """Record that a run is at work, or again; others of its kind that never end were killed."""
        kind = {"pipeline": pipeline, "model": model, "status": "running"}
        others = sa.select(t.run).filter_by(**kind).where(t.run.c.run_id != run_id)
        with self.transaction() as connection:
            for other in self._rows(others):
                steps = self._rows(sa.select(t.step).filter_by(run_id=other["run_id"]))
                # abs: the clock may have been put back.
                if any(abs(utc_now() - step["finished_at"]) < BETWEEN for step in steps):
                    raise LockedError(f"Run {other['run_id']} is at work, between two steps.")
                self.finish_run(other["run_id"], "failed", "killed: it never ended")
            if self.find_run(run_id=run_id):
                again = {"status": "running", "error": None, "finished_at": None}
                connection.execute(sa.update(t.run).filter_by(run_id=run_id).values(again))
            else:
                about = {"as_of": as_of, "slot": slot, "trigger": trigger[:64]}
                self._add(t.run, run_id=run_id, **kind, **about, started_at=utc_now())

    def add_step(self, run_id: str, name: str) -> None:
        """Record that a step of a run is done."""
        self._add(t.step, run_id=run_id, name=name, finished_at=utc_now())

    def steps(self, run_id: str) -> set[str]:
        """Return the steps of a run that were recorded as done."""
        return {row["name"] for row in self._rows(sa.select(t.step).filter_by(run_id=run_id))}

    def finish_run(self, run_id: str, status: str, error: str | None = None) -> None:
        """Record how a run ended."""
        ended = {"status": status, "error": error, "finished_at": utc_now()}
        with self.transaction() as connection:
            connection.execute(sa.update(t.run).filter_by(run_id=run_id).values(ended))

    def find_run(self, *where: Any, **which: Any) -> dict[str, Any] | None:
        """Return the run with these values of the newest slot, of these the last started."""
        newest = (t.run.c.slot.desc(), t.run.c.started_at.desc())
        found = sa.select(t.run).where(*where).filter_by(**which).order_by(*newest)
        return next(iter(self._rows(found.limit(1))), None)

    def last_retraining(self, model: str) -> dict[str, Any] | None:
        """Return the newest training that monitoring asked for, if there is one."""
        asked = t.run.c.trigger.startswith("retrain")
        return self.find_run(asked, pipeline="training", model=model)

    def done_slots(self, pipeline: str, model: str) -> set[datetime]:
        """Return the slots for which a pipeline has succeeded for a model."""
        about = {"pipeline": pipeline, "model": model, "status": "succeeded"}
        return {row["slot"] for row in self._rows(sa.select(t.run.c.slot).filter_by(**about))}

    def last_run(self, pipeline: str, model: str, **which: Any) -> dict[str, Any] | None:
        """Return the newest run of a pipeline that succeeded for a model, if there is one."""
        return self.find_run(pipeline=pipeline, model=model, status="succeeded", **which)

    def add_version(self, version: Version) -> None:
        """Register a version; its number must be new."""
        self._add(t.model_version, **asdict(version))

    def versions(self, model: str | None = None) -> list[Version]:
        """Return all versions of a model, or of every model, oldest first."""
        query = sa.select(t.model_version).filter_by(**({"model": model} if model else {}))
        return [Version(**row) for row in self._rows(query.order_by(t.model_version.c.version))]

    def champions(self, model: str | None = None) -> list[dict[str, Any]]:
        """Return which version was champion, since when and why, newest first."""
        query = sa.select(t.champion).filter_by(**({"model": model} if model else {}))
        return self._rows(query.order_by(t.champion.c.number.desc()))

    def champion(self, model: str) -> Version | None:
        """Return the version that scores, if there is one yet."""
        newest = [row["version"] for row in self.champions(model)[:1]]
        return next((known for known in self.versions(model) if known.version in newest), None)

    def promote(self, model: str, version: int, reason: str, run_id: str | None = None) -> Version:
        """Make a version the champion; the trail keeps who was it before."""
        with self.transaction():
            known = {row.version: row for row in self.versions(model)}
            if version not in known:
                there = ", ".join(map(str, known)) or "none yet: run training first"
                raise UserError(f"Model {model!r} has no version {version}. It has: {there}.")
            trail = self.champions(model)
            if [row["version"] for row in trail[:1]] != [version]:
                why = {"since": utc_now(), "reason": reason, "run_id": run_id}
                self._add(t.champion, model=model, number=len(trail) + 1, version=version, **why)
        return known[version]

    def rollback(self, model: str) -> Version:
        """Make the version before the present champion champion again."""
        line: list[int] = []
        for row in reversed(self.champions(model)):
            back = row["reason"].startswith(ROLLBACK)
            line = line[:-1] if back else [*line, row["version"]]
        if len(line) < 2:
            raise UserError(f"Model {model!r} had no champion before the present one.")
        return self.promote(model, line[-2], f"{ROLLBACK} from version {line[-1]}")

    def predictions(self, model: str | None, limit: int | None = None) -> "pd.DataFrame":
        """Return the current predictions, newest first, with outcome_label and outcome_value."""
        p, o = t.current_prediction.c, t.outcome.c
        same = sa.and_(p.model == o.model, p.entity == o.entity, p.as_of == o.as_of)
        came = (o.label.label("outcome_label"), o.value.label("outcome_value"))
        query = sa.select(*p, *came).outerjoin_from(t.current_prediction, t.outcome, same)
        query = query if model is None else query.where(p.model == model)
        return self.read(query.order_by(p.as_of.desc(), p.entity).limit(limit))

    def unresolved(self, model: str, rows: int = 50_000, **which: Any) -> "Iterator[pd.DataFrame]":
        """Yield entity and as_of of the predictions whose outcome has not come, piece by piece."""
        p, o = t.prediction.c, t.outcome.c
        came = sa.exists().where(o.model == p.model, o.entity == p.entity, o.as_of == p.as_of)
        query = sa.select(p.entity, p.as_of).where(p.model == model, ~came).filter_by(**which)
        for batch in self.read_batches(query, rows=rows):
            yield batch.to_pandas()

    def add(self, table: str, frame: "pd.DataFrame", **about: Any) -> int:
        """Add rows to `outcome` or `quarantine`, with columns that are the same for all of them."""
        return self.write_batches(table, [frame.assign(**about, recorded_at=utc_now())])

    def add_metrics(
        self, run_id: str, model: str, version: int, values: Mapping[str, float], part: str = "all"
    ) -> None:
        """Keep the figures of a run, of all rows or of a slice of them."""
        about = {"run_id": run_id, "model": model, "version": version, "slice": part}
        with self.transaction():
            for name, value in values.items():
                self._add(t.metric, name=name, value=float(value), recorded_at=utc_now(), **about)

    def open_alert(self, kind: str, subject: str, message: str) -> bool:
        """Open an incident; False when it is open already."""
        with self.transaction():
            about = {"kind": kind, "subject": subject}
            if new := not self.is_open(**about):
                about |= {"alert_id": uuid4().hex, "message": message}
                self._add(t.alert, **about, opened_at=utc_now())
            return new

    def is_open(self, kind: str, subject: str) -> bool:
        """Say whether there is such an incident now."""
        which = {"kind": kind, "subject": subject, "closed_at": None}
        return bool(self._rows(sa.select(t.alert).filter_by(**which)))

    def close_alert(self, kind: str, subject: str) -> bool:
        """Close an incident; False when there was none."""
        change = sa.update(t.alert).filter_by(kind=kind, subject=subject, closed_at=None)
        with self.transaction() as connection:
            return connection.execute(change.values(closed_at=utc_now())).rowcount > 0

    def alerts(self, limit: int = 50) -> "pd.DataFrame":
        """Return the newest incidents."""
        return self.read(sa.select(t.alert).order_by(t.alert.c.opened_at.desc()).limit(limit))

    def runs(self, limit: int = 50) -> "pd.DataFrame":
        """Return the newest runs."""
        return self.read(sa.select(t.run).order_by(t.run.c.started_at.desc()).limit(limit))
