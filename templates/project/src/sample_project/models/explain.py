"""`models explain ID`: raw → features → score for one row, against what was stored."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .. import MissingError
from ..bootstrap import Project
from ..clock import utc_now
from ..data.rows import known_rows
from ..features.build import build, features_of
from . import ModelSpec
from .predict import score
from .register import load_version


@dataclass(frozen=True)
class Explanation:
    """One stored prediction, computed again step by step.

    `parts` splits a linear score (log-odds, or the number) over the features, and what it is
    before any of them speaks, `(constant)`; it is empty for other models.
    """

    stored: pd.Series
    raw: pd.Series
    features: pd.Series
    score: float
    parts: pd.Series

    @property
    def equal(self) -> bool:
        """Whether the score computed now is the one that was stored."""
        return abs(self.score - float(self.stored["score"])) <= 1e-12 * max(1.0, abs(self.score))


def parts_of(estimator: Any, row: pd.DataFrame, label: str | None) -> pd.Series:
    """Split a linear model's score of one row (of several classes, the one of `label`)."""
    if not hasattr(estimator, "steps") or not hasattr(estimator[-1], "coef_"):
        return pd.Series(dtype=float)
    columns, last = estimator[0], estimator[-1]
    inputs = columns.transform(row)
    inputs = (inputs.toarray() if hasattr(inputs, "toarray") else np.asarray(inputs))[0]
    weights = np.atleast_2d(last.coef_)
    which = list(last.classes_).index(label) if len(weights) > 1 else 0
    sources = {part: names for part, _, names in columns.transformers_}

    def source(made: str) -> str:
        # number__wind, number__missingindicator_wind, text__weather_rain: of the feature it names.
        part, _, tail = made.partition("__")
        tail = tail.removeprefix("missingindicator_")
        return str(max((name for name in sources[part] if tail.startswith(name)), key=len))

    encoded = pd.Series(weights[which] * inputs, index=columns.get_feature_names_out())
    parts = encoded.groupby(source, sort=False).sum()
    parts["(constant)"] = np.atleast_1d(last.intercept_)[which]
    return parts


def explain_row(
    project: Project, spec: ModelSpec, entity: str, as_of: pd.Timestamp | None = None
) -> Explanation:
    """Compute a stored prediction again, from the raw row on; by default the entity's newest."""
    stored = project.store.predictions(spec.name)
    stored = stored[(stored["entity"] == entity) & ((stored["as_of"] == as_of) | (as_of is None))]
    if stored.empty:
        when = f" as of {as_of.isoformat()}" if as_of is not None else ""
        raise MissingError(f"No prediction of {spec.name} for {entity!r}{when}; see `predictions`.")
    one = stored.sort_values("as_of").iloc[-1]
    rows = known_rows(project, spec.dataset, utc_now())
    built = build(rows, features_of(spec))
    here = (built["_entity"] == entity) & (built["_as_of"] == one["as_of"])
    if not here.any():
        raise MissingError(f"The row of {entity!r} is no longer in the data: restore its raw file.")
    [version] = (v for v in project.store.versions(spec.name) if v.version == one["version"])
    estimator = load_version(project, version)
    scored = score(spec, estimator, built[here]).iloc[0]
    inputs = built.loc[here, estimator.feature_names_in_]
    return Explanation(
        stored=one,
        raw=rows[here].iloc[0].drop([spec.target, "_entity", "_as_of"]),
        features=inputs.iloc[0],
        score=float(scored["score"]),
        parts=parts_of(estimator, inputs, scored["label"]),
    )


def explain(project: Project, spec: ModelSpec, identity: str) -> str:
    """Tell the way of one prediction; `identity`: an entity, ENTITY@TIME, or a time without id."""
    entity, _, time = identity.partition("@")
    if not time and entity not in set(project.store.predictions(spec.name)["entity"]):
        at = pd.to_datetime(entity, utc=True, errors="coerce", format="ISO8601")
        entity, time = (entity, "") if pd.isna(at) else (spec.dataset, entity)
    told = explain_row(project, spec, entity, pd.to_datetime(time, utc=True) if time else None)
    one, parts = told.stored, told.parts
    if len(parts):
        parts = pd.concat([parts, pd.Series({"(sum)": parts.sum()})])
    table = pd.concat([told.features, parts], axis=1, keys=["feature", "part of the score"])
    forms: Any = {"float_format": "{:.4g}".format, "na_rep": ""}
    forms["formatters"] = {"part of the score": "{:+.4f}".format}
    same = "the same as" if told.equal else "NOT the same as (has its data changed since?)"
    lines = [
        f"{spec.name} version {one['version']} for {entity} as of {one['as_of']}",
        f"\nraw\n{told.raw.to_string()}",
        f"\n{table.dropna(axis=1, how='all').to_string(**forms)}",
        f"\nscore {told.score!r}: {same} the stored {float(one['score'])!r}",
    ]
    return "\n".join(lines)
