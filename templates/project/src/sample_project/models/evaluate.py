"""Step `evaluate`: judge the candidates on the holdout, and whether a gain is chance."""

import json
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn import metrics as sk

from ..monitoring.monitor import FLOOR, live_loss
from ..pipelines.runner import Run
from . import ModelSpec
from .predict import score
from .register import load_estimator, load_version
from .train import split, target_of

RESAMPLES = 2_000
MOST_BLOCKS = 5_000  # more add time, not precision


class Gain(NamedTuple):
    """How much smaller the metric is with the new model, with its 95 % interval."""

    mean: float
    low: float
    high: float


def judge(
    spec: ModelSpec, estimator: Any, rows: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return score, label and loss of each row, and the task's metrics over all of them.

    The loss is log loss, squared error (rmse) or absolute error (mae).
    """
    truth, scored = target_of(rows, spec), score(spec, estimator, rows)
    told, hit = scored["score"], truth == spec.positive
    loss = live = live_loss(spec, scored, truth)
    if spec.task == "multiclass":
        # A class never met in training has probability 0 in every model: the floor helps.
        chances = estimator.predict_proba(rows[estimator.feature_names_in_])
        of_truth = np.where(truth.to_numpy()[:, None] == estimator.classes_, chances, 0).sum(axis=1)
        loss = -np.log(np.clip(of_truth, FLOOR, 1))
    if spec.task == "regression":
        out = {"rmse": sk.root_mean_squared_error(truth, told)}
        out |= {"mae": sk.mean_absolute_error(truth, told), "r2": sk.r2_score(truth, told)}
    else:
        out = {"log_loss": loss.mean(), "accuracy": sk.accuracy_score(truth, scored["label"])}
    if spec.task == "binary":
        out["brier"] = ((told - hit) ** 2).mean()
        out |= {"auc": sk.roc_auc_score(hit, told)} if hit.nunique() > 1 else {}
    out |= {"live_mean": live.mean(), "live_sd": live.std(ddof=0)}
    return scored.assign(loss=loss), {name: float(value) for name, value in out.items()}


def gain_interval(
    before: np.ndarray, after: np.ndarray, seed: int, timed: bool, root: bool = False
) -> Gain:
    """Paired bootstrap of the gain from `before` to `after`, losses of the same rows in order.

    With time, whole blocks of neighbours are drawn, because one rainy week is not seven
    independent days. `root` takes the root of each mean (rmse from squared errors).
    """
    rows = len(before)
    block = max(round(rows ** (1 / 3)) if timed else 1, -(-rows // MOST_BLOCKS))
    starts = np.random.default_rng(seed).integers(0, rows, (RESAMPLES, -(-rows // block)))
    total = np.sqrt if root else np.asarray

    def means(losses: np.ndarray) -> np.ndarray:
        summed = np.concatenate([[0.0], np.cumsum(np.concatenate([losses, losses[:block]]))])
        of_block = (summed[block : block + rows] - summed[:rows]) / block
        return np.asarray(total(of_block[starts].mean(axis=1)))

    low, high = np.quantile(means(before) - means(after), [0.025, 0.975])
    return Gain(float(total(before.mean()) - total(after.mean())), float(low), float(high))


def verdict(metric: str, over_baseline: Gain, over_champion: Gain | None) -> tuple[bool, str]:
    """Decide whether the challenger becomes champion, and say why in a sentence."""
    rival, stays, gain = "baseline", "No model is worth it yet", over_baseline
    if gain.low > 0 and over_champion is not None:
        rival, stays, gain = "champion", "The champion stays", over_champion
    told = f"{gain.mean:+.4g} {metric} (95 % interval {gain.low:.4g} to {gain.high:.4g})"
    if gain.low > 0:
        return True, f"Better than the {rival}: {told}."
    return False, f"{stays}: the gain over the {rival} is {told}."


def evaluate(run: Run) -> None:
    """Write evaluation.json beside the candidates, and every holdout row with its scores."""
    catalog, spec = run.project.catalog, run.model
    folder = catalog.path("candidate", model=spec.name, run_id=run.run_id)
    trained = json.loads((folder / "train.json").read_text("utf-8"))
    timed = trained["split"] == "time"
    rows = split(catalog.load("features", run_id=run.run_id), spec, timed)[1]
    judged = {
        kind: load_estimator(folder / f"{kind}.skops", trained[kind], spec.name)
        for kind in ("baseline", "challenger")
    }
    if champion := run.project.store.champion(spec.name):
        judged["champion"] = load_version(run.project, champion)
    kept, metrics = rows[["_entity", "_as_of", "_target"]], {}
    for kind, estimator in judged.items():
        scored, metrics[kind] = judge(spec, estimator, rows)
        kept = kept.join(scored[["score", "label", "loss"]].add_suffix(f"_{kind}"))
    catalog.save("holdout", [kept], run_id=run.run_id)

    losses, root = {kind: kept[f"loss_{kind}"].to_numpy() for kind in judged}, spec.metric == "rmse"
    after = losses.pop("challenger")
    gains = {
        kind: gain_interval(before, after, spec.seed, timed, root)
        for kind, before in losses.items()
    }
    promote, why = verdict(spec.metric, gains["baseline"], gains.get("champion"))
    facts = trained | {
        "holdout_rows": len(rows),
        "holdout_from": rows["_as_of"].min().isoformat(),
        "holdout_through": rows["_as_of"].max().isoformat(),
        "metrics": metrics,
        "champion_version": champion.version if champion else None,
        "over_baseline": gains["baseline"]._asdict(),
        "over_champion": gains["champion"]._asdict() if champion else None,
        "promote": promote,
        "verdict": why,
    }
    (folder / "evaluation.json").write_text(json.dumps(facts, indent=2), "utf-8")
    run.log.info("evaluated", rows=len(rows), verdict=why)
