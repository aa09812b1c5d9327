"""Runs pipelines: one run, with a row of its own, per pipeline and model that is due."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from filelock import FileLock, Timeout
from structlog.contextvars import bound_contextvars, unbind_contextvars

from .. import LockedError, MissingError, UserError
from ..bootstrap import Project
from ..clock import Interval, utc_now
from ..logs import get_log, redact
from ..models import ModelSpec
from . import load_steps

RETRAIN = "retrain"  # begins the trigger of a training that monitoring asked for


@dataclass(frozen=True)
class Run:
    """What a step is given: it loads through the catalog, calls a pure function, and saves."""

    project: Project
    run_id: str
    pipeline: str
    model: ModelSpec
    as_of: datetime
    trigger: str = "prompt"

    @property
    def log(self) -> Any:
        """The log; it knows the run, the pipeline, the model and the step."""
        return get_log()


@dataclass(frozen=True)
class Result:
    """How a pipeline ended for one model: succeeded, failed or not due."""

    pipeline: str
    model: str
    status: str
    run_id: str = ""
    message: str = ""
    exit_code: int = 0

    def __str__(self) -> str:
        """Tell it in a line, with the id that the log and the tables know the run by."""
        why = f". {self.message}" if self.message else ""
        run = f" (run {self.run_id})" if self.run_id else ""
        return f"{self.pipeline} of {self.model}: {self.status}{run}{why}"


@contextmanager
def run_lock(folder: Path, wait: float = 0) -> Iterator[None]:
    """Hold the project's lock, whatever starts the run; refused, naming the holder, if not free.

    It is held again by its own holder, and freed by the system when a process dies.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock", is_singleton=True)
    try:
        lock.acquire(timeout=wait, poll_interval=0.2)
    except Timeout:
        note = folder / ".lock.note"
        holder = note.read_text("utf-8") if note.is_file() else "it has not signed yet"
        message = f"Another run is at work: {holder}. Wait for it with `--wait SECONDS`."
        raise LockedError(message) from None
    try:
        yield
    finally:
        lock.release()


def new_run_id() -> str:
    """Return an id that no run has; ids sort by time."""
    return f"{utc_now():%Y%m%dT%H%M%S}-{uuid4().hex[:8]}"


def open_run(
    project: Project,
    pipeline: str,
    spec: ModelSpec,
    as_of: datetime,
    run_id: str | None = None,
    trigger: str = "prompt",
    force: bool = False,
    begin: bool = True,
) -> Run | None:
    """Start a run, or go on with the one of this id; None when it is not due, or done.

    Without an id, a run of the same slot that stopped between its steps goes on. `begin` tells
    whether a new one may be started. When that fails, as with a database that is down, it is told.
    """
    kind = {"pipeline": pipeline, "model": spec.name}
    with run_lock(project.data_dir), _alerting(project, **kind):
        store = project.store
        if project.channels:
            project.channels.send_unsent(project)
        interval = Interval.parse(spec.interval)
        slot, before = interval.slot(as_of), store.last_run(**kind)
        due = force or store.last_run(**kind, slot=slot) is None
        newest = None if run_id or not due else store.find_run(**kind, slot=slot)
        if newest and newest["status"] != "succeeded" and store.steps(newest["run_id"]):
            run_id = newest["run_id"]
        run_id = run_id or new_run_id()
        if known := store.find_run(run_id=run_id):
            if (known["pipeline"], known["model"]) != (pipeline, spec.name):
                raise UserError(f"Run {run_id} is of {known['pipeline']} and {known['model']}.")
            due, as_of, slot = known["status"] != "succeeded", known["as_of"], known["slot"]
            trigger = known["trigger"]
        elif trigger.startswith(RETRAIN):
            due = due and may_retrain(project, spec, as_of)
        if not due:
            return None
        if not (begin or known):
            raise UserError(f"There is no run {run_id} to go on with: its first step starts it.")
        run = Run(project, run_id, pipeline, spec, as_of, trigger)
        who = f"{pipeline} of {spec.name}, run {run_id}, process {os.getpid()}"
        (project.data_dir / ".lock.note").write_text(f"{who}, since {utc_now():%H:%M} UTC", "utf-8")
        store.start_run(run_id, pipeline, spec.name, as_of, slot, trigger)
        unbind_contextvars("model_version")  # of the run before
        with bound_contextvars(run_id=run_id, **kind):
            run.log.info("run goes on" if known else "run started", as_of=as_of.isoformat())
            if before and (missed := interval.count(before["slot"], slot) - 1) > 0:
                run.log.warning("slots were missed; `backfill` makes up for them", missed=missed)
        return run


