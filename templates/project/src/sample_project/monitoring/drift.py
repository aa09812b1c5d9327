"""Drift: how far the rows served today lie from the rows the champion was trained on; pure."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype
from scipy import stats

NEAR_DAYS = 31  # of one season: reference rows this near to a served row's day


@dataclass(frozen=True)
class Drift:
    """One column's distance from training."""

    column: str
    # Population stability index over deciles or categories; missing values are a bin.
    psi: float
    # What psi may reach: the threshold plus the noise that samples of this size have anyway.
    limit: float
    # Kolmogorov-Smirnov distance, and its probability without drift; None for categories.
    ks: float | None = None
    p: float | None = None

    @property
    def drifted(self) -> bool:
        """Whether a person should look; for numbers both measures must say so."""
        return self.psi > self.limit and (self.p is None or self.p < 0.001)


def psi(reference: np.ndarray, current: np.ndarray) -> float:
    """Return the population stability index of two lists of counts over the same bins."""
    # Half a row in every bin: an empty one must not make it infinite.
    was, now = reference + 0.5, current + 0.5
    return float(stats.entropy(was, now) + stats.entropy(now, was))


def same_season(reference: pd.DataFrame, served: pd.DataFrame) -> pd.DataFrame:
    """Keep the reference rows of the served rows' time of the year, else winter were drift."""
    days = np.unique(served["_as_of"].dt.day_of_year)
    apart = np.abs(reference["_as_of"].dt.day_of_year.to_numpy()[:, None] - days[None, :])
    near = np.minimum(apart, 366 - apart).min(axis=1) <= NEAR_DAYS
    return reference[near] if near.sum() >= 50 else reference


def drift(reference: pd.DataFrame, current: pd.DataFrame, threshold: float) -> list[Drift]:
    """Compare the columns of the reference: numbers over its deciles, texts over its values."""
    found = []
    for column in reference.columns:
        was, now = reference[column], current[column]
        distance: tuple[float | None, float | None] = (None, None)
        if is_numeric_dtype(was):
            # Missing is a value below all others: a column that falls silent has moved.
            was, now = was.fillna(-np.inf), now.fillna(-np.inf)
            tested = stats.ks_2samp(was, now, method="asymp")
            distance = float(tested.statistic), float(tested.pvalue)
            deciles = np.quantile(was, np.linspace(0, 1, 11)[1:-1], method="lower")
            edges = np.unique([-np.inf, *deciles])
            was, now = (pd.Series(np.searchsorted(edges, side)) for side in (was, now))
        else:
            most = was.value_counts().index[:20]
            was, now = (side.where(side.isin(most), "(other)") for side in (was, now))
        bins = pd.concat([was.value_counts(), now.value_counts()], axis=1).fillna(0).to_numpy()
        # Without drift psi is about chi-squared times this; three deviations above its mean.
        free = len(bins) - 1
        noise = (free + 3 * np.sqrt(2 * free)) * (1 / len(was) + 1 / len(now))
        value = psi(bins[:, 0], bins[:, 1])
        found.append(Drift(str(column), value, threshold + float(noise), *distance))
    return found
