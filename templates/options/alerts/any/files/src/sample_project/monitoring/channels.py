"""Brings alerts to people: each monitoring/alert_*.py found is a way, and none is told twice."""

import json
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path

from ..bootstrap import Project
from ..logs import get_log, redact
from ..settings import Settings


def remember(project: Project, *about: str) -> None:
    """Tell it once its row can be seen; a file remembers it until it is told."""
    note = project.data_dir / f".unsent {' '.join(about[:2])}"
    note.write_text(json.dumps(about), "utf-8")
    project.store.afterwards(partial(send_unsent, project))


def send_unsent(project: Project) -> None:
    """Tell what waits to be told, of runs that were killed, too, unless its row isn't there."""
    for note in sorted(project.data_dir.glob(".unsent *")):
        with suppress(ValueError):
            kind, subject, message = json.loads(note.read_text("utf-8"))
            if project.store.is_open(kind, subject) == bool(message):
                project.tell(kind, subject, message)
        note.unlink()


def send(settings: Settings, kind: str, subject: str, message: str) -> None:
    """Send by each way found; one that fails is logged."""
    told = f"{kind}: {subject}" if message else f"{kind}: {subject} is well again"
    title = f"[{settings.project_dir.name}] {told}"
    for path in sorted(Path(__file__).parent.glob("alert_*.py")):
        try:
            way = import_module(f".{path.stem}", __package__)
            way.send(settings, title, redact(message or "The incident is over."))
        except Exception as error:  # noqa: BLE001
            get_log().error("alert not sent", by=path.stem, why=redact(str(error)))
