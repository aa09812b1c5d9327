"""Step `build_features`: one implementation for training, scoring and explaining."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype
from pydantic import Field

from ..data.rows import among, known_rows, row_batches, row_keys, waiting_keys
from ..data.schema import Declared, load_schema
from ..models import ModelSpec
from ..pipelines.runner import Run

KEYS = ["_entity", "_as_of"]
MISSING = "(missing)"


class Above(Declared):
    """A limit: the new column is 1 above it, else 0."""

    column: str
    limit: float


class FeatureSet(Declared):
    """What a `features.toml` declares."""

    # Taken as they are; "schema": every column that it calls a feature.
    columns: tuple[str, ...] | Literal["schema"]
    # New yes/no columns by name.
    above: dict[str, Above] = Field({})
    # Column → steps back within the entity; lag 2 of `wind` is the column `wind_lag2`.
    lags: dict[str, tuple[int, ...]] = Field({})
    # The time column whose place in the year becomes `season_sin` and `season_cos`.
    season: str | None = None
    # Time columns whose month, weekday and hour become columns.
    parts: tuple[str, ...] = ()

    @property
    def reads(self) -> list[str]:
        """The columns of the dataset that it is made from."""
        limited = [rule.column for rule in self.above.values()]
        lagged = [column for column in self.lags if column not in self.above]
        return [*self.columns, *limited, *lagged, *self.parts, *filter(None, [self.season])]


def features_of(model: ModelSpec) -> FeatureSet:
    """Read the feature set that a model names; without one, that of its own folder."""
    home = Path(__file__).parent / model.features if model.features else model.folder
    found = FeatureSet.from_toml(home / "features.toml")
    if found.columns != "schema":
        return found
    columns = tuple(column.name for column in load_schema(model.dataset).features)
    return found.model_copy(update={"columns": columns})


def build(frame: pd.DataFrame, features: FeatureSet) -> pd.DataFrame:
    """Turn dataset rows into feature rows, in the same order; pure.

    Every column is a float (missing: NaN) or a text (missing: "(missing)"), so that a model never
    meets another type in scoring than in training.
    """
    ordered = frame.sort_values(KEYS, kind="stable")
    out = {column: _plain(ordered[column]) for column in features.columns}
    for name, rule in features.above.items():
        number = _plain(ordered[rule.column])
        out[name] = (number > rule.limit).astype(float).where(number.notna())
    for column, steps in features.lags.items():
        source = out[column] if column in out else _plain(ordered[column])
        for step in steps:
            lag = source.groupby(ordered["_entity"], sort=False).shift(step)
            out[f"{column}_lag{step}"] = lag if is_numeric_dtype(source) else lag.fillna(MISSING)
    if features.season:
        angle = 2 * np.pi * ordered[features.season].dt.day_of_year / 365.25
        out["season_sin"], out["season_cos"] = np.sin(angle), np.cos(angle)
    for column in features.parts:
        for part in ("month", "weekday", "hour"):
            out[f"{column}_{part}"] = getattr(ordered[column].dt, part).astype(float)
    built = pd.concat([ordered[KEYS], pd.DataFrame(out, index=ordered.index)], axis=1)
    return built.loc[frame.index]


def _plain(series: pd.Series) -> pd.Series:
    """Float for numbers, booleans and times (days since 1970); text for all else."""
    if is_datetime64_any_dtype(series):
        return (pd.to_datetime(series, utc=True) - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1)
    if is_numeric_dtype(series):
        number = series.astype("Float64").astype(float)
        return number.where(np.isfinite(number))
    return series.astype("object").where(series.notna(), MISSING).astype(str)


def build_features(run: Run) -> None:
    """Write this run's feature rows, batch by batch."""
    rows = run.project.catalog.save("features", _feature_rows(run), run_id=run.run_id)
    run.log.info("features built", rows=rows)


def _feature_rows(run: Run) -> Iterator[pd.DataFrame]:
    """Yield the features of the rows that the run is about.

    Training takes the rows whose target is known, with it as `_target`; scoring those others that
    the champion has not predicted. A set with lags, which looks back at any row, is built at once.
    """
    model, project, training = run.model, run.project, run.pipeline == "training"
    champion = project.store.champion(model.name) if run.pipeline == "scoring" else None
    done = waiting_keys(run, version=champion.version) if champion else np.empty(0, "uint64")
    features = features_of(model)
    load = known_rows if features.lags else row_batches
    found = load(project, model.dataset, run.as_of, features.reads)
    for rows in [found] if isinstance(found, pd.DataFrame) else found:
        wanted = rows[model.target].notna() == training
        if len(done):
            wanted &= ~among(row_keys(rows[KEYS]), done)
        built = build(rows if features.lags else rows[wanted], features)
        built = built.loc[wanted.index[wanted]]
        yield built.assign(_target=rows.loc[wanted, model.target]) if training else built