@contextmanager
def _alerting(project: Project, pipeline: str, model: str) -> Iterator[None]:
    """Tell that a run can't even be opened, unless a person at the prompt can mend that."""
    try:
        yield
    except Exception as error:
        if not isinstance(error, UserError) or isinstance(error, MissingError):
            project.alert(f"{pipeline} failed", model, str(error))
        raise


def may_retrain(project: Project, spec: ModelSpec, as_of: datetime) -> bool:
    """Say whether the last training that monitoring asked for is long enough ago."""
    last, most = project.store.last_retraining(spec.name), int(spec.monitoring.get("cool_down", 7))
    return last is None or Interval.parse(spec.interval).count(last["as_of"], as_of) >= most


def run_step(run: Run, name: str, mark: bool = True) -> None:
    """Do a step of a run, unless it is done; what fails is recorded and raised.

    What the last step writes appears together with the run's success. `mark` is for a step in a
    process of its own: the next ones, and a second try, have to know that it is done.
    """
    project, store, kind = run.project, run.project.store, f"{run.pipeline} failed"
    steps = load_steps(run.pipeline)
    before, last = list(steps)[: list(steps).index(name)], name == list(steps)[-1]
    context = {"run_id": run.run_id, "pipeline": run.pipeline, "model": run.model.name}
    with run_lock(project.data_dir), bound_contextvars(**context, step=name):
        done = store.steps(run.run_id) if mark else set(before)
        if name in done:
            run.log.info("step is done already")
            return
        try:
            if missing := [one for one in before if one not in done]:
                raise UserError(f"Step {name} of run {run.run_id} has to wait for {missing}.")
            with store.transaction() if last else nullcontext():
                steps[name](run)
                if mark:
                    store.add_step(run.run_id, name)
                if last:
                    store.finish_run(run.run_id, "succeeded")
        except BaseException as error:
            _failed(run, error)
            raise
        if last:
            run.log.info("run ended")
            project.all_clear(kind, run.model.name)
            project.catalog.prune()


def run_pipeline(
    project: Project,
    pipeline: str,
    model: str | None = None,
    as_of: datetime | None = None,
    force: bool = False,
    trigger: str = "prompt",
    step: str | None = None,
    run_id: str | None = None,
) -> list[Result]:
    """Run a pipeline for every model that is due, or for one; a failure doesn't stop the others.

    With a `step`, do that one alone, of the run with this id; the first one starts the run.
    """
    at, results, steps = as_of or utc_now(), list[Result](), [*load_steps(pipeline)]
    if step not in (None, *steps):
        raise UserError(f"{pipeline} has no step {step!r}. It has: {', '.join(steps)}.")
    with run_lock(project.data_dir):
        for spec in project.chosen(model):
            about, begin = (pipeline, spec.name), step in (None, steps[0])
            result = Result(*about, "succeeded", run_id or new_run_id())
            try:
                how = (result.run_id, trigger, force, begin)
                if run := open_run(project, pipeline, spec, at, *how):
                    for name in steps if step is None else [step]:
                        run_step(run, name, mark=step is not None)
                else:
                    due = f"{Interval.parse(spec.interval).next(at):%Y-%m-%d %H:%M} UTC"
                    why = f"done for now, due {due}; `--force` runs it now"
                    get_log().info("not due", pipeline=pipeline, model=spec.name, why=why)
                    result = Result(*about, "not due", message=why)
            except Exception as error:  # noqa: BLE001
                code = error.exit_code if isinstance(error, UserError) else 1
                why = redact(str(error) or repr(error))
                result = Result(*about, "failed", result.run_id, why, code)
            results.append(result)
    return results


def _failed(run: Run, error: BaseException) -> None:
    """Record a failure: in the log first, for the database may be what failed."""
    message = redact(str(error) or type(error).__name__)
    fault = isinstance(error, Exception) and not isinstance(error, UserError)
    run.log.error("run failed", why=message, exc_info=fault)
    try:
        run.project.store.finish_run(run.run_id, "failed", message)
        if isinstance(error, Exception):  # else a person interrupted it: nobody needs an alert
            told = f"{message} (run {run.run_id})"
            run.project.alert(f"{run.pipeline} failed", run.model.name, told)
    except Exception as second:  # noqa: BLE001
        run.log.error("failure not recorded in the database", why=redact(str(second)))
