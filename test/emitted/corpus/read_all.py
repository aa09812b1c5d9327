"""Reads every file of the corpus with the emitted reader; prints what it saw as JSON."""

import importlib
import json
import sys
from pathlib import Path

import pandas as pd

package, folder = sys.argv[1], Path(sys.argv[2])
sys.path.insert(0, str(folder))
reader = importlib.import_module(f"{package}.data.read")
schemas = importlib.import_module(f"{package}.data.schema")


def facts(column: "schemas.Column", values: pd.Series) -> dict[str, object]:
    """Missing and distinct values, and the range of what has one."""
    told = {"missing": int(values.isna().sum()), "distinct": int(values.nunique())}
    if column.min is not None and values.notna().any():
        told["min"], told["max"] = (
            end.isoformat() if isinstance(end, pd.Timestamp) else float(end)
            for end in (values.min(), values.max())
        )
    return told


seen = {}
for name, file in json.loads((folder / "files.json").read_text()).items():
    schema = schemas.load_schema(name)
    # Small pieces: rows and numbers must not depend on where a piece ends.
    chunks = list(reader.read_chunks(folder / file, schema, rows=17 if "late" not in name else 50_000))
    frame = pd.concat([chunk.frame for chunk in chunks])
    bad = pd.concat([chunk.bad for chunk in chunks])
    seen[name] = {
        "rows": len(frame),
        "bad": len(bad),
        "numbered": sorted([*frame["_row"], *bad["row_number"]]) == list(range(1, len(frame) + len(bad) + 1)),
        "columns": {column.name: facts(column, frame[column.name]) for column in schema.read},
    }
print(json.dumps(seen))
