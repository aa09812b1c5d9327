"""Run by Alembic, which is told by ../database.py what to connect to, and what is ours."""

from alembic import context

context.configure(**context.config.attributes)
with context.begin_transaction():
    context.run_migrations()
