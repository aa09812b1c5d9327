"""What each model must do: what its `expectations.yaml` says, once a person has reviewed it.

And of training: the same again from the same, no step back, and nothing bad ever serves.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from sample_project import UserError
from sample_project.bootstrap import bootstrap
from sample_project.clock import utc_now
from sample_project.data.rows import known_rows
from sample_project.data.schema import load_schema
from sample_project.features.build import build, features_of
from sample_project.models import ModelSpec
from sample_project.models.evaluate import judge
from sample_project.models.predict import score
from sample_project.models.train import Fitted, fit
from sample_project.settings import PACKAGE, load_settings
from sample_project.storage import Version

from conftest import MODELS, ROOT, Trained, has_real_data


def load_expectations(folder: Path) -> dict[str, Any]:
    """Read a model folder's `expectations.yaml`; its head explains the keys."""
    path = folder / "expectations.yaml"
    found: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    for number, rule in enumerate(found["expectations"], start=1):
        if rule.get("kind") not in ("minimum", "invariance", "direction") or not rule.get("why"):
            raise UserError(f"{path}, no. {number}: give `kind` and `why`, as its head explains.")
    return found


def check(rule: dict[str, Any], spec: ModelSpec, fitted: Fitted, rows: pd.DataFrame) -> str | None:
    """Return what is wrong, or None.

    Changes are made to `rows` of the dataset, so that lags and all other features follow.
    """
    features, why = features_of(spec), rule["why"]

    def scores(built: pd.DataFrame) -> np.ndarray:
        return score(spec, fitted.challenger, built)["score"].to_numpy(dtype=float)

    if rule["kind"] == "minimum":
        name = rule.get("metric", spec.metric)
        both = (fitted.challenger, fitted.baseline)
        found, base = (judge(spec, one, fitted.holdout)[1][name] for one in both)
        high = rule.get("at_most", base if rule.get("better_than") == "baseline" else np.inf)
        fine = rule.get("at_least", -np.inf) <= found <= high
        return None if fine else f"{why}: {name} is {found:.4g}, not as in {rule}"
    built, change = build(rows, features), rule["change"]
    if change == "alone":
        # Features first: a lag needs its neighbours, a score must not.
        built = built.head(50)
        after = np.concatenate([scores(built.iloc[[row]]) for row in range(len(built))])
    else:
        column, value = change["column"], change.get("set")
        if value is None:
            value = rows[column] * change.get("times", 1) + change.get("add", 0)
        after = scores(build(rows.assign(**{column: value}), features))
    moved = after - scores(built)
    if rule["kind"] == "invariance":
        worst, most = float(np.abs(moved).max()), rule["tolerance"]
        return None if worst <= most else f"{why}: a score moved by {worst:.4g}"
    share = float((moved * {"up": 1, "down": -1}[rule["expect"]] > 0).mean())
    fine = share >= rule.get("share", 1.0)
    return None if fine else f"{why}: {share:.0%} of scores went {rule['expect']}"


OnRealData = Callable[[str], tuple[pd.DataFrame, Fitted]]
CASES = [
    (name, number, rule["kind"])
    for name, spec in MODELS.items()
    for number, rule in enumerate(load_expectations(spec.folder)["expectations"])
]


@pytest.fixture(scope="module")
def on_real_data(trained: Trained) -> OnRealData:
    """Return what fits a model on the rows its expectations are about; once for each model."""

    @cache
    def prepare(model: str) -> tuple[pd.DataFrame, Fitted]:
        spec, project, at = MODELS[model], trained.project, trained.at[model][0]
        if not has_real_data(spec.dataset):
            project, at = bootstrap(load_settings(ROOT)), utc_now()
            if not project.catalog.path("raw", dataset=spec.dataset).is_dir():
                pytest.skip(f"the data of {spec.dataset} is not on this machine")
        rows = known_rows(project, spec.dataset, at)
        known = rows[spec.target].notna()
        frame = build(rows, features_of(spec)).assign(_target=rows[spec.target])[known]
        return rows, fit(spec, frame, timed=load_schema(spec.dataset).time is not None)

    return prepare


@pytest.mark.parametrize(
    ("model", "number", "kind"), CASES, ids=[f"{name}-{n + 1}-{kind}" for name, n, kind in CASES]
)
def test_expectation(model: str, number: int, kind: str, on_real_data: OnRealData) -> None:
    expectations = load_expectations(MODELS[model].folder)
    if expectations.get("reviewed") is not True:
        pytest.skip(f"proposed, not reviewed: read models/{model}/expectations.yaml, then say so")
    rows, fitted = on_real_data(model)
    fault = check(expectations["expectations"][number], MODELS[model], fitted, rows)
    assert fault is None, f"{kind}: {fault}"


def champion(trained: Trained, spec: ModelSpec) -> Version:
    """Return the champion; after training there is one."""
    found = trained.project.store.champion(spec.name)
    assert found is not None
    return found


def test_trained_twice_is_the_same(copied: Trained, spec: ModelSpec) -> None:
    catalog, holdouts = copied.project.catalog, []
    for _ in range(2):
        [result] = copied.run("training", 0, spec.name)
        holdouts.append(catalog.load("holdout", run_id=result.run_id))
    mine = ["_entity", "_as_of", "_target", "score_baseline", "score_challenger"]
    pd.testing.assert_frame_equal(holdouts[0][mine], holdouts[1][mine], check_exact=True)


def test_no_worse_than_the_last_champion(copied: Trained, spec: ModelSpec) -> None:
    """Regression: trained again on newer rows, it may tie with the last champion, not fall behind.

    Where nothing beats the baseline yet, that is the champion, and it stays.
    """
    before = champion(copied, spec)
    copied.run("training", 3, spec.name)
    newest = copied.project.store.versions(spec.name)[-1]
    assert newest.facts["champion_version"] == before.version
    gain = newest.facts["over_champion"]
    if before.kind == "challenger":
        assert gain["high"] >= 0, f"worse than version {before.version} beyond chance: {gain}"
    assert (champion(copied, spec) == newest) == (gain["low"] > 0)


def test_a_bad_model_never_serves(
    copied: Trained, spec: ModelSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build_badly(spec: ModelSpec, _numbers: list[str], _texts: list[str]) -> Any:
        from sklearn.dummy import DummyClassifier, DummyRegressor

        if spec.task == "regression":
            return DummyRegressor(strategy="constant", constant=1e9)
        [target] = (one for one in load_schema(spec.dataset).columns if one.role == "target")
        sure = spec.positive or target.categories[0]  # of itself, and often wrong
        return DummyClassifier(strategy="constant", constant=sure)

    module = import_module(f"{PACKAGE}.models.{spec.name}.model")
    monkeypatch.setattr(module, "build", build_badly)
    before = champion(copied, spec)
    copied.run("training", 1, spec.name)
    newest = copied.project.store.versions(spec.name)[-1]
    assert newest.kind == "challenger"
    assert newest.version > before.version
    assert champion(copied, spec) == before
