"""`report`: one self-contained HTML page, and the cards filled from the newest run."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from ..bootstrap import Project
from ..clock import utc_now
from ..data.rows import known_rows
from ..features.build import features_of
from ..models import ModelSpec
from . import plots
from .monitor import health


def problem_of(spec: ModelSpec) -> str:
    """Return the problem statement from the model's card, "" while it is an open item."""
    text = (spec.folder / "README.md").read_text("utf-8")
    found = re.search(r"^## Problem\s+(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    problem = found[1].strip() if found else ""
    return "" if problem.startswith("*Open") else problem


def newest_evaluation(project: Project, spec: ModelSpec) -> dict[str, Any]:
    """Return the newest evaluation with its run id; empty before the first training."""
    run = project.store.last_run("training", spec.name)
    keys = {"model": spec.name, "run_id": run["run_id"] if run else ""}
    path = project.catalog.path("candidate", **keys) / "evaluation.json"
    return json.loads(path.read_text("utf-8")) | keys if path.is_file() else {}


def columns_of(rows: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Describe each column of the dataset: name, share that is missing, values."""
    out = []
    for name in (name for name in rows.columns if name[0] != "_"):
        column, about = rows[name].dropna(), "none"
        if len(column) and isinstance(column.iloc[0], str):
            top = column.value_counts(normalize=True).head(4)
            about = ", ".join(f"{label} {share:.0%}" for label, share in top.items())
        elif len(column):
            form = "%Y-%m-%d" if isinstance(column.iloc[0], datetime) else ".6g"
            about = f"{column.min():{form}} to {column.max():{form}}"
        out.append((str(name), f"{rows[name].isna().mean():.1%}", about))
    return out


def section(project: Project, spec: ModelSpec, as_of: datetime) -> dict[str, Any]:
    """Collect all that the page and the cards say of one model."""
    store, rows = project.store, known_rows(project, spec.dataset, as_of)
    facts, champion = newest_evaluation(project, spec), store.champion(spec.name)
    predictions, alerts = store.predictions(spec.name), store.alerts()
    alerts = alerts[(alerts["subject"] == spec.name) & alerts["closed_at"].isna()]
    bad = "SELECT COUNT(*) AS n FROM quarantine WHERE dataset = :dataset"
    found = health(project, spec, champion, as_of) if champion else None
    drawn = {}
    if facts and project.catalog.path("holdout", run_id=facts["run_id"]).is_file():
        holdout = project.catalog.load("holdout", run_id=facts["run_id"])
        if facts["split"] == "time":
            drawn["time"] = plots.drawn(plots.loss_over_time, holdout, spec.metric)
        trust = plots.residuals if spec.task == "regression" else plots.calibration
        drawn["trust"] = plots.drawn(trust, holdout, spec.positive)
    if found and len(found.served) > 1 and spec.task != "multiclass":
        drawn["served"] = plots.drawn(plots.served, found.served, spec.positive)
    return {
        "spec": spec,
        "problem": problem_of(spec),
        "facts": facts,
        "champion": champion,
        "health": found,
        "season": features_of(spec).season,
        "trail": store.champions(spec.name)[:8],
        "rows": len(rows),
        "known": int(rows[spec.target].notna().sum()),
        "quarantined": int(store.read(bad, {"dataset": spec.dataset})["n"].iloc[0]),
        "columns": columns_of(rows),
        "months": list(rows["_as_of"].dt.strftime("%Y-%m").value_counts().sort_index().items()),
        "predictions": predictions.head(12).to_dict("records"),
        "predicted": len(predictions),
        "alerts": alerts.to_dict("records"),
        "plots": drawn,
    }


def write_report(project: Project, as_of: datetime | None = None) -> Path:
    """Write the page and the cards; return the page's path.

    The cards lie beside the page, so that a run never changes a tracked file.
    """
    at, path = as_of or utc_now(), project.catalog.path
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"at": "{:%Y-%m-%d %H:%M}".format, "figure": "{:.4g}".format}

    def write(template: str, target: Path, **values: Any) -> Path:
        target.parent.mkdir(parents=True, exist_ok=True)
        text = environment.get_template(template).render(at=at, written=utc_now(), **values)
        target.write_text(text, "utf-8")
        return target

    pages = [section(project, spec, at) for spec in project.models.values()]
    for page in pages:
        spec = page["spec"]
        write("cards.md.jinja", path("card", model=spec.name), page=page, card="model")
        write("cards.md.jinja", path("data_card", dataset=spec.dataset), page=page, card="data")
    runs = project.store.runs(90)
    runs["seconds"] = (runs["finished_at"] - runs["started_at"]).dt.total_seconds().fillna(0)
    values = {"title": project.settings.project_dir.name, "runs": runs.to_dict("records")}
    return write("report.html", path("report"), pages=pages, **values)
