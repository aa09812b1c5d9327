"""Step `monitor`: compare what was served, and what came of it, with training; open alerts."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
from structlog.contextvars import bind_contextvars

from ..bootstrap import Project
from ..clock import Interval
from ..data.rows import known_rows
from ..features.build import build, features_of
from ..logs import redact
from ..models import ModelSpec
from ..pipelines import find_pipelines
from ..pipelines.runner import RETRAIN, Run, may_retrain
from ..storage import Version
from .drift import Drift, drift, same_season

FEWEST = 20  # rows; fewer say nothing
FLOOR = 1e-6  # of a probability, so that log loss stays finite


@dataclass(frozen=True)
class Health:
    """What is known of a champion at work."""

    # Features, scores and outcomes of the newest predictions, oldest first.
    served: pd.DataFrame
    drift: list[Drift]
    # Loss of each served row of this version whose outcome has arrived.
    losses: pd.Series
    # Mean loss on the holdout, and what the mean of the losses may be (three standard errors).
    promised: float
    limit: float
    # Intervals since it was trained; since it last won or held against a new challenger, and how
    # many these may be.
    age: int
    unjudged: int
    most: int

    @property
    def worse(self) -> bool:
        """Whether it does worse than on the holdout, by more than chance."""
        return len(self.losses) >= FEWEST and float(self.losses.mean()) > self.limit


def health(project: Project, spec: ModelSpec, champion: Version, as_of: datetime) -> Health:
    """Look at the newest predictions, as of a moment."""
    served = project.store.predictions(spec.name)
    served = served[served["as_of"] <= as_of].sort_values("as_of", kind="stable")
    served = served.tail(int(spec.monitoring.get("window", 90)))
    features = features_of(spec)
    built = build(known_rows(project, spec.dataset, as_of), features)
    served = served.merge(built, left_on=["entity", "as_of"], right_on=["_entity", "_as_of"])
    found: list[Drift] = []
    if len(served) >= FEWEST:
        keys = {"model": spec.name, "version": champion.version}
        reference = project.catalog.load("reference", **keys)
        reference = same_season(reference, served) if features.season else reference
        # The season's own columns say which days were served, not how they were.
        names = [name for name in reference.columns if not name.startswith(("_", "season_"))]
        found = drift(reference[names], served, float(spec.monitoring.get("drift", 0.25)))
    came = "outcome_value" if spec.task == "regression" else "outcome_label"
    told = served[(served["version"] == champion.version) & served[came].notna()]
    losses = live_loss(spec, told, told[came])
    promised, spread = (champion.facts["metrics"][f"live_{name}"] for name in ("mean", "sd"))
    limit = promised + 3 * spread / max(1, len(losses)) ** 0.5
    judged = project.store.last_run("training", spec.name)
    moments = (champion.as_of, judged["as_of"] if judged else champion.as_of)
    age, unjudged = (Interval.parse(spec.interval).count(at, as_of) for at in moments)
    most = int(spec.monitoring.get("stale_after", 7))
    return Health(served, found, losses, promised, limit, age, unjudged, most)


def live_loss(spec: ModelSpec, served: pd.DataFrame, truth: pd.Series) -> pd.Series:
    """Return log loss (binary), wrong or not (several classes), or the metric's loss (numbers).

    It is what predictions as they are stored can be judged by; the holdout promises its mean.
    """
    if spec.task == "regression":
        error = served["score"] - truth.astype(float)
        return error**2 if spec.metric == "rmse" else error.abs()
    if spec.task == "multiclass":
        return (served["label"] != truth).astype(float)
    chance = served["score"].clip(FLOOR, 1 - FLOOR)
    return pd.Series(-np.log(chance.where(truth == spec.positive, 1 - chance)))


def missed(run: Run, pipeline: str) -> int:
    """Count the slots, of the last hundred since the first success, in which none succeeded."""
    slots = Interval.parse(run.model.interval).last(run.as_of, 100)
    done = run.project.store.done_slots(pipeline, run.model.name)
    return sum(min(done) < slot for slot in slots if slot not in done) if done else 0


def monitor(run: Run) -> None:
    """Write this run's metrics; open or close the alerts on drift, quality and staleness."""
    project, spec = run.project, run.model
    champion = project.store.champion(spec.name)
    if champion is None:
        run.log.info("nothing to monitor: no champion yet, run the training pipeline first")
        return
    bind_contextvars(model_version=champion.version)
    found = health(project, spec, champion, run.as_of)
    loss, rows = found.losses.mean(), len(found.losses)
    values: dict[str, float] = {"age_in_intervals": found.age, "served_rows": len(found.served)}
    values |= {f"psi:{one.column}"[:64]: one.psi for one in found.drift}
    values |= {f"ks:{one.column}"[:64]: one.ks for one in found.drift if one.ks is not None}
    values |= {"live_loss": float(loss), "live_rows": rows} if rows else {}
    for pipeline in find_pipelines():
        values[f"missed:{pipeline}"[:64]] = missed(run, pipeline)
    project.store.add_metrics(run.run_id, spec.name, champion.version, values)
    moved = [f"{one.column} (psi {one.psi:.2f})" for one in found.drift if one.drifted]
    incidents = {
        "drift": (bool(moved), f"inputs differ from training: {', '.join(moved)}"),
        "quality": (found.worse, f"loss {loss:.4g} on {rows} outcomes, not {found.promised:.4g}"),
        "stale": (
            found.unjudged > found.most,
            f"no training judged the champion for {found.unjudged} intervals, not {found.most}",
        ),
    }
    for kind, (happened, message) in incidents.items():
        if happened:
            project.alert(kind, spec.name, f"{message} (run {run.run_id})")
        else:
            project.all_clear(kind, spec.name)
    wanted = ", ".join(kind for kind, (happened, _) in incidents.items() if happened)
    by_hand = run.trigger in {"prompt", "demo", "backfill"}
    if wanted and not by_hand and may_retrain(project, spec, run.as_of):
        project.store.afterwards(lambda: _retrain(run, wanted))
    run.log.info("monitored", served=len(found.served), drifted=len(moved), age=found.age)


def _retrain(run: Run, why: str) -> None:
    """Have the scheduler start a training out of turn; the gate decides what comes of it."""
    from ..scheduling import scheduler

    try:
        name, trigger = run.model.name, f"{RETRAIN}: {why}"
        run.log.warning(trigger, by=scheduler.start(run.project, "training", name, trigger))
    except Exception as error:  # noqa: BLE001
        run.log.error("no training could be started", why=redact(str(error)))
