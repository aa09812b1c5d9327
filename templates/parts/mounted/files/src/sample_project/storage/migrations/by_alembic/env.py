"""For the command `alembic -n`: the migrations in ../versions, on the module's own database."""

from alembic import context

from sample_project.settings import load_settings
from sample_project.storage.database import OURS, Database

with Database(load_settings()).transaction() as connection:
    context.configure(connection=connection, **OURS)
    with context.begin_transaction():
        context.run_migrations()
