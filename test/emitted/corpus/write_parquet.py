"""Writes the corpus's Parquet files: every physical type a column may come in."""

import datetime as dt
import sys
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

folder = Path(sys.argv[1])
rows = 60
days = [dt.datetime(2021, 1, 3, tzinfo=dt.UTC) + dt.timedelta(days=n) for n in range(rows)]
holes = [None if n % 10 == 3 else n for n in range(rows)]
table = pa.table(
    {
        "code": [f"K-{n}x" for n in range(rows)],
        "day": pa.array(days, pa.timestamp("us", tz="UTC")),
        "size": pa.array([None if n is None else n * 1.5 for n in holes], pa.float64()),
        "visits": pa.array(holes, pa.int32()),
        "large": pa.array([None if n is None else n + 2**40 for n in holes], pa.int64()),
        "club": pa.array([None if n is None else n % 3 == 0 for n in holes], pa.bool_()),
        "town": pa.array([["Oslo", "Graz", "NA"][n % 3] for n in range(rows)]).dictionary_encode(),
        "price": pa.array([Decimal(n) / 4 for n in range(rows)], pa.decimal128(9, 2)),
        "written": [f"{n},5" if n < 0 else f"{n}.5" for n in range(rows)],
        "date": pa.array([day.date() for day in days], pa.date32()),
        "bought": pa.array([n % 4 == 0 for n in range(rows)], pa.bool_()),
    }
)
for packing in ("snappy", "gzip", "brotli", "zstd", "none"):
    pq.write_table(table, folder / f"parquet-{packing}.parquet", compression=packing, row_group_size=25)
