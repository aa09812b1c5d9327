"""Run by Alembic: by ../database.py on its own connection, or by the command `alembic`."""

from contextlib import nullcontext

from alembic import context

from sample_project.settings import load_settings
from sample_project.storage.database import OURS, Database

given = context.config.attributes.get("connection")
with nullcontext(given) if given else Database(load_settings()).transaction() as connection:
    context.configure(connection=connection, **OURS)
    with context.begin_transaction():
        context.run_migrations()
