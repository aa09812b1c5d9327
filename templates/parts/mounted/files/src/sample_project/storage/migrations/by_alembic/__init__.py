"""For the command `alembic -n`."""
