"""Step `predict`: score this run's feature rows with the champion, in one transaction.

Several processes may share the scoring: each takes row groups, and hands over what it made.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow.parquet import read_metadata
from structlog.contextvars import bind_contextvars

from .. import MissingError, UserError
from ..bootstrap import Project
from ..clock import utc_now
from ..pipelines.runner import Run
from ..settings import Settings
from ..storage import Version
from ..storage.tables import as_batch, prediction
from . import ModelSpec
from .register import load_version

# The champion of the run at work, once for all pieces that this process scores.
LOADED: dict[str, Any] = {}


def score(spec: ModelSpec, estimator: Any, rows: pd.DataFrame) -> pd.DataFrame:
    """Return label (of classes), value (of numbers) and score of each row.

    `score` is the predicted number, the probability of the positive class (binary), or that of
    the predicted class (several).
    """
    inputs = rows[estimator.feature_names_in_]
    if spec.task == "regression":
        number = np.asarray(estimator.predict(inputs), dtype=float)
        out = pd.DataFrame({"value": number, "label": None, "score": number}, index=rows.index)
    else:
        chances, classes = estimator.predict_proba(inputs), list(estimator.classes_)
        binary = spec.task == "binary"
        likely = chances[:, classes.index(spec.positive)] if binary else chances.max(axis=1)
        labels = np.asarray(classes, dtype=object)[chances.argmax(axis=1)]
        out = pd.DataFrame({"value": np.nan, "label": labels, "score": likely}, index=rows.index)
    if not np.isfinite(out["score"]).all():
        raise UserError(f"model {spec.name}: a score is not finite; nothing is written.")
    return out


def predict(run: Run) -> None:
    """Stream the features through the champion into the prediction table."""
    project, spec = run.project, run.model
    champion = project.store.champion(spec.name)
    if champion is None:
        raise MissingError(f"Model {spec.name} has no champion: run the training pipeline first.")
    bind_contextvars(model_version=champion.version)
    groups = read_metadata(project.catalog.path("features", run_id=run.run_id)).num_row_groups
    # Starting a process takes longer than scoring a few row groups.
    shards = min(project.settings.shards, max(1, groups // 2))
    work = partial(scored, project.settings, spec, champion, run.run_id, str(utc_now()))
    batches = (batch for piece in spread(work, groups, shards) for batch in piece)
    added = project.store.write_batches("prediction", batches)
    run.log.info("predicted", rows=added, version=champion.version, shards=shards)


def scored(
    settings: Settings, spec: ModelSpec, champion: Version, run_id: str, at: str, group: int
) -> list[pa.RecordBatch]:
    """Return rows of the table `prediction` for a row group of a run's features."""
    project = Project(settings)
    if run_id not in LOADED:
        LOADED.clear()
        LOADED[run_id] = load_version(project, champion)
    made = []
    for rows in project.catalog.batches("features", groups=[group], run_id=run_id):
        out = score(spec, LOADED[run_id], rows)
        out["model"], out["version"] = spec.name, champion.version
        out["entity"], out["as_of"] = rows["_entity"], rows["_as_of"]
        out = out.assign(run_id=run_id, predicted_at=pd.Timestamp(at))
        made.append(as_batch(prediction, out))
    return made


def spread(work: Callable[[int], Any], pieces: int, shards: int) -> Iterator[Any]:
    """Yield what `work` makes of each piece, in order; by so many processes, or here by one.

    Memory is bounded: only some pieces more than there are processes are made ahead.

    Raises
    ------
    UserError
        When a process was ended from outside; what `work` raises is raised here.
    """
    if shards == 1:
        yield from map(work, range(pieces))
        return
    # Read when a process loads its libraries: threads of several would be in each other's way.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    ahead: deque[Future[Any]] = deque()
    pool = ProcessPoolExecutor(shards, get_context("spawn"), initializer=_end_with_parent)
    try:
        for piece in range(pieces):
            ahead.append(pool.submit(work, piece))
            if len(ahead) > 2 * shards:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    except BrokenProcessPool:
        message = f"One of {shards} shards was ended, as when memory runs out; nothing is written."
        raise UserError(f"{message} Set fewer `shards`.") from None
    finally:
        pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """Make a process of the pool end when the run is killed: it would wait for work for ever."""

    def watch() -> None:
        if parent := parent_process():
            parent.join()
        os._exit(1)

    Thread(target=watch, daemon=True).start()
