"""What a plain pandas job does: `read_sql`, `predict_proba`, `to_sql`, with a project's champion.

Runs in the project's environment and folder, and writes into a table that is made like `prediction`, with its keys.
"""

import os
import sys
from datetime import UTC, datetime
from importlib import import_module

import numpy as np
import pandas as pd
import sqlalchemy as sa

PACKAGE, MODEL = sys.argv[1], sys.argv[2]

project = import_module(f"{PACKAGE}.bootstrap").bootstrap()
champion = project.store.champion(MODEL)
estimator = import_module(f"{PACKAGE}.models.register").load_version(project, champion)
engine = sa.create_engine(os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://"))
rows = pd.read_sql("SELECT * FROM feed WHERE churned IS NULL", engine)
chances, classes = estimator.predict_proba(rows[estimator.feature_names_in_]), list(estimator.classes_)
out = pd.DataFrame({"model": MODEL, "version": champion.version, "entity": rows["id"].astype(str), "as_of": rows["seen_at"]})
out["label"] = np.asarray(classes, dtype=object)[chances.argmax(axis=1)]
out["score"], out["run_id"], out["predicted_at"] = chances[:, classes.index("yes")], "pandas", datetime.now(UTC)
out.to_sql("plain", engine, if_exists="append", index=False)
