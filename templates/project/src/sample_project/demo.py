"""`demo`: replay the last intervals one by one, as the schedule would have run them."""

from datetime import datetime
from pathlib import Path
from time import perf_counter

import typer

from . import UserError
from .bootstrap import Project
from .clock import Interval, utc_now
from .data.schema import load_schema, load_source
from .logs import configure_logs
from .models import ModelSpec
from .pipelines.runner import run_pipeline


def replayed(project: Project, spec: ModelSpec, intervals: int) -> list[datetime]:
    """Return the moments to replay, oldest first.

    Data that a clock releases is replayed up to now; files with times up to their newest rows.
    """
    from .data.rows import known_rows

    interval, now = Interval.parse(spec.interval), utc_now()
    if load_source(spec.dataset).kind == "replay" or load_schema(spec.dataset).time is None:
        return [now, *interval.last(now, intervals - 1)][::-1]
    times = known_rows(project, spec.dataset, now)["_as_of"]
    # The first half is left to learn from.
    newest = {interval.slot(at): at for at in sorted(set(times[times > times.median()]))}
    return [at.to_pydatetime() for at in newest.values()][-intervals:]


def run_demo(project: Project, intervals: int = 14) -> Path:
    """Train, predict, take in outcomes and monitor at each moment; then report and preview.

    All in one process: each line below is what one fire of the schedule does.
    """
    from .monitoring.report import write_report

    configure_logs(project.settings.model_copy(update={"log_level": "CRITICAL"}))
    started, at = perf_counter(), utc_now()
    for spec in project.models.values():
        # Before the first training this only takes the data in, and fixes the clock's anchor.
        run_pipeline(project, "monitoring", spec.name, force=True, trigger="demo")
        moments = replayed(project, spec, intervals)
        typer.echo(f"{spec.name}: replaying {len(moments)} intervals ({spec.interval})")
        for number, at in enumerate(moments, start=1):
            for pipeline in ("training", "scoring", "monitoring"):
                [result] = run_pipeline(project, pipeline, spec.name, at, True, "demo")
                if result.status == "failed":
                    raise UserError(f"{pipeline} as of {at:%Y-%m-%d %H:%M}: {result.message}")
            champion = project.store.champion(spec.name)
            served = project.store.predictions(spec.name)
            told = served[["outcome_label", "outcome_value"]].notna().any(axis=1).sum()
            by = f"champion {f'v{champion.version} {champion.kind}' if champion else 'none'}"
            so_far = f"{len(served)} predictions, {told} outcomes  {perf_counter() - started:.0f} s"
            typer.echo(f"  {number:>3}/{len(moments)}  {at:%Y-%m-%d}  {by}, {so_far}")
        typer.echo(f"\nnewest predictions of {spec.name}\n{preview(project, spec)}\n")
    path = write_report(project, at)
    typer.echo(f"report: {path}")
    return path


def preview(project: Project, spec: ModelSpec) -> str:
    """Return the newest rows of the prediction table as text that fits a terminal."""
    rows = project.store.predictions(spec.name, limit=8)
    for column in ("as_of", "predicted_at"):
        rows[column] = rows[column].dt.strftime("%Y-%m-%d %H:%M")
    kind = "value" if spec.task == "regression" else "label"
    rows["came_true"] = rows[f"outcome_{kind}"].astype(object).fillna("-")
    shown = rows[["entity", "as_of", "score", kind, "came_true", "version", "predicted_at"]]
    return str(shown.to_string(index=False, float_format="{:.4g}".format))
