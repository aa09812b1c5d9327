"""Run by Alembic, which is told by ../store.py what to connect to."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
