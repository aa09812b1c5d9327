"""Make the same table in a database of any kind, and as CSV: `make.py URL TABLE FILE.csv ROWS`."""

import csv
import sqlite3
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.parse import unquote, urlsplit

url, name, file, count = sys.argv[1:5]
kind, parts = url.split(":")[0], urlsplit(url)
NAMES = ["id", "seen at", "born", "amount", "price", "member", "region", "select", "note", "left"]
TYPES = {
    "postgresql": "bigint timestamptz date float8 numeric(8,2) boolean text int text text",
    "mysql": "bigint datetime(6) date double decimal(8,2) boolean varchar(40) int text varchar(9)",
    "sqlite": "integer text text real real integer text integer text text",
    "duckdb": "bigint timestamptz date double decimal(8,2) boolean varchar int varchar varchar",
}[kind].split()


def row(at: int) -> tuple:
    """Return a row with nothing, umlauts, emoji, quotes and line breaks in it."""
    return (
        at + 1,
        datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=7 * at, milliseconds=250 * (at % 2)),
        date(2020, 1, 1) + timedelta(days=at % 700),
        None if at % 11 == 0 else (7 * at % 40) / 3,
        Decimal(37 * at % 997) / 100,
        at % 3 == 0,
        ["north", "süd", "ost 🌧️", None][at % 4],
        7 * at % 5,
        f'she said "no", {at % 13} times\r\nor more; DROP TABLE "x"; --',
        "yes" if at * at % 7 > 2 else "no",
    )


def native(value: object) -> object:
    """Turn a value into what the engine holds."""
    if kind == "sqlite" and isinstance(value, datetime | date):
        return (
            value.replace(tzinfo=None).isoformat()
            if isinstance(value, datetime)
            else value.isoformat()
        )
    if kind == "sqlite" and isinstance(value, Decimal):
        return float(value)
    return int(value) if isinstance(value, bool) and kind in {"sqlite", "mysql"} else value


def told(value: object) -> object:
    """Write a value as CSV has it."""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, datetime | date) else value


if kind == "sqlite":
    connection, mark = sqlite3.connect(url.split(":///")[1]), "?"
elif kind == "duckdb":
    import duckdb

    connection, mark = duckdb.connect(url.split(":///")[1]), "?"
elif kind == "mysql":
    import pymysql

    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    where = {"host": parts.hostname, "port": parts.port, "database": parts.path[1:]}
    connection, mark = (
        pymysql.connect(user=user, password=password, charset="utf8mb4", **where),
        "%s",
    )
else:
    import psycopg

    connection, mark = psycopg.connect(url), "%s"
quote = "`" if kind == "mysql" else '"'
quoted = [quote + part.replace(quote, quote * 2) + quote for part in [name, *NAMES]]
cursor = connection.cursor()
columns = ", ".join(map(" ".join, zip(quoted[1:], TYPES, strict=True)))
cursor.execute(f"create table {quoted[0]} ({columns})")
rows = [tuple(map(native, row(at))) for at in range(int(count))]
cursor.executemany(f"insert into {quoted[0]} values ({', '.join([mark] * len(NAMES))})", rows)
connection.commit()
with open(file, "w", encoding="utf-8", newline="") as out:
    writer = csv.writer(out)
    writer.writerow(NAMES)
    writer.writerows(map(told, values) for values in rows)
