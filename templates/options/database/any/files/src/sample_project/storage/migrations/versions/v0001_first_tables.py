"""The first tables. What is here stays as it is: a change is a new file beside this one."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TIMES = "as_of slot started_at finished_at created_at since predicted_at recorded_at"
TYPES: dict[str, Any] = {
    **dict.fromkeys([*TIMES.split(), "opened_at", "closed_at"], sa.DateTime(timezone=True)),
    **dict.fromkeys(["version", "number", "trained_rows", "row_number"], sa.Integer()),
    **dict.fromkeys(["artifact", "content", "error", "message", "reason"], sa.Text()),
    **dict.fromkeys(["value", "score"], sa.Float()),
    **dict.fromkeys(["entity", "label", "part", "slice"], sa.String(255)),
    "facts": sa.JSON(),
}
# A column with `*` is part of the key, one with `?` may be empty.
CASE = "entity* as_of* label? value?"
TABLES = {
    "run": "run_id* pipeline model as_of slot trigger status started_at finished_at? error?",
    "step": "run_id* name* finished_at",
    "model_version": "model* version* kind artifact sha256 run_id as_of trained_rows facts"
    " created_at",
    "champion": "model* number* version since reason run_id?",
    "prediction": f"model* version* {CASE} score run_id predicted_at",
    "outcome": f"model* {CASE} run_id? recorded_at",
    "metric": "run_id* model* version* slice* name* value? recorded_at",
    "quarantine": "dataset* part* row_number* reason content run_id? recorded_at",
    "alert": "alert_id* kind subject message opened_at closed_at?",
}
VIEW = """
CREATE VIEW current_prediction AS
SELECT model, version, entity, as_of, label, value, score, run_id, predicted_at
FROM (
    SELECT prediction.*, ROW_NUMBER() OVER (
        PARTITION BY model, entity, as_of ORDER BY predicted_at DESC, version DESC
    ) AS newest
    FROM prediction
) AS ranked
WHERE newest = 1
"""


def upgrade() -> None:
    """Make the tables and the view."""
    for name, columns in TABLES.items():
        parts: list[Any] = []
        for column in columns.split():
            plain, key, maybe = column.rstrip("*?"), column[-1] == "*", column[-1] == "?"
            refers = [sa.ForeignKey("run.run_id")] if plain == "run_id" and name != "run" else []
            kind = TYPES.get(plain, sa.String(64))
            parts.append(sa.Column(plain, kind, *refers, primary_key=key, nullable=maybe))
        if name == "champion":
            target = ["model_version.model", "model_version.version"]
            parts.append(sa.ForeignKeyConstraint(["model", "version"], target))
        op.create_table(name, *parts)
    op.execute(VIEW)


def downgrade() -> None:
    """Drop what upgrade makes."""
    op.execute("DROP VIEW current_prediction")
    for name in reversed(TABLES):
        op.drop_table(name)
