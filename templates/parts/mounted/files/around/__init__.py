"""Tests of the module sample_project: `uv run pytest` runs them all."""
