"""What is special to this model; `tests/contract` checks what holds for every model."""

from pathlib import Path

import numpy as np
import pandas as pd

from .. import read_spec
from .model import build


def test_it_learns_and_takes_what_it_never_met() -> None:
    """Missing values, a constant, an empty column and an unseen category are no reason to fail."""
    spec = read_spec(Path(__file__).parent)
    rng = np.random.default_rng(1)
    number = rng.normal(size=200)
    target = number if spec.task == "regression" else np.where(number > 0, "yes", "no")
    rows = pd.DataFrame({"number": number, "same": 1.0, "nothing": np.nan})
    rows["text"] = rng.choice(["a", "(missing)"], 200)
    rows.loc[:4, "number"] = np.nan
    estimator = build(spec, ["number", "same", "nothing"], ["text"]).fit(rows, target)
    found = estimator.predict(rows.assign(text="never met"))
    if spec.task == "regression":
        assert np.corrcoef(found, target)[0, 1] > 0.8
    else:
        assert (found == target).mean() > 0.8
