"""Step `train`: fit the baseline and the real model on the older rows, save both as candidates."""

import json
from importlib import import_module
from typing import Any, NamedTuple

import pandas as pd
from pandas.api.types import is_numeric_dtype
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from .. import UserError
from ..data.schema import load_schema
from ..pipelines.runner import Run
from . import ModelSpec
from .register import save_estimator

REFERENCE_ROWS = 2_000


class Fitted(NamedTuple):
    """Both candidates, and the rows they were fitted on and are judged on."""

    baseline: Any
    challenger: Any
    train: pd.DataFrame
    holdout: pd.DataFrame


def split(frame: pd.DataFrame, spec: ModelSpec, timed: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return (training, holdout) rows: the newest rows are held out.

    Without a time column the entity and the seed decide, so a row that was trained on once is
    never in a later holdout: a champion can be judged on it without having seen it.
    """
    if timed:
        ordered = frame.sort_values(["_as_of", "_entity"], kind="stable")
        cut = ordered["_as_of"].iloc[int(len(ordered) * (1 - spec.holdout))]
        return ordered[ordered["_as_of"] < cut], ordered[ordered["_as_of"] >= cut]
    entities = frame["_entity"].to_numpy(dtype=object)
    drawn = pd.util.hash_array(entities, hash_key=f"{spec.seed:016d}", categorize=False)
    held = drawn < spec.holdout * 2.0**64
    return frame[~held], frame[held]


def target_of(frame: pd.DataFrame, spec: ModelSpec) -> pd.Series:
    """Return the target as the estimators take it: a float, or the class as text."""
    return frame["_target"].astype(float if spec.task == "regression" else object)


def build_baseline(spec: ModelSpec, numbers: list[str], texts: list[str]) -> Any:
    """Return the unfitted baseline, by the column that `[baseline]` of `params.toml` names."""
    regression = spec.task == "regression"
    if spec.baseline is None:
        return DummyRegressor() if regression else DummyClassifier(strategy="prior")
    if spec.baseline not in numbers + texts:
        raise UserError(f"{spec.name}: the baseline column {spec.baseline!r} is not a feature.")
    number = make_pipeline(SimpleImputer(keep_empty_features=True), StandardScaler())
    one = number if spec.baseline in numbers else OneHotEncoder(handle_unknown="ignore")
    # Hardly any shrinkage: with a yes/no column this *is* the rate of each group.
    last = Ridge(alpha=1e-6) if regression else LogisticRegression(C=1e6, max_iter=1000)
    return make_pipeline(ColumnTransformer([("group", one, [spec.baseline])]), last)


def fit(spec: ModelSpec, frame: pd.DataFrame, timed: bool) -> Fitted:
    """Fit both candidates; same rows and seed give the same estimators."""
    train_rows, holdout = split(frame, spec, timed) if len(frame) else (frame, frame)
    target = target_of(train_rows, spec)
    values, needed = target.nunique(), 1 if spec.task == "regression" else 2
    if len(train_rows) < 10 or holdout.empty or values < needed:
        raise UserError(
            f"Model {spec.name} can't be trained: {len(train_rows)} rows to learn from (10 are "
            f"needed), {values} values of {spec.target} in them ({needed} needed), "
            f"{len(holdout)} rows to judge on. Wait for more rows, or look into quarantine."
        )
    names = [name for name in frame.columns if name[0] != "_"]
    numbers = [name for name in names if is_numeric_dtype(frame[name])]
    texts = [name for name in names if name not in numbers]
    build = import_module(f".{spec.name}.model", __package__).build
    inputs = train_rows[numbers + texts]
    return Fitted(
        baseline=build_baseline(spec, numbers, texts).fit(inputs, target),
        challenger=build(spec, numbers, texts).fit(inputs, target),
        train=train_rows,
        holdout=holdout,
    )


def train(run: Run) -> None:
    """Fit on this run's features; leave estimators, facts and a sample of the inputs."""
    catalog, spec = run.project.catalog, run.model
    timed = load_schema(spec.dataset).time is not None
    if not timed:
        run.log.info("no time column: the holdout is drawn by seed", seed=spec.seed)
    fitted = fit(spec, catalog.load("features", run_id=run.run_id), timed)
    folder = catalog.path("candidate", model=spec.name, run_id=run.run_id)
    facts = {
        "baseline": save_estimator(fitted.baseline, folder / "baseline.skops"),
        "challenger": save_estimator(fitted.challenger, folder / "challenger.skops"),
        "split": "time" if timed else "seed",
        "trained_rows": len(fitted.train),
        "trained_from": fitted.train["_as_of"].min().isoformat(),
        "trained_through": fitted.train["_as_of"].max().isoformat(),
    }
    # Drift is judged against what the model saw: an evenly spaced sample keeps the seasons.
    sample = fitted.train.iloc[:: max(1, len(fitted.train) // REFERENCE_ROWS)]
    sample.to_parquet(folder / "reference.parquet", index=False)
    (folder / "train.json").write_text(json.dumps(facts, indent=2), "utf-8")
    run.log.info("trained", rows=len(fitted.train), holdout=len(fitted.holdout))
