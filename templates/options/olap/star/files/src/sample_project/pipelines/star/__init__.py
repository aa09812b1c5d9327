"""Star: bring the views for analysis up to date; the schedule runs it after the others."""

from ...star.views import refresh_views
from ..runner import Run


def refresh(run: Run) -> None:
    """Make or refresh the views; each run's rows are in them as soon as it has ended."""
    refresh_views(run.project.store)


STEPS = [refresh]
