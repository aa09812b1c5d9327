"""The report's plots, made inline SVGs that follow the page's colours by `drawn`."""

import io
import re
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

# Stand-ins that become the page's CSS variables, so that a plot is readable in light and dark.
INK, SOFT, LINE, MODEL, BASE = "#010101", "#020202", "#030303", "#040404", "#050505"
VARIABLES = {INK: "ink", SOFT: "soft", LINE: "line", MODEL: "model", BASE: "base"}
KINDS = (("baseline", BASE), ("challenger", MODEL))
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "report",
    "axes.grid": True,
    "axes.axisbelow": True,
    "date.converter": "concise",
    "text.color": INK,
    **dict.fromkeys(("axes.edgecolor", "grid.color"), LINE),
    **dict.fromkeys(("axes.labelcolor", "xtick.color", "ytick.color"), SOFT),
    **dict.fromkeys((f"axes.spines.{side}" for side in ("top", "right", "left")), False),
    "legend.frameon": False,
}


def drawn(draw: Callable[..., None], *about: Any) -> str:
    """Let one of the functions below draw; return the SVG, its colours as CSS variables."""
    file = io.StringIO()
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(5.6, 3.2), layout="constrained")
        axes = figure.subplots()
        draw(axes, *about)
        axes.tick_params(length=0)
        if axes.get_legend_handles_labels()[0]:
            axes.legend(ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1))
        figure.savefig(file, format="svg", transparent=True)
    text = file.getvalue()
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
    for stand_in, name in VARIABLES.items():
        text = text.replace(stand_in, f"var(--{name})")
    title = draw.__name__.replace("_", " ")
    return text.replace("<svg", f'<svg role="img" aria-label="{title}"', 1)


def loss_over_time(axes: Any, holdout: pd.DataFrame, metric: str) -> None:
    """Draw the mean loss of both candidates along the holdout, in some thirty stretches."""
    groups = np.array_split(np.arange(len(holdout)), max(2, min(30, len(holdout) // 10)))
    when = [holdout["_as_of"].iloc[rows[len(rows) // 2]] for rows in groups]
    for kind, colour in KINDS:
        losses = holdout[f"loss_{kind}"].to_numpy()
        axes.plot(when, [losses[rows].mean() for rows in groups], color=colour, label=kind)
    axes.set_ylabel(metric)


def calibration(axes: Any, holdout: pd.DataFrame, positive: str | None) -> None:
    """Draw how often it happened against how likely it was said to be, in ten equal groups.

    "It" is the positive class or, of several classes, that the predicted one is right.
    """
    axes.plot([0, 1], [0, 1], color=LINE)
    for kind, colour in KINDS:
        said = holdout[f"score_{kind}"]
        came = positive if positive is not None else holdout[f"label_{kind}"]
        bins = said if said.nunique() <= 10 else pd.qcut(said.rank(method="first"), 10)
        groups = pd.DataFrame({"said": said, "right": holdout["_target"] == came}).groupby(bins)
        at, share = groups["said"].mean(), groups["right"].mean()
        spread = 1.96 * np.sqrt(share * (1 - share) / groups.size())
        axes.errorbar(at, share, spread, fmt="o-", color=colour, label=kind, lw=1.2, ms=4)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="said", ylabel="happened")


def residuals(axes: Any, holdout: pd.DataFrame, _positive: str | None) -> None:
    """Draw predicted against actual numbers of the holdout."""
    shown = holdout.iloc[:: max(1, len(holdout) // 1_500)]
    actual = shown["_target"].astype(float)
    axes.axline((actual.mean(), actual.mean()), slope=1, color=LINE)
    for kind, colour in KINDS:
        said = shown[f"score_{kind}"]
        axes.plot(actual, said, "o", color=colour, ms=3, alpha=0.6, label=kind)
    axes.set(xlabel="actual", ylabel="predicted")


def served(axes: Any, rows: pd.DataFrame, positive: str | None) -> None:
    """Draw the served scores over time, and what came true."""
    axes.plot(rows["as_of"], rows["score"], "o", color=MODEL, ms=4)
    told = rows[rows["outcome_label"].notna() | rows["outcome_value"].notna()]
    if positive is None:
        axes.plot(told["as_of"], told["outcome_value"].astype(float), "x", color=INK, ms=5)
    else:
        came = (told["outcome_label"] == positive).astype(float)
        axes.plot(told["as_of"], came, "|", color=INK, ms=9)
        axes.set_ylim(-0.08, 1.08)
