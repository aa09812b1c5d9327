"""Score made-up rows with a project's champion: `make`, `predict` or `bare`, and how many rows.

Runs in the project's environment and folder. Prints seconds; each mode is its own process, so that
the peak memory of `predict` is that of scoring alone.
"""

import sqlite3
import sys
import time
from importlib import import_module

PACKAGE, MODE, ROWS = sys.argv[1], sys.argv[2], int(sys.argv[3])
RUN = f"bench-{ROWS}"
BATCH = 50_000


def part(name: str):
    """Import a module of the project."""
    return import_module(f"{PACKAGE}.{name}")


def make(project, spec, as_of) -> float:
    """Write feature rows, drawn from those of the last training, batch by batch."""
    import pandas as pd

    folder = project.settings.project_dir / "data" / "03_features"
    known = pd.read_parquet(max(folder.glob("2*.parquet")))  # named by their time, unlike ours
    known = known.drop(columns="_target", errors="ignore")
    started = time.perf_counter()

    def frames():
        for first in range(0, ROWS, BATCH):
            count = min(BATCH, ROWS - first)
            frame = known.sample(count, replace=True, random_state=first)
            frame["_entity"] = [f"e{first + row}" for row in range(count)]
            frame["_as_of"] = as_of
            yield frame

    project.catalog.save("features", frames(), run_id=RUN)
    return time.perf_counter() - started


def predict(project, spec, as_of) -> float:
    """Run the step `predict` as the runner does; scikit-learn is imported before."""
    part("models.register").load_version(project, project.store.champion(spec.name))
    started = time.perf_counter()
    project.store.start_run(RUN, "scoring", spec.name, as_of, as_of)
    run = part("pipelines.runner").Run(project, RUN, "scoring", spec, as_of)
    with project.store.transaction():
        part("models.predict").predict(run)
        project.store.finish_run(RUN, "succeeded")
    return time.perf_counter() - started


def bare(project, *_) -> float:
    """Insert the same rows into an equal, empty table: `executemany`, one transaction."""
    folder = project.settings.project_dir / "data"
    [file] = folder.glob("*.db")
    source = sqlite3.connect(file)
    tables = "select sql from sqlite_master where tbl_name = 'prediction' and sql is not null"
    rows = source.execute("select * from prediction where run_id = ?", [RUN]).fetchall()
    assert len(rows) == ROWS, f"{len(rows)} rows of {RUN} are in the table, not {ROWS}"
    target = folder / "bare.sqlite"
    target.unlink(missing_ok=True)
    with sqlite3.connect(target) as database:
        for (sql,) in source.execute(tables).fetchall():
            database.execute(sql)
        marks = ",".join("?" * len(rows[0]))
        started = time.perf_counter()
        database.executemany(f"insert into prediction values ({marks})", rows)
        database.commit()
        return time.perf_counter() - started


if __name__ == "__main__":
    project = part("bootstrap").bootstrap()
    as_of = part("clock").utc_now()
    [spec] = project.models.values()
    print(f"seconds {globals()[MODE](project, spec, as_of):.3f}")
