"""Write a million rows into the real, empty table `prediction` with its keys: ours, and the bare way.

Runs in a project's environment and folder. Prints one line a round: seconds of ours and of the
bare way; both start from rows that are ready, and end when they are committed.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

import numpy as np
import pyarrow as pa
import sqlalchemy as sa

PACKAGE, ROUNDS = sys.argv[1], int(sys.argv[2])
ROWS, BATCH = 1_000_000, 50_000


def part(name: str):
    return import_module(f"{PACKAGE}.{name}")


def made(at) -> list[pa.RecordBatch]:
    """Make rows as a daily scoring has them: one case each, of one run."""
    scores, batches = np.random.default_rng(1), []
    for first in range(0, ROWS, BATCH):
        about = {"model": "rain", "version": 3, "label": "yes", "run_id": "bench"}
        columns = {name: pa.array([value] * BATCH) for name, value in about.items()}
        columns |= {name: pa.array([at] * BATCH) for name in ("as_of", "predicted_at")}
        columns["entity"] = pa.array([f"e{first + row}" for row in range(BATCH)])
        columns["score"] = pa.array(scores.random(BATCH))
        batch = pa.RecordBatch.from_pydict(columns)
        batches.append(part("storage.tables").as_batch(part("storage.tables").prediction, batch))
    return batches


def opened(folder: str, settings, at):
    """Open an empty database: a new file, or the server's own with its rows gone."""
    url = sa.make_url(settings.database_url)
    if url.get_backend_name() in {"sqlite", "duckdb"}:
        url = url.set(database=str(Path(folder, f"{time.monotonic_ns()}.db")))
        settings = settings.model_copy(update={"database_url": str(url)})
    store = part("storage").open_store(settings)
    with store.transaction() as connection:
        connection.execute(sa.text("DELETE FROM prediction"))
        connection.execute(sa.text("DELETE FROM run WHERE run_id = 'bench'"))
    if url.get_backend_name() == "postgresql":
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM FULL prediction"))
    if url.get_backend_name() == "mysql":
        with store.transaction() as connection:
            connection.execute(sa.text("OPTIMIZE TABLE prediction"))
    store.start_run("bench", "scoring", "rain", at, at)
    return store, url


def ours(store, batches) -> float:
    started = time.perf_counter()
    with store.transaction():
        assert store.write_batches("prediction", batches) == ROWS
        store.finish_run("bench", "succeeded")
    return time.perf_counter() - started


def client(folder: str, url, batches) -> float:
    """Let the server's own client send a file that is ready."""
    file = Path(folder, "rows")
    if url.get_backend_name() == "postgresql":
        whole = b"".join(bytes(part("storage.engine")._binary(batch)) for batch in batches)
        file.write_bytes(b"PGCOPY\n\xff\r\n\0" + bytes(8) + whole + b"\xff\xff")
        line = ["psql", "-q", "-h", url.host, "-U", url.username, "-d", url.database]
        line += ["-c", f"\\copy prediction from '{file}' (format binary)"]
    else:
        file.write_bytes(b"".join(bytes(part("storage.load").text_of(batch)) for batch in batches))
        line = ["mariadb", "--local-infile=1", "-h", url.host, "-u", url.username, url.database]
        line += ["-e", f"LOAD DATA LOCAL INFILE '{file}' INTO TABLE prediction CHARACTER SET utf8mb4"]
        line[-1] += """ FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '"' ESCAPED BY ''"""
    os.sync()
    started = time.perf_counter()
    subprocess.run(line, check=True)
    return time.perf_counter() - started


def bare(folder: str, store, url, batches) -> float:
    if url.get_backend_name() == "sqlite":
        rows = [tuple(row.values()) for batch in batches for row in batch.to_pylist()]
        rows = [tuple(v if not hasattr(v, "year") else str(v)[:26] for v in row) for row in rows]
        with store.engine.connect() as connection:
            tables = connection.execute(sa.text("SELECT sql FROM sqlite_master WHERE sql != ''")).scalars().all()
        with sqlite3.connect(Path(folder, f"{time.monotonic_ns()}.bare")) as plain:
            for sql in tables:
                plain.execute(sql)
            started = time.perf_counter()
            plain.executemany(f"INSERT INTO prediction VALUES ({','.join('?' * 9)})", rows)
            plain.commit()
            return time.perf_counter() - started
    if url.get_backend_name() == "duckdb":
        import duckdb

        with duckdb.connect(url.database) as plain:
            plain.register("bench_rows", pa.Table.from_batches(batches))
            started = time.perf_counter()
            plain.execute("INSERT INTO prediction SELECT * FROM bench_rows")
            return time.perf_counter() - started
    return client(folder, url, batches)


if __name__ == "__main__":
    settings, now = part("bootstrap").bootstrap().settings, part("clock").utc_now()
    batches = made(now)
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            store, url = opened(folder, settings, now)
            mine = ours(store, batches)
            store, url = opened(folder, settings, now)
            print(f"ours {mine:.3f} bare {bare(folder, store, url, batches):.3f}", flush=True)
