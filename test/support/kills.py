"""Kills runs of a project at every step and in the middle of their writes, and lets the next run follow.

usage: kills.py PACKAGE   (in the project's folder; prints one JSON line a case, for kills.test.ts to judge)

Each run is a process of its own, forked from one that has the imports done and the database never opened.
"""

import json
import os
import signal
import sys
import tempfile
from datetime import timedelta
from importlib import import_module
from pathlib import Path

package = sys.argv[1]


def of(name):
    return import_module(f"{package}.{name}")


bootstrap, runner, pipelines = of("bootstrap").bootstrap, of("pipelines.runner"), of("pipelines")
ALL = {name: pipelines.load_steps(name) for name in ("training", "scoring", "monitoring")}
# Facts of their own, each whole by itself: what was refused, and what came true.
OWN = {"run", "step", "alert", "quarantine", "outcome"}


def child(act):
    """Do it in a process of its own; return how that ended and what it returned."""
    with tempfile.NamedTemporaryFile("r") as answer:
        pid = os.fork()
        if pid == 0:
            try:
                Path(answer.name).write_text(json.dumps(act(), default=str), "utf-8")
                os._exit(0)
            except BaseException as error:  # noqa: BLE001
                Path(answer.name).write_text(json.dumps(repr(error)), "utf-8")
                os._exit(1)
        _, status = os.waitpid(pid, 0)
        return status, json.loads(answer.read() or "null")


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def rows():
    """How many rows each table holds that a run has to fill whole or not at all."""
    store = bootstrap().store
    names = [name for name in of("storage.tables").metadata.tables if name not in OWN]
    return {name: int(store.read(f"SELECT COUNT(*) AS n FROM {name}")["n"].iloc[0]) for name in names}


def files():
    """Every dataset a step could read; one that is not whole can't be opened."""
    import pyarrow.parquet as pq

    found = [path for path in Path("data").rglob("*.parquet") if path.name[0] != "."]
    for path in found:
        pq.read_metadata(path)
    return len(found)


def run(pipeline, hours=0, **how):
    at = of("clock").utc_now() + timedelta(hours=hours)
    return [str(one) for one in runner.run_pipeline(bootstrap(), pipeline, None, at, True, "test", **how)]


def ends(step):
    """The step does all it has to do, and then the process is gone: before anything says that it is done."""

    def doomed(given):
        step(given)
        die()

    doomed.__name__ = step.__name__
    return doomed


def mid_file():
    """The process is gone with half a file written."""
    import pyarrow.parquet as pq

    write = pq.ParquetWriter.write_table

    def doomed(self, table, *more, **about):
        write(self, table.slice(0, max(1, len(table) // 2)), *more, **about)
        die()

    pq.ParquetWriter.write_table = doomed


def mid_rows():
    """The process is gone with some of the rows sent to the database."""
    store = of("storage.store").Store
    write = store.write_batches

    def doomed(self, table, frames):
        def first():
            for frame in frames:
                yield frame.slice(0, max(1, len(frame) // 2))
                die()

        return write(self, table, first() if table == "prediction" else frames)

    store.write_batches = doomed


def case(name, pipeline, spoil, hours=0):
    status, before = child(rows)
    assert status == 0, before

    def doomed():
        spoil()
        return run(pipeline, hours)

    killed, said = child(doomed)
    _, after = child(rows)
    whole, _ = child(files)
    again, told = child(lambda: run(pipeline, hours))
    _, newest = child(lambda: json.loads(bootstrap().store.runs(2)[["status", "error"]].to_json(orient="values")))
    _, final = child(rows)
    print(
        json.dumps(
            {
                "name": name,
                "killed": os.WIFSIGNALED(killed) and os.WTERMSIG(killed) == signal.SIGKILL,
                "said": said,
                "changed": [table for table in before if before[table] != after[table]],
                "whole": whole == 0,
                "again": told if again == 0 else f"ended with {again}: {told}",
                "runs": newest,
                "added": [table for table in before if before[table] != final[table]],
            }
        ),
        flush=True,
    )


def at_end_of(pipeline, name):
    def spoil():
        steps = {key: ends(step) if key == name else step for key, step in ALL[pipeline].items()}
        runner.load_steps = lambda _: steps

    return spoil


status, told = child(lambda: [run(name) for name in ALL])
assert status == 0, told
day = 0
for pipeline, steps in ALL.items():
    for step in steps:
        day += 1  # each on a day that has a row of its own to predict
        case(f"{pipeline}, after {step}", pipeline, at_end_of(pipeline, step), 24 * day)
case("scoring, half a file", "scoring", mid_file, 24 * (day + 1))
case("scoring, half the rows", "scoring", mid_rows, 24 * (day + 2))
